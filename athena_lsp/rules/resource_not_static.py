"""resource-not-static: a resource call's argument that cannot be known before the pod exists."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import AnythingShape
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Concatenated, NotStatic, Value
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._resources import known_arguments, resource_calls, unpacked
from athena_lsp.rules.base import Finding, rule


@rule("a resource call whose argument is not static", required=True)
def resource_not_static(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for call in resource_calls(unit):
        for argument in unpacked(call):
            yield Finding(
                span=argument.span,
                message=f"`{call.name}` is given unpacked arguments, which are not known before the pod runs",
                hints=("write each argument out",),
            )
        for argument, field in known_arguments(call):
            what = _computed(argument.value)
            if what and not isinstance(field.shape, AnythingShape):
                yield Finding(
                    span=argument.value.span,
                    message=f"`{field.name}` of `{call.name}` is {what}, and the pod is planned before it has a value",
                    hints=(
                        f"write a literal, or a module-level name for one; to choose, call `{call.name}` once for each",
                    ),
                )


def _computed(value: Value) -> str:
    """What stands there that is not static; empty for a static value."""
    match value:
        case NotStatic(what=what):
            return what
        case Concatenated(names=names):
            return f"made from {listed(dict.fromkeys(names), 'and')}"
        case _:
            return ""

"""conflicting-decorators: decorators that cannot stand on one function."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Decorator, Definition, Kind, Unit
from athena_lsp.rules.base import Finding, rule


@rule("decorators that cannot stand on one function", required=True)
def conflicting_decorators(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        ours = [decorator for decorator in definition.decorators if decorator.kind is not None]
        for decorator in ours[1:]:
            yield _second(definition, ours[0], decorator)
        if definition.kind is Kind.WORKFLOW:
            for decorator in definition.decorators:
                if decorator.kind is None:
                    yield _foreign(definition, decorator)


def _second(definition: Definition, first: Decorator, second: Decorator) -> Finding:
    one, two = (decorator.kind.value if decorator.kind else "" for decorator in (first, second))
    if one == two:
        message, hint = f"`{definition.name}` is decorated with `@{one}` twice", "remove one of the two"
    elif "fragment" in (one, two):
        message = f"`{definition.name}` is decorated with `@{one}` and `@{two}`"
        hint = "remove `@fragment`: a template's own resource calls need no mark"
    else:
        message = f"`{definition.name}` cannot be both a {one} and a {two}"
        hint = "keep one: a workflow is read and makes no pod, a container runs in one"
    return Finding(span=second.span, message=message, hints=(hint,))


def _foreign(definition: Definition, decorator: Decorator) -> Finding:
    what = f"`@{decorator.text}`" if decorator.text else "this decorator"
    return Finding(
        span=decorator.span,
        message=f"{what} does nothing for `{definition.name}`: a workflow's body is read, and never called by Argo",
        hints=("remove it, or put it on the containers, where it runs in the pod",),
    )

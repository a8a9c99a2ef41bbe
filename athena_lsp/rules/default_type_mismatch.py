"""default-type-mismatch: a default that is not of its parameter's type."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.analysis.values import is_static, value_difference
from athena_lsp.ir.model import Kind, Parameter, Unit
from athena_lsp.ir.values import Null
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit


@rule("a default that is not of its parameter's type", fixable=True, required=True)
def default_type_mismatch(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT:
            for parameter in definition.parameters:
                yield from _parameter(parameter, facts)


def _parameter(parameter: Parameter, facts: Facts) -> Iterator[Finding]:
    default, annotation = parameter.default, parameter.annotation_span
    if default is None or annotation is None or parameter.problems or not is_static(default):
        return
    difference = value_difference(facts, default, parameter.type)
    if difference is None:
        return
    where = f"`{parameter.name}{difference.path}`" if difference.path else f"`{parameter.name}`"
    is_none = isinstance(default, Null)
    end = Span(annotation.end, annotation.end)
    yield Finding(
        span=default.span,
        message=f"the default of {where} is `{show(difference.actual)}`, not `{show(difference.expected)}`",
        related=(Related(f"`{parameter.name}` is declared as `{show(parameter.type)}`", span=annotation),),
        hints=(f"write `{show(parameter.type)} | None`, or another default",) if is_none else (),
        fixes=(Mend("Allow `None`", (TextEdit(end, " | None"),)),) if is_none else (),
    )

"""default-type-mismatch: a default that is not of its parameter's type."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.analysis.values import is_static, value_difference
from athena_lsp.ir.model import Definition, Kind, Parameter, Unit
from athena_lsp.ir.types import AnyType
from athena_lsp.ir.values import Null, Value
from athena_lsp.rules._literals import is_closed, literal_mends
from athena_lsp.rules._redeclared import annotated
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit


@rule("a default that is not of its parameter's type", fixable=True, required=True)
def default_type_mismatch(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT:
            for parameter in definition.parameters:
                yield from _parameter(definition, parameter, facts)


def _parameter(definition: Definition, parameter: Parameter, facts: Facts) -> Iterator[Finding]:
    default, annotation = parameter.default, parameter.annotation_span
    if default is None or annotation is None or parameter.problems or not is_static(default):
        return
    difference = value_difference(facts, default, parameter.type)
    if difference is None:
        return
    where = f"`{parameter.name}{difference.path}`" if difference.path else f"`{parameter.name}`"
    is_none = isinstance(default, Null)
    yield Finding(
        span=default.span,
        message=f"the default of {where} is `{show(difference.actual)}`, not `{show(difference.expected)}`",
        related=(Related(f"`{parameter.name}` is declared as `{show(parameter.type)}`", span=annotation),),
        hints=(f"write `{show(parameter.type)} | None`, or another default",) if is_none else (),
        fixes=tuple(_mends(facts, definition, parameter, default, annotation)),
    )


def _mends(
    facts: Facts, definition: Definition, parameter: Parameter, default: Value, annotation: Span
) -> Iterator[Mend]:
    owner = definition.declaration
    if isinstance(default, Null):
        block = facts.block(owner.path, owner.name) or ""
        is_quoted = annotation.of(block).endswith(('"', "'"))
        end = annotation.end - 1 if is_quoted else annotation.end
        yield Mend("Allow `None`", (TextEdit(Span(end, end), " | None"),))
        return
    yield from literal_mends(facts, owner, default, parameter.type)
    type_ = parameter.default_type
    if type_ is not None and not isinstance(type_, AnyType) and not is_closed(parameter.type):
        yield from annotated(facts, owner, annotation, type_, f"Declare `{parameter.name}` as `{{}}`")

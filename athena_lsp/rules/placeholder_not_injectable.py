"""placeholder-not-injectable: a placeholder for a value that has no form as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.placeholders import Placeholder
from athena_lsp.analysis.types import fields_of, is_injectable, show
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.types import ArtifactOf, Scalar, ScalarKind, Type, UnionOf
from athena_lsp.ir.values import Text
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._paths import bare_class
from athena_lsp.rules._placeholders import Found, meaning, placeholders, span_in
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

INJECTABLE = "only a text, a number, a `Literal` or an enum can be"


@rule("a placeholder for a value that has no plain text", fixable=True, required=True)
def placeholder_not_injectable(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for _, text, placeholder in placeholders(definition, allowed=True):
            found = meaning(facts, definition, placeholder)
            if isinstance(found, Found):
                yield from _check(facts, definition, text, placeholder, found)


def _check(
    facts: Facts, definition: Definition, text: Text, placeholder: Placeholder, found: Found
) -> Iterator[Finding]:
    parameter = found.parameter
    opaque = isinstance(parameter.type, ArtifactOf)
    operand = parameter.name if opaque else ".".join((placeholder.parameter, *placeholder.fields))
    span = span_in(text, Span(placeholder.spans[0].start, placeholder.spans[-1].end))
    declared = Related(
        f"`{parameter.name}` is declared as `{show(parameter.type)}`", definition.declaration.of(parameter.name)
    )
    if not is_injectable(facts, found.type):
        yield Finding(
            span=span,
            message=f"`{operand}` is `{show(found.type)}`, and {INJECTABLE} spliced into a text",
            related=(declared,),
            hints=(_hint(facts, found.type, operand),),
            fixes=_fields(facts, found.type, text, placeholder),
        )


def _hint(facts: Facts, type_: Type, operand: str) -> str:
    if isinstance(type_, ArtifactOf):
        return "pass what the text needs as a parameter of its own: an artifact reaches the pod as a file"
    if isinstance(type_, UnionOf):
        return f"give `{operand}` one type, with a default in place of `None`"
    if type_ == Scalar(ScalarKind.BOOL):
        return 'declare `Literal["true", "false"]` in place of `bool`'
    if names := _injectable_fields(facts, type_):
        return f"use one of its fields: {listed([f'{operand}.{name}' for name in names])}"
    return "turn the value into text in the step that makes it, and pass it as a `str`"


def _fields(facts: Facts, type_: Type, text: Text, placeholder: Placeholder) -> tuple[Mend, ...]:
    if text.content_start is None:
        return ()
    end = span_in(text, placeholder.spans[-1]).end
    return tuple(
        Mend(f"Use the field `{name}`", (TextEdit(Span(end, end), f".{name}"),))
        for name in _injectable_fields(facts, type_)
    )


def _injectable_fields(facts: Facts, type_: Type) -> list[str]:
    class_ = bare_class(type_)
    if class_ is None:
        return []
    return [field.name for field in fields_of(facts, class_) if is_injectable(facts, field.type)]

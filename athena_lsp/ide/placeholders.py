"""Placeholders at a cursor: what may be spliced in there, and what a name in one stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.references import constant_texts
from athena_lsp.analysis.types import attribute_type, fields_of, is_injectable, show
from athena_lsp.ide.constants import user_at
from athena_lsp.ide.place import Place, place_at
from athena_lsp.ide.spots import PlaceholderSpot
from athena_lsp.ir.model import Definition
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ArtifactOf, ClassOf, Type
from athena_lsp.ir.values import Text
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.rules._placeholders import texts
from athena_lsp.text import Span

BEGUN = re.compile(r"(?<!\{)\{[ \t]*([^\W\d]\w*(?:\.\w*)*)?\Z")
REST = re.compile(r"\w*")
CLOSED = re.compile(r"[ \t]*(?:\.[\w.]*)?[ \t]*\}")
DEPTH = 3
"""Fields inside of fields are looked at so far when a field is worth offering for what stands in it."""


@dataclass(frozen=True, slots=True)
class Spliced:
    """Something that a placeholder may name at a cursor."""

    name: str
    type: str
    """As hover shows it."""
    new_text: str
    """What is written for it: with the closing brace where there is none, or with a dot where a field must follow."""
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Splices:
    """All that fits at a cursor, in the order of their declarations; the span, in the file, is what one replaces."""

    span: Span
    choices: tuple[Spliced, ...]


def placeholder_choices(project: Project, path: str, offset: int) -> Splices | None:
    """What may be written at a cursor inside the braces of a placeholder; None where it is in none."""
    place = place_at(project, path, offset)
    found = _text_around(place) if place else None
    if place is None or found is None:
        return None
    definition, start, value = found
    at = place.offset - start
    before, after = value[:at], value[at:]
    begun = None if before.rfind("{{") > before.rfind("}}") else BEGUN.search(before)
    if begun is None:
        return None
    *names, word = (begun[1] or "").split(".")
    rest = REST.match(after)
    end = place.offset + (rest.end() if rest else 0)
    closed = CLOSED.match(value, at + (rest.end() if rest else 0)) is not None
    choices = tuple(_choices(project.facts, definition, tuple(names), closed=closed))
    return Splices(place.in_file(Span(place.offset - len(word), end)), choices)


def declaration_of(facts: Facts, spot: PlaceholderSpot) -> Declaration | None:
    """The parameter or the field that a name in a placeholder stands for; None when there is no such."""
    placeholder, definition = spot.placeholder, spot.definition
    parameter = next((each for each in definition.parameters if each.name == placeholder.parameter), None)
    if parameter is None:
        return None
    if spot.depth == 0:
        return definition.declaration.of(parameter.name)
    owner: Type | None = parameter.type
    for name in placeholder.fields[: spot.depth - 1]:
        owner = attribute_type(facts, owner, name) if owner is not None else None
    if not isinstance(owner, ClassOf):
        return None
    wanted = placeholder.fields[spot.depth - 1]
    return next((field.declaration for field in facts.fields_of(owner) if field.name == wanted), None)


def _text_around(place: Place) -> tuple[Definition, int, str] | None:
    """The text around a cursor that may hold placeholders, where it begins, and whose decorator takes it."""
    definition = place.definition
    text = _text_at(definition, place.offset) if definition else None
    if definition is not None and text is not None and text.content_start is not None:
        return definition, text.content_start, text.value
    taken = user_at(place)
    if taken is None:
        return None
    _, user, start = taken
    return next(((user, at, each) for _, at, each in constant_texts(place.block) if at == start), None)


def _text_at(definition: Definition, offset: int) -> Text | None:
    """The text at an offset of the block that may hold placeholders and is spelled letter by letter."""
    for place in texts(definition):
        text = place.value
        if place.allowed and isinstance(text, Text) and text.content_start is not None:
            content = Span(text.content_start, text.content_start + len(text.value))
            if content.touches(offset):
                return text
    return None


def _choices(facts: Facts, definition: Definition, names: tuple[str, ...], *, closed: bool) -> Iterator[Spliced]:
    if not names:
        named = ((each.name, each.type, definition.declaration.of(each.name)) for each in definition.parameters)
    else:
        owner = next((each.type for each in definition.parameters if each.name == names[0]), None)
        for name in names[1:]:
            owner = attribute_type(facts, owner, name) if owner is not None else None
        fields = fields_of(facts, owner) if isinstance(owner, ClassOf) else ()
        named = ((each.name, each.type, each.declaration) for each in fields)
    for name, type_, declaration in named:
        if is_injectable(facts, type_):
            yield Spliced(name, show(type_), name if closed else f"{name}}}", declaration)
        elif _has_injectable(facts, type_, DEPTH):
            yield Spliced(name, show(type_), f"{name}.", declaration)


def _has_injectable(facts: Facts, type_: Type, depth: int) -> bool:
    """Whether some field, or a field of one, may be spliced in."""
    if isinstance(type_, ArtifactOf) or not isinstance(type_, ClassOf) or not depth:
        return False
    return any(
        is_injectable(facts, field.type) or _has_injectable(facts, field.type, depth - 1)
        for field in fields_of(facts, type_)
    )

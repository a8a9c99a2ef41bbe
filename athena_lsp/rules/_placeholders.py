"""The texts of a definition's decorator, with what placeholders may do in each, and what the placeholders mean."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import ChoiceShape, JsonShape, MapShape, TextShape
from athena_lsp.analysis.placeholders import ARGO_TAG, Malformed, Placeholder, parse_placeholders
from athena_lsp.analysis.types import attribute_type, field_of
from athena_lsp.ir.model import Definition, Parameter
from athena_lsp.ir.types import ANY, UNRESOLVED, ArtifactOf, Type
from athena_lsp.ir.values import Concatenated, Mapping, Sequence, Text, Value
from athena_lsp.records import dataclass
from athena_lsp.rules._once import once
from athena_lsp.rules._options import Slot, definition_slots
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Place:
    """One text of one argument. `where` names it in messages: "`image`", "a key of `env`"."""

    value: Text | Concatenated
    where: str
    allowed: bool
    """Placeholders are filled in there."""


@once
def texts(definition: Definition) -> Iterator[Place]:
    """Every text of the decorator, in the order of the source."""
    for slot in definition_slots(definition):
        if slot.source == "option":
            yield from _texts(slot)


def placeholders(definition: Definition, *, allowed: bool) -> Iterator[tuple[Place, Text, Placeholder]]:
    """The well-formed placeholders of all texts that may, or may not, have some."""
    for place, text, part in _parts(definition):
        if isinstance(part, Placeholder) and place.allowed is allowed:
            yield place, text, part


def malformed(definition: Definition) -> Iterator[tuple[Place, Text, Malformed]]:
    """The stray braces of all texts that may have placeholders."""
    for place, text, part in _parts(definition):
        if isinstance(part, Malformed) and place.allowed:
            yield place, text, part


def doubled(definition: Definition, names: set[str]) -> Iterator[tuple[Place, Text, str, Span]]:
    """Parameters in two pairs of braces, which Argo leaves as they are: it knows none of their names."""
    for place in texts(definition):
        if isinstance(place.value, Text) and place.allowed:
            for found in ARGO_TAG.finditer(place.value.value):
                name = found[0][2:-2].strip()
                if name in names:
                    yield place, place.value, name, Span(*found.span())


@once
def _parts(definition: Definition) -> Iterator[tuple[Place, Text, object]]:
    """Everything that braces stand for, in all texts."""
    for place in texts(definition):
        if isinstance(place.value, Text) and ("{" in place.value.value or "}" in place.value.value):
            yield from ((place, place.value, part) for part in parse_placeholders(place.value.value))


@dataclass(frozen=True, slots=True)
class Found:
    """A placeholder that names something: its parameter, and the type of what is spliced in."""

    parameter: Parameter
    type: Type


@dataclass(frozen=True, slots=True)
class Lost:
    """A placeholder that names nothing: `owner` is the type that lacks the name at `index`; None for a parameter."""

    owner: Type | None
    index: int


def meaning(facts: Facts, definition: Definition, placeholder: Placeholder) -> Found | Lost:
    parameter = next((one for one in definition.parameters if one.name == placeholder.parameter), None)
    if parameter is None:
        return Lost(None, 0)
    type_ = parameter.type
    if isinstance(type_, ArtifactOf):
        return Found(parameter, type_)
    for index, name in enumerate(placeholder.fields, start=1):
        found = field_of(facts, type_, name)
        if found is None:
            return Found(parameter, ANY) if _is_open(facts, type_, name) else Lost(type_, index)
        type_ = found.type
    return Found(parameter, type_)


def _is_open(facts: Facts, type_: Type, name: str) -> bool:
    """Whether a type may have fields that cannot be seen."""
    return attribute_type(facts, type_, name) in (ANY, UNRESOLVED)


def span_in(text: Text, span: Span) -> Span:
    """A span of the text's value in the block; the whole literal's when its source spells the value otherwise."""
    return span.shift(text.content_start) if text.content_start is not None else text.span


def _texts(slot: Slot) -> Iterator[Place]:
    match slot.shape, slot.value:
        case ChoiceShape(placeholders=False), _:
            return  # the text is none of the words, which is said already
        case TextShape() | ChoiceShape() as shape, Text() | Concatenated() as value:
            yield Place(value, slot.title, shape.placeholders)
        case MapShape(), Mapping(entries=entries):
            for entry in entries:
                yield from _json_texts(entry.key, False, f"a key of {slot.title}")
        case JsonShape(placeholders=allowed), value:
            yield from _json_texts(value, allowed, slot.title)
        case _:
            return


def _json_texts(value: Value, allowed: bool, where: str) -> Iterator[Place]:
    match value:
        case Text() | Concatenated():
            yield Place(value, where, allowed)
        case Mapping(entries=entries):
            for entry in entries:
                yield from _json_texts(entry.key, False, f"a key of {where}")
                yield from _json_texts(entry.value, allowed, where)
        case Sequence(items=items):
            for item in items:
                yield from _json_texts(item, allowed, where)
        case _:
            return

"""Whether a value is of the kind that a place takes, what that kind is called, and how to turn one into the other."""

from __future__ import annotations

from typing import assert_never

from athena_lsp.analysis.options import (
    CONSTRUCTS,
    AnythingShape,
    BoolShape,
    ChoiceShape,
    ConstructShape,
    DurationShape,
    ExceptionsShape,
    IntShape,
    JsonShape,
    ListShape,
    MapShape,
    QuantityShape,
    Shape,
    TemplateShape,
    TextShape,
    VolumeShape,
)
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.ir.values import (
    Construct,
    Duration,
    Entry,
    Flag,
    Mapping,
    NotStatic,
    Number,
    Reference,
    Sequence,
    Text,
    Value,
)
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._options import Slot, rewritten
from athena_lsp.rules.base import Mend
from athena_lsp.text import Span, TextEdit


def fits(shape: Shape, value: Value) -> bool:
    """Whether a static value is of the right kind; what it says is for the rules about each kind."""
    match shape:
        case TextShape() | ChoiceShape():
            return isinstance(value, Text)
        case QuantityShape(numbers=numbers):
            return isinstance(value, Text) or (numbers and isinstance(value, Number))
        case IntShape(words=words):
            return isinstance(value, Number) or (isinstance(value, Text) and value.value in words)
        case BoolShape():
            return isinstance(value, Flag)
        case DurationShape():
            return isinstance(value, Text | Number | Duration)
        case MapShape() | JsonShape():
            return isinstance(value, Mapping)
        case ListShape():
            return isinstance(value, Sequence) and value.kind != "set"
        case ConstructShape(name=name):
            return isinstance(value, Construct) and value.name == name
        case TemplateShape():
            return isinstance(value, Reference)
        case ExceptionsShape():
            items = value.items if isinstance(value, Sequence) else (value,)
            return all(isinstance(item, Reference | NotStatic) for item in items)
        case VolumeShape() | AnythingShape():
            return True
        case _:
            assert_never(shape)


def expected(shape: Shape, also: str = "") -> str:
    """What stands in a place of this shape, as messages say it."""
    text = _expected(shape)
    return f"{text} or `{also}(...)`" if also else text


def words_of(shape: Shape) -> tuple[str, ...]:
    """The closed set of words, where there is one and nothing but a word may be a text."""
    return shape.words if isinstance(shape, ChoiceShape | IntShape) else ()


def mends(slot: Slot) -> tuple[Mend, ...]:
    """The value in the right kind, where it is evident which it should be."""
    match slot.shape, slot.value:
        case ((TextShape() | ChoiceShape() | QuantityShape()), Number(value=number)):
            return _mend(slot, f'"{number}"')
        case TextShape(), Flag(value=flag):
            return (*_mend(slot, f'"{str(flag).lower()}"'), *_mend(slot, f'"{flag}"'))
        case IntShape(), Text(value=text) if text.strip().isascii() and text.strip().isdecimal():
            return _mend(slot, str(int(text)))
        case BoolShape(), Text(value=text) if text.lower() in ("true", "false"):
            return _mend(slot, text.capitalize())
        case BoolShape(), Number(value=0 | 1 as number):
            return _mend(slot, str(bool(number)))
        case ConstructShape(name=name), Mapping(entries=entries) if slot.spelled and _are_fields(name, entries):
            return (
                Mend(f"Write `{name}(...)`", _constructed(name, slot), imports=(NewImport("athena_runtime", name),)),
            )
        case ListShape(item=item), value if slot.spelled and _is_item(item, value):
            return (Mend("Write a list of it", _bracketed(slot)),)
        case _:
            return ()


def _expected(shape: Shape) -> str:
    match shape:
        case TextShape():
            return "a text"
        case ChoiceShape(words=words):
            return listed(f'"{word}"' for word in words if word)
        case QuantityShape(numbers=numbers):
            return "a quantity such as `1Gi`, or a number" if numbers else "a quantity such as `10Gi`"
        case IntShape(words=words):
            return "a whole number" + (f", or {listed(words)}" if words else "")
        case BoolShape():
            return "`True` or `False`"
        case DurationShape():
            return "seconds, a text such as `1h30m`, or a `timedelta`"
        case MapShape(key="resource"):
            return "a dict of quantities by resource"
        case MapShape():
            return "a dict of texts"
        case JsonShape():
            return "a dict"
        case ListShape(item=ConstructShape(name=name)):
            return f"a list of `{name}(...)`"
        case ListShape():
            return "a list of texts"
        case ConstructShape(name=name):
            return f"`{name}(...)`"
        case TemplateShape():
            return "a workflow or a container"
        case ExceptionsShape():
            return "an exception type or a tuple of them"
        case VolumeShape():
            return "a volume"
        case AnythingShape():
            return "a value"
        case _:
            assert_never(shape)


def _are_fields(name: str, entries: tuple[Entry, ...]) -> bool:
    fields = {field.name for field in CONSTRUCTS[name]}
    return all(isinstance(each.key, Text) and each.key.value in fields for each in entries) and bool(entries)


def _constructed(name: str, slot: Slot) -> tuple[TextEdit, ...]:
    """The brackets of a dict as those of a call, its keys as keywords."""
    assert isinstance(slot.value, Mapping)
    span = slot.value.span
    edits = [TextEdit(Span(span.start, span.start + 1), f"{name}("), TextEdit(Span(span.end - 1, span.end), ")")]
    for entry in slot.value.entries:
        assert isinstance(entry.key, Text)
        edits.append(TextEdit(Span(entry.key.span.start, entry.value.span.start), f"{entry.key.value}="))
    return tuple(edits)


def _is_item(shape: Shape, value: Value) -> bool:
    return not isinstance(value, Sequence) and fits(shape, value)


def _bracketed(slot: Slot) -> tuple[TextEdit, ...]:
    span = slot.value.span
    return (TextEdit(Span(span.start, span.start), "["), TextEdit(Span(span.end, span.end), "]"))


def _mend(slot: Slot, source: str) -> tuple[Mend, ...]:
    edits = rewritten(slot, source)
    return (Mend(f"Replace with `{source}`", edits),) if edits else ()

"""Parts of static values: `BASE.rate`, `SIZES[0]`, `REGIONS["eu"]`."""

from __future__ import annotations

from athena_lsp.ir.values import EnumCase, Made, Mapping, Number, Sequence, Text, Value
from athena_lsp.records import replace
from athena_lsp.text import Span


def field_of(whole: Made, name: str, span: Span) -> Value | None:
    """A field of a value, as if it stood at `span`; None when there is no such field."""
    found = next((part.value for part in whole.parts if part.name == name), None)
    return _at(found, span)


def part_of(whole: Value, key: Value, span: Span) -> Value | None:
    """An item of a value, as if it stood at `span`; None when there is none, or the value has no items."""
    match whole, key:
        case Sequence(kind="list" | "tuple", items=items), Number(value=int(at)) if -len(items) <= at < len(items):
            return _at(items[at], span)
        case Mapping(entries=entries), Text() | Number() | EnumCase():
            return _at(next((entry.value for entry in reversed(entries) if entry.key == key), None), span)
        case _:
            return None


def _at(value: Value | None, span: Span) -> Value | None:
    match value:
        case None:
            return None
        case Text():
            return replace(value, span=span, content_start=None)
        case _:
            return replace(value, span=span)

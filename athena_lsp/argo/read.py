"""Reading static values as the options mean them; None for what is absent or `None`."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite

from athena_lsp.analysis.durations import check_seconds, parse_duration
from athena_lsp.argo.values import json_text
from athena_lsp.ir.values import Duration, EnumCase, Flag, Mapping, Null, Number, Sequence, Text, Value


def text_of(value: Value | None) -> str | None:
    match value:
        case Text(value=text):
            return text
        case EnumCase(value=str(text)):
            return text
        case _:
            return None


def int_of(value: Value | None) -> int | None:
    match value:
        case Number(value=int(number)):
            return number
        case EnumCase(value=int(number)):
            return number
        case _:
            return None


def flag_of(value: Value | None) -> bool | None:
    return value.value if isinstance(value, Flag) else None


def seconds_of(value: Value | None) -> int | None:
    """Whole seconds above 0 of a duration: a number of seconds, a text, a `timedelta`."""
    match value:
        case Number(value=number):
            found = check_seconds(number)
        case Duration(seconds=seconds):
            found = check_seconds(Fraction(seconds))
        case Text(value=text):
            found = parse_duration(text)
        case _:
            return None
    return found if isinstance(found, int) else None


def go_seconds_of(value: Value | None) -> str | None:
    """The same as Go's `time.ParseDuration` reads it; Go has no days."""
    seconds = seconds_of(value)
    return None if seconds is None else f"{seconds}s"


def quantity_of(value: Value | None) -> str | None:
    """A Kubernetes quantity as a text."""
    match value:
        case Number(value=number):
            return json_text(number) if isinstance(number, int) or isfinite(number) else None
        case _:
            return text_of(value)


def items_of(value: Value | None) -> tuple[Value, ...]:
    """The items of a list, or the single value that stands for it."""
    match value:
        case None | Null():
            return ()
        case Sequence(items=items):
            return items
        case _:
            return (value,)


def texts_of(value: Value | None) -> tuple[str, ...]:
    return tuple(text for item in items_of(value) if (text := text_of(item)) is not None)


def entries_of(value: Value | None) -> tuple[tuple[str, Value], ...]:
    """The entries of a dict with text keys. Of two equal keys the last counts, at the place of the first."""
    if not isinstance(value, Mapping):
        return ()
    found: dict[str, Value] = {}
    for entry in value.entries:
        if (key := text_of(entry.key)) is not None:
            found[key] = entry.value
    return tuple(found.items())

"""Edits that rules share: arguments more or fewer in a call, statements that go, other text in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from athena_lsp.analysis.removing import removal
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.values import Argument, Construct, Text
from athena_lsp.rules.base import Mend
from athena_lsp.text import Span, TextEdit

BEHIND = re.compile(r"\s*([,)])")


def removed(unit: Unit, arguments: Sequence[Argument], argument: Argument) -> tuple[Mend, ...]:
    """A fix that removes an argument of a call; none where it does not stand there by itself."""
    places = [_place(each) for each in arguments]
    number = next((at for at, each in enumerate(arguments) if each is argument), -1)
    if number < 0 or BEHIND.match(unit.text, places[number].end) is None or len(set(places)) < len(places):
        return ()
    whole = places[number]
    if number + 1 < len(places):
        whole = Span(whole.start, places[number + 1].start)
    elif number:
        whole = Span(places[number - 1].end, whole.end)
    title = f"Remove `{argument.name}`" if argument.name else "Remove the argument"
    return (Mend(title, (TextEdit(whole, ""),)),)


def added(unit: Unit, construct: Construct, text: str) -> tuple[Mend, ...]:
    """A fix that gives an option type one argument more; none where the call stands behind a name."""
    source = construct.span.of(unit.text)
    if not source.endswith(")") or "(" not in source:
        return ()
    at = construct.span.end - 1
    before = source[:-1].rstrip()
    separator = "" if before.endswith(("(", ",")) else ", "
    if before.endswith(",") and not source[:-1].endswith((" ", "\n")):
        separator = " "
    return (Mend(f"Add `{text}`", (TextEdit(Span(at, at), separator + text),)),)


def added_to_decorator(definition: Definition, text: str) -> tuple[Mend, ...]:
    """A fix that gives a decorator one argument more."""
    if definition.options_insert < 0:
        return ()
    at = definition.options_insert
    return (Mend(f"Add `{text}`", (TextEdit(Span(at, at), f", {text}" if definition.options else text),)),)


def reworded(text: Text, new: str) -> tuple[Mend, ...]:
    """A fix that writes another text between the quotes; none where the source does not spell it letter by letter."""
    if text.content_start is None or new == text.value or '"' in new or "'" in new or "\\" in new:
        return ()
    start = text.content_start
    return (Mend(f"Replace with `{new}`", (TextEdit(Span(start, start + len(text.value)), new),)),)


def without_statement(unit: Unit, span: Span, title: str) -> tuple[Mend, ...]:
    """A fix that removes the statement at a span, with its line."""
    edit = removal(unit.text, span)
    return (Mend(title, (edit,)),) if edit is not None else ()


def _place(argument: Argument) -> Span:
    start = argument.name_span_start if argument.name_span_start >= 0 else argument.value.span.start
    return Span(start, argument.value.span.end)

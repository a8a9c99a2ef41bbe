"""Lines of a source with a span underlined, for a terminal: tabs, wide characters and control characters included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, east_asian_width

from athena_lsp.records import dataclass
from athena_lsp.text import Source, Span

TAB = 4
WIDEST = 160
"""Terminal cells of a source line that are shown; longer ones are cropped around the span."""
TALLEST = 6
"""Lines of a span that are shown; of longer ones, the first and the last."""
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an excerpt: a line of the source with its number, or what is drawn below it."""

    number: int | None
    text: str
    drawn: bool = False
    """`text` consists of marks, not of source."""


def excerpt(source: Source, span: Span, mark: str) -> tuple[Row, ...]:
    """The lines that `span` touches, underlined with `mark`; a span of several lines is bracketed at the left."""
    first, last = source.line_of(span.start), source.line_of(max(span.start, span.end - 1))
    if first == last:
        return _single(source, span, first, mark)
    return tuple(_several(source, span, first, last, mark))


def printable(text: str) -> str:
    """The text in one line with characters that would act on a terminal replaced by visible ones."""
    return CONTROL.sub(lambda match: _picture(match[0]), text)


def cells(text: str) -> int:
    """How many cells of a terminal the text takes; a tab takes TAB."""
    return len(text) if text.isascii() and text.isprintable() else sum(_width(character) for character in text)


def _single(source: Source, span: Span, line: int, mark: str) -> tuple[Row, ...]:
    whole = source.line_span(line)
    start = min(span.start, whole.end)
    end = max(start, min(span.end, whole.end))
    before, inside, after = (printable(part) for part in _parts(source.text, whole, start, end))
    room = max(WIDEST - cells(inside), WIDEST // 2)
    before, inside, after = _tail(before, room // 2), _head(inside, WIDEST), _head(after, room // 2)
    return (
        Row(line + 1, _spaced(before + inside + after).rstrip()),
        Row(None, " " * cells(before) + mark * max(1, cells(inside)), drawn=True),
    )


def _parts(text: str, whole: Span, start: int, end: int) -> tuple[str, str, str]:
    return text[whole.start : start], text[start:end], text[end : whole.end]


def _several(source: Source, span: Span, first: int, last: int, mark: str) -> Iterator[Row]:
    opening = source.text[source.line_starts[first] : min(span.start, source.line_span(first).end)]
    final = source.line_span(last)
    closing = source.text[final.start : min(max(span.end - 1, final.start), final.end)]
    yield Row(first + 1, "  " + _line(source, first))
    yield Row(None, " " + "_" * (min(cells(printable(opening)), WIDEST) + 1) + mark, drawn=True)
    whole = last - first < TALLEST
    for line in range(first + 1, last if whole else first + TALLEST - 2):
        yield Row(line + 1, "| " + _line(source, line))
    if not whole:
        yield Row(None, "| ...", drawn=True)
    yield Row(last + 1, "| " + _line(source, last))
    yield Row(None, "|" + "_" * (min(cells(printable(closing)), WIDEST) + 1) + mark, drawn=True)


def _line(source: Source, line: int) -> str:
    return _spaced(_head(printable(source.line_text(line)), WIDEST)).rstrip()


def _head(text: str, room: int) -> str:
    if cells(text) <= room:
        return text
    return _fitting(text, room - 1) + "…"


def _tail(text: str, room: int) -> str:
    if cells(text) <= room:
        return text
    return "…" + _fitting(text[::-1], room - 1)[::-1]


def _fitting(text: str, room: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += _width(character)
        if used > room:
            return text[:index]
    return text


def _spaced(text: str) -> str:
    return text.replace("\t", " " * TAB)


def _width(character: str) -> int:
    if character == "\t":
        return TAB
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _picture(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"

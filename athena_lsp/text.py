"""Text and places in it: spans, line tables, edits, and the position encodings of editors.

Everything inside athena counts code points. Lines are what Python and the Language Server Protocol call lines:
they end at ``\\n``, ``\\r\\n`` or ``\\r`` and at nothing else (`str.splitlines` also splits at form feeds and more).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import Literal

from athena_lsp.records import dataclass

Encoding = Literal["utf-8", "utf-16", "utf-32"]

LINE_END = re.compile(r"\r\n|\r|\n")
BARE_END = re.compile(r"(?<!\r)\n")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points; what it is a range of (a file, a block) is always named beside it."""

    start: int
    end: int

    def __post_init__(self) -> None:
        assert 0 <= self.start <= self.end, (self.start, self.end)

    def __contains__(self, offset: int) -> bool:
        return self.start <= offset < self.end

    def touches(self, offset: int) -> bool:
        """Whether a cursor at `offset` is in the span or at one of its ends."""
        return self.start <= offset <= self.end

    def shift(self, by: int) -> Span:
        """The same range, counted from a place `by` code points earlier."""
        return Span(self.start + by, self.end + by)

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """One replacement; an empty span inserts."""

    span: Span
    new_text: str

    def shift(self, by: int) -> TextEdit:
        return TextEdit(self.span.shift(by), self.new_text)


class OverlappingEditsError(ValueError):
    """Two edits of one set change the same text."""


def in_style_of(text: str, edit: TextEdit) -> TextEdit:
    """The edit with the line ends of the text that it is for, told from the first one there."""
    first = LINE_END.search(text)
    if first is None or first[0] == "\n" or "\n" not in edit.new_text:
        return edit
    return TextEdit(edit.span, BARE_END.sub(first[0], edit.new_text))


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with all edits done at once; all spans count in the original text.

    Raises OverlappingEditsError when two of them change the same text; two insertions at one place keep their order.
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < done:
            raise OverlappingEditsError(f"edits overlap at offset {edit.span.start}")
        pieces += (text[done : edit.span.start], edit.new_text)
        done = edit.span.end
    return "".join((*pieces, text[done:]))


@dataclass(frozen=True)
class Source:
    """The text of one file, with its line table."""

    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Where each line begins, in code points; there is always a first line."""
        if "\r" not in self.text:  # three times as fast, and nearly every file
            lines = self.text.split("\n")
            return (0, *accumulate(len(line) + 1 for line in lines[:-1]))
        return (0, *(match.end() for match in LINE_END.finditer(self.text)))

    @cached_property
    def is_ascii(self) -> bool:
        return self.text.isascii()

    @property
    def line_count(self) -> int:
        return len(self.line_starts)

    def line_of(self, offset: int) -> int:
        """The number of the line that holds `offset`, from 0."""
        return bisect_right(self.line_starts, offset) - 1

    def line_span(self, line: int) -> Span:
        """The line's text without its line end; lines count from 0."""
        start = self.line_starts[line]
        end = self.line_starts[line + 1] if line + 1 < self.line_count else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def line_text(self, line: int) -> str:
        return self.line_span(line).of(self.text)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both from 0, the column in code points."""
        line = self.line_of(offset)
        return line, offset - self.line_starts[line]

    def position_in(self, offset: int, encoding: Encoding) -> tuple[int, int]:
        """Line and character of `offset` as an editor counts them (LSP `Position`), both from 0."""
        line, column = self.position(offset)
        if self.is_ascii or encoding == "utf-32":
            return line, column
        start = self.line_starts[line]
        return line, _units(self.text[start:offset], encoding)

    def offset_at(self, line: int, character: int, encoding: Encoding) -> int:
        """The offset that an editor means by a position; one beyond a line's or the text's end means that end.

        A position inside a surrogate pair or a multi-byte sequence means the character's start (LSP `Position`).
        """
        if line >= self.line_count:
            return len(self.text)
        span = self.line_span(line)
        if self.is_ascii or encoding == "utf-32":
            return min(span.start + character, span.end)
        return span.start + _code_points(span.of(self.text), character, encoding)

    def offset_of_bytes(self, line: int, utf8_column: int) -> int:
        """Where Python's `ast` means by its line (from 1) and its column (UTF-8 bytes)."""
        start = self.line_starts[line - 1]
        if self.is_ascii:
            return start + utf8_column
        return start + len(
            self.text[start : start + utf8_column].encode(errors="surrogatepass")[:utf8_column].decode(errors="ignore")
        )


def _units(text: str, encoding: Encoding) -> int:
    if encoding == "utf-8":
        return len(text.encode(errors="surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)


def _code_points(line: str, units: int, encoding: Encoding) -> int:
    used = 0
    for index, character in enumerate(line):
        used += _units(character, encoding)
        if used > units:
            return index
    return len(line)

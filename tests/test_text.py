"""Spans, line tables and edits, in code points and in the encodings of editors."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.text import Encoding, OverlappingEditsError, Source, Span, TextEdit, apply_edits

# Line ends, form feeds, separators that are no line ends, and characters of 1 to 4 UTF-8 bytes.
TEXT = st.text(alphabet="ab\n\r\x0c\x0b\x1c\u2028\u0085é漢😋", max_size=40)
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


@given(TEXT)
def test_lines_end_where_the_protocol_says(text: str) -> None:
    source = Source(text)
    assert source.line_count == 1 + text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert (
        "".join(text[a:b] for a, b in zip(source.line_starts, (*source.line_starts[1:], len(text)), strict=True))
        == text
    )


@given(TEXT, st.integers(0, 40), st.sampled_from(ENCODINGS))
def test_positions_round_trip_in_every_encoding(text: str, offset: int, encoding: Encoding) -> None:
    source = Source(text)
    offset = min(offset, len(text))
    if text[offset - 1 : offset + 1] == "\r\n":
        return  # no position names the place inside a line end
    line, character = source.position_in(offset, encoding)
    assert source.offset_at(line, character, encoding) == offset


@given(TEXT, st.integers(0, 60), st.integers(0, 200), st.sampled_from(ENCODINGS))
def test_any_position_means_some_offset(text: str, line: int, character: int, encoding: Encoding) -> None:
    assert 0 <= Source(text).offset_at(line, character, encoding) <= len(text)


def test_a_position_inside_a_character_means_its_start() -> None:
    assert Source("a😋b").offset_at(0, 2, "utf-16") == 1
    assert Source("aéb").offset_at(0, 2, "utf-8") == 1


@pytest.mark.parametrize("text", ["x = 'é😋'; y = 1\n", "\x0cx = 1\ny = 2\r\nz = 'é'; w = 3\r"])
def test_offsets_of_pythons_tree(text: str) -> None:
    source = Source(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            start = source.offset_of_bytes(node.lineno, node.col_offset)
            assert text[start : start + len(node.id)] == node.id


def test_edits_are_done_at_once() -> None:
    edits = [TextEdit(Span(4, 4), "!"), TextEdit(Span(0, 1), "A"), TextEdit(Span(4, 4), "?")]
    assert apply_edits("abcd", edits) == "Abcd!?"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(OverlappingEditsError):
        apply_edits("abcd", [TextEdit(Span(0, 2), ""), TextEdit(Span(1, 3), "")])


@given(TEXT, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), TEXT), max_size=4))
def test_edits_change_nothing_else(text: str, raw: list[tuple[int, int, str]]) -> None:
    edits = [TextEdit(Span(*sorted((min(a, len(text)), min(b, len(text))))), new) for a, b, new in raw]
    try:
        result = apply_edits(text, edits)
    except OverlappingEditsError:
        return
    removed = sum(edit.span.end - edit.span.start for edit in edits)
    assert len(result) == len(text) - removed + sum(len(edit.new_text) for edit in edits)

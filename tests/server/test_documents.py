"""The editor's texts: versions, incremental changes, line ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp
from pygls.workspace import TextDocument

from athena_lsp.server.documents import Change, Documents, apply_change, replaced
from athena_lsp.text import Encoding, Source, Span

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
TEXTS = st.lists(st.sampled_from(["a", "é", "😋", "\r", "\n", "\r\n", "\x0c", "\u2028", "x = 1", ""]), max_size=14).map(
    "".join
)


@given(TEXTS, TEXTS, st.data())
def test_a_spliced_line_table_is_the_table_of_the_new_text(text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    result = replaced(Source(text), Span(start, end), new)
    assert result.text == text[:start] + new + text[end:]
    assert result.line_starts == Source(result.text).line_starts


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_a_change_lands_where_the_editor_meant(text: str, new: str, encoding: Encoding, data: st.DataObject) -> None:
    source = Source(text)
    inside = [offset for offset in range(len(text) + 1) if text[max(offset - 1, 0) : offset + 1] != "\r\n"]
    start, end = sorted((data.draw(st.sampled_from(inside)), data.draw(st.sampled_from(inside))))
    change = Change(new, (source.position_in(start, encoding), source.position_in(end, encoding)))
    assert apply_change(source, change, encoding).text == text[:start] + new + text[end:]


def test_form_feeds_and_separators_are_no_line_ends() -> None:
    # pygls 2.1.1 counts them as lines: its own store changes the line above instead.
    text = "a = 1\n\x0cb = 2\nc = '\u2028'\nd = 4\n"
    theirs = TextDocument("file:///x.py", source=text, version=1)
    theirs.apply_change(
        lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(3, 4), lsp.Position(3, 5)), text="99")
    )
    ours = apply_change(Source(text), Change("99", ((3, 4), (3, 5))), "utf-16")
    assert ours.text == "a = 1\n\x0cb = 2\nc = '\u2028'\nd = 99\n"
    assert theirs.source != ours.text, "pygls has mended its lines: the store may go"


def test_a_lone_carriage_return_ends_a_line() -> None:
    assert apply_change(Source("a=1\rb=2\r\nc=3"), Change("9", ((1, 2), (1, 3))), "utf-8").text == "a=1\rb=9\r\nc=3"


def test_positions_beyond_the_text_mean_its_end() -> None:
    assert apply_change(Source("a\n"), Change("z", ((7, 0), (9, 9))), "utf-16").text == "a\nz"


def test_a_range_that_runs_backwards_is_turned_round() -> None:
    assert apply_change(Source("abcd"), Change("-", ((0, 3), (0, 1))), "utf-16").text == "a-d"


def test_changes_of_one_message_count_one_after_the_other() -> None:
    documents = Documents()
    documents.open("file:///x.py", 1, "one two")
    changed = documents.change(
        "file:///x.py", 2, (Change("1", ((0, 0), (0, 3))), Change("2", ((0, 2), (0, 5)))), "utf-8"
    )
    assert (changed.version, changed.source.text) == (2, "1 2")
    assert documents.get("file:///x.py") is changed


def test_a_change_without_a_range_replaces_the_text_even_of_an_unknown_document() -> None:
    documents = Documents()
    assert documents.change("file:///new.py", 7, (Change("x = 1\n"),), "utf-16").source.text == "x = 1\n"
    assert documents.close("file:///new.py") is not None
    assert documents.close("file:///new.py") is None

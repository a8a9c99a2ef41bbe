"""Positions and ranges, there and back, in the three encodings; diagnostics and edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from athena_lsp.diagnostics import Diagnostic, FileEdit, Label, Location, Severity
from athena_lsp.server import convert
from athena_lsp.server.capabilities import Client
from athena_lsp.text import Encoding, Source, Span, TextEdit

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
TEXTS = st.lists(st.sampled_from(["é😋", "é", "😋", "ab", "\r", "\n", "\r\n", "\x0c", "\u2028"]), max_size=12).map(
    "".join
)
SOURCES = {"a.py": Source("x = 'é😋' + y\n"), "b.py": Source("def f(): ...\n")}
FILES = convert.Files(SOURCES.get, lambda path: f"file:///w/{path}", lambda path: 3 if path == "a.py" else None)


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_offsets_go_there_and_back(text: str, encoding: Encoding) -> None:
    source = Source(text)
    for offset in range(len(text) + 1):
        if text[max(offset - 1, 0) : offset + 1] != "\r\n":  # no position stands inside a line end
            position = convert.to_position(source, offset, encoding)
            assert convert.from_position(source, position, encoding) == offset


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_positions_count_what_the_encoding_counts(text: str, encoding: Encoding) -> None:
    source = Source(text)
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    for offset in range(len(text) + 1):
        position = convert.to_position(source, offset, encoding)
        before = text[source.line_starts[position.line] : offset]
        assert position.character == len(before.encode(codec)) // size


@pytest.mark.parametrize(("encoding", "start", "end"), [("utf-8", 7, 11), ("utf-16", 6, 8), ("utf-32", 6, 7)])
def test_an_emoji_after_an_accent(encoding: Encoding, start: int, end: int) -> None:
    source = Source("x = 'é😋' + y\n")
    span = Span(6, 7)
    expected = lsp.Range(lsp.Position(0, start), lsp.Position(0, end))
    assert convert.to_range(source, span, encoding) == expected
    assert convert.from_range(source, expected, encoding) == span
    assert convert.from_range(source, lsp.Range(expected.end, expected.start), encoding) == span


def test_a_diagnostic_carries_what_the_client_can_show() -> None:
    related = (
        Label(Location("b.py", Span(4, 5)), "declared here"),
        Label(Location("gone.py", Span(0, 1)), "was here"),
    )
    found = Diagnostic(
        "edge-type-mismatch", Severity.WARNING, "a.py", Span(11, 12), "wrong", ("write `z`",), related, unnecessary=True
    )
    plain = convert.to_diagnostic(found, FILES, Client(encoding="utf-16"))
    assert plain == lsp.Diagnostic(
        lsp.Range(lsp.Position(0, 12), lsp.Position(0, 13)),
        "wrong\nwrite `z`",
        severity=lsp.DiagnosticSeverity.Warning,
        code="edge-type-mismatch",
        source="athena",
    )
    client = Client(related_information=True, code_description=True, unnecessary_tag=True)
    rich = convert.to_diagnostic(found, FILES, client)
    assert rich.code_description == lsp.CodeDescription(found.url)
    assert rich.tags == [lsp.DiagnosticTag.Unnecessary]
    assert rich.related_information == [
        lsp.DiagnosticRelatedInformation(
            lsp.Location("file:///w/b.py", lsp.Range(lsp.Position(0, 4), lsp.Position(0, 5))), "declared here"
        )
    ]


def test_edits_name_the_version_that_they_were_made_for() -> None:
    edits = (FileEdit("a.py", TextEdit(Span(11, 12), "z")), FileEdit("b.py", TextEdit(Span(0, 0), "# b\n")))
    plain = convert.to_workspace_edit(edits, FILES, Client())
    assert plain.changes == {
        "file:///w/a.py": [lsp.TextEdit(lsp.Range(lsp.Position(0, 12), lsp.Position(0, 13)), "z")],
        "file:///w/b.py": [lsp.TextEdit(lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)), "# b\n")],
    }
    versioned = convert.to_workspace_edit(edits, FILES, Client(versioned_edits=True)).document_changes
    assert versioned is not None
    documents = [change.text_document for change in versioned if isinstance(change, lsp.TextDocumentEdit)]
    assert [(document.uri, document.version) for document in documents] == [
        ("file:///w/a.py", 3),
        ("file:///w/b.py", None),
    ]


def test_changes_come_with_and_without_a_range() -> None:
    given_range = lsp.Range(lsp.Position(0, 1), lsp.Position(2, 3))
    changes = convert.from_changes(
        [lsp.TextDocumentContentChangePartial(given_range, "new"), lsp.TextDocumentContentChangeWholeDocument("all")]
    )
    assert [(change.new_text, change.range) for change in changes] == [("new", ((0, 1), (2, 3))), ("all", None)]

"""Between the protocol's types and athena's: positions, diagnostics, edits, answers. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from lsprotocol import types as lsp

from athena_lsp.diagnostics import Diagnostic, FileEdit, Location, Severity
from athena_lsp.records import dataclass
from athena_lsp.server.capabilities import Client
from athena_lsp.server.documents import Change
from athena_lsp.text import Encoding, Source, Span

Note = Literal["files", "texts"]
NOTES: Mapping[Note, lsp.ChangeAnnotation] = {
    "files": lsp.ChangeAnnotation("In other files"),
    "texts": lsp.ChangeAnnotation("Placeholders in texts", needs_confirmation=True),
}
"""What is said of an edit. That one changes other files as well, people expect; that it changes texts, they do not."""
NO_NOTES: Mapping[FileEdit, Note] = {}
AnyEdit = lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit

SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}


@dataclass(frozen=True, slots=True)
class Files:
    """How the files of one snapshot are named and read: what conversions need to know of them."""

    source: Callable[[str], Source | None]
    """By path; None when there is no such file."""
    uri: Callable[[str], str]
    version: Callable[[str], int | None]
    """Of an open document; None when the file is not open."""


def to_position(source: Source, offset: int, encoding: Encoding) -> lsp.Position:
    return lsp.Position(*source.position_in(offset, encoding))


def to_range(source: Source, span: Span, encoding: Encoding) -> lsp.Range:
    return lsp.Range(to_position(source, span.start, encoding), to_position(source, span.end, encoding))


def from_position(source: Source, position: lsp.Position, encoding: Encoding) -> int:
    return source.offset_at(position.line, position.character, encoding)


def from_range(source: Source, given: lsp.Range, encoding: Encoding) -> Span:
    """The span of a range; one that runs backwards is turned round."""
    return Span(*sorted(from_position(source, position, encoding) for position in (given.start, given.end)))


def from_changes(changes: Sequence[lsp.TextDocumentContentChangeEvent]) -> tuple[Change, ...]:
    return tuple(
        Change(change.text, _ends(change.range))
        if isinstance(change, lsp.TextDocumentContentChangePartial)
        else Change(change.text)
        for change in changes
    )


def to_diagnostic(diagnostic: Diagnostic, files: Files, client: Client) -> lsp.Diagnostic:
    """The hints follow the message, a line each: no field of the protocol holds them."""
    source = files.source(diagnostic.path) or Source("")
    return lsp.Diagnostic(
        range=to_range(source, diagnostic.span, client.encoding),
        message="\n".join((diagnostic.message, *diagnostic.hints)),
        severity=SEVERITIES[diagnostic.severity],
        code=diagnostic.rule,
        code_description=lsp.CodeDescription(diagnostic.url) if client.code_description else None,
        source="athena",
        tags=[lsp.DiagnosticTag.Unnecessary] if diagnostic.unnecessary and client.unnecessary_tag else None,
        related_information=_related(diagnostic, files, client.encoding) if client.related_information else None,
    )


def to_location(location: Location, files: Files, encoding: Encoding) -> lsp.Location | None:
    """None when the file is gone."""
    source = files.source(location.path)
    if source is None:
        return None
    return lsp.Location(files.uri(location.path), to_range(source, location.span, encoding))


def to_workspace_edit(
    edits: Iterable[FileEdit], files: Files, client: Client, notes: Mapping[FileEdit, Note] = NO_NOTES
) -> lsp.WorkspaceEdit:
    """Edits by file, for the versions that they were made for where the client can check that; notes on some of them go
    to those clients that show them."""
    by_path: dict[str, list[AnyEdit]] = {}
    for edit in edits:
        source, note = files.source(edit.path) or Source(""), notes.get(edit) if client.annotated_edits else None
        where, text = to_range(source, edit.edit.span, client.encoding), edit.edit.new_text
        change = lsp.AnnotatedTextEdit(note, where, text) if note else lsp.TextEdit(where, text)
        by_path.setdefault(edit.path, []).append(change)
    if not client.versioned_edits:
        plain = {
            path: [each for each in changes if isinstance(each, lsp.TextEdit)] for path, changes in by_path.items()
        }
        return lsp.WorkspaceEdit(changes={files.uri(path): changes for path, changes in plain.items()})
    return lsp.WorkspaceEdit(
        document_changes=[
            lsp.TextDocumentEdit(
                lsp.OptionalVersionedTextDocumentIdentifier(files.uri(path), files.version(path)), changes
            )
            for path, changes in by_path.items()
        ],
        change_annotations={note: NOTES[note] for note in dict.fromkeys(notes.values())}
        if client.annotated_edits and notes
        else None,
    )


def _ends(given: lsp.Range) -> tuple[tuple[int, int], tuple[int, int]]:
    return (given.start.line, given.start.character), (given.end.line, given.end.character)


def _related(diagnostic: Diagnostic, files: Files, encoding: Encoding) -> list[lsp.DiagnosticRelatedInformation] | None:
    found = [(to_location(label.location, files, encoding), label.message) for label in diagnostic.related]
    return [lsp.DiagnosticRelatedInformation(location, message) for location, message in found if location] or None

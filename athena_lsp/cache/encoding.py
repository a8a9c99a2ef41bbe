"""Diagnostics as JSON and back, short: they are written and read by the same version of athena only."""

from __future__ import annotations

from typing import Any, TypeAlias

from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix, Label, Location, Severity
from athena_lsp.text import Span, TextEdit

Json: TypeAlias = Any


def encoded(found: Diagnostic) -> Json:
    """A diagnostic as JSON."""
    return [
        found.rule,
        found.severity.value,
        found.path,
        _span(found.span),
        found.message,
        list(found.hints),
        [[label.location.path, _span(label.location.span), label.message] for label in found.related],
        [[fix.title, fix.safe, [_edit(edit) for edit in fix.edits]] for fix in found.fixes],
        found.unnecessary,
    ]


def decoded(json: Json) -> Diagnostic:
    """The diagnostic that was encoded."""
    rule, severity, path, span, message, hints, related, fixes, unnecessary = json
    return Diagnostic(
        rule,
        Severity(severity),
        path,
        Span(*span),
        message,
        tuple(hints),
        tuple(Label(Location(where, Span(*place)), text) for where, place, text in related),
        tuple(Fix(title, tuple(_decoded_edit(each) for each in edits), safe) for title, safe, edits in fixes),
        unnecessary,
    )


def _edit(edit: FileEdit) -> Json:
    return [edit.path, _span(edit.edit.span), edit.edit.new_text]


def _decoded_edit(json: Json) -> FileEdit:
    path, span, text = json
    return FileEdit(path, TextEdit(Span(*span), text))


def _span(span: Span) -> list[int]:
    return [span.start, span.end]

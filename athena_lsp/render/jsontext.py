"""Diagnostics as JSON: one array, or one object a line. Its keys are stable."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from athena_lsp.diagnostics import Diagnostic, Fix, Location
from athena_lsp.render.places import place_of
from athena_lsp.text import Source

Json = dict[str, object]


def render_json(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
    """One array of objects; lines and columns from 1, columns in code points."""
    return json.dumps([_object(found, sources) for found in diagnostics], indent=2, ensure_ascii=False) + "\n"


def render_jsonl(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
    """The same objects, each in a line of its own."""
    return "".join(json.dumps(_object(found, sources), ensure_ascii=False) + "\n" for found in diagnostics)


def _object(found: Diagnostic, sources: Mapping[str, Source]) -> Json:
    return {
        "path": found.path,
        "rule": found.rule,
        "severity": found.severity.value,
        "message": found.message,
        "range": _range(Location(found.path, found.span), sources),
        "hints": list(found.hints),
        "related": [
            {
                "path": label.location.path,
                "range": _range(label.location, sources),
                "message": label.message,
            }
            for label in found.related
        ],
        "fixes": [_fix(fix, sources) for fix in found.fixes],
        "url": found.url,
    }


def _fix(fix: Fix, sources: Mapping[str, Source]) -> Json:
    edits = [
        {
            "path": edit.path,
            "range": _range(Location(edit.path, edit.edit.span), sources),
            "new_text": edit.edit.new_text,
        }
        for edit in fix.edits
    ]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _range(location: Location, sources: Mapping[str, Source]) -> Json:
    place = place_of(location, sources)
    return {
        "start": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
    }

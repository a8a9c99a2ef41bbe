"""Diagnostics as a Code Quality report of GitLab."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from athena_lsp.diagnostics import Diagnostic, Location, Severity
from athena_lsp.render.places import fingerprints, place_of
from athena_lsp.text import Source

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render_gitlab(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
    """One array of issues, each with a fingerprint of its own."""
    found = tuple(diagnostics)
    issues = [
        _issue(one, fingerprint, sources) for one, fingerprint in zip(found, fingerprints(found, sources), strict=True)
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(found: Diagnostic, fingerprint: str, sources: Mapping[str, Source]) -> dict[str, object]:
    place = place_of(Location(found.path, found.span), sources)
    return {
        "type": "issue",
        "check_name": found.rule,
        "description": found.message,
        "severity": SEVERITIES[found.severity],
        "fingerprint": fingerprint,
        "location": {"path": place.path, "lines": {"begin": place.line, "end": place.end_line}},
    }

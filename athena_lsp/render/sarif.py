"""Diagnostics as SARIF 2.1.0 (OASIS), with the fields and within the limits of GitHub's code scanning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from athena_lsp.diagnostics import RULES_URL, Diagnostic, Fix, Location, Severity
from athena_lsp.render.places import fingerprints, place_of
from athena_lsp.rules.base import Rule
from athena_lsp.text import Source

Json = dict[str, object]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://athena-lsp.readthedocs.io/"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
MOST_RESULTS = 25_000
"""GitHub refuses a run with more results; the least severe are left out."""
MOST_RELATED = 999
"""GitHub refuses a result with 1,000 locations or more besides its own."""


def render_sarif(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source], rules: Mapping[str, Rule], version: str
) -> str:
    """One run of athena as a SARIF log. `rules` describes the rules by name, `version` is athena's own."""
    found = tuple(diagnostics)
    if len(found) > MOST_RESULTS:
        order = list(Severity)
        found = tuple(sorted(found, key=lambda one: order.index(one.severity))[:MOST_RESULTS])
    names = sorted({one.rule for one in found})
    results = [
        _result(one, names.index(one.rule), fingerprint, sources)
        for one, fingerprint in zip(found, fingerprints(found, sources), strict=True)
    ]
    driver = {
        "name": "athena",
        "informationUri": HOME,
        "version": version,
        "rules": [_rule(name, rules.get(name)) for name in names],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str, rule: Rule | None) -> Json:
    level = LEVELS[rule.severity if rule else Severity.ERROR]
    return {
        "id": name,
        "shortDescription": {"text": rule.summary if rule else name},
        "helpUri": f"{RULES_URL}{name}/",
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["argo-workflows", "athena"]},
    }


def _result(found: Diagnostic, rule_index: int, fingerprint: str, sources: Mapping[str, Source]) -> Json:
    text = "\n".join((found.message, *found.hints))
    result: Json = {
        "ruleId": found.rule,
        "ruleIndex": rule_index,
        "level": LEVELS[found.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(Location(found.path, found.span), sources)}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if found.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(label.location, sources),
                "message": {"text": label.message},
            }
            for number, label in enumerate(found.related[:MOST_RELATED])
        ]
    if found.fixes:
        result["fixes"] = [_fix(fix, sources) for fix in found.fixes]
    return result


def _fix(fix: Fix, sources: Mapping[str, Source]) -> Json:
    paths = dict.fromkeys(edit.path for edit in fix.edits)
    changes = [
        {
            "artifactLocation": _artifact(path),
            "replacements": [
                {
                    "deletedRegion": _region(Location(path, edit.edit.span), sources),
                    "insertedContent": {"text": edit.edit.new_text},
                }
                for edit in fix.edits
                if edit.path == path
            ],
        }
        for path in paths
    ]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _physical(location: Location, sources: Mapping[str, Source]) -> Json:
    return {"artifactLocation": _artifact(location.path), "region": _region(location, sources)}


def _artifact(path: str) -> Json:
    if path.startswith("/"):
        return {"uri": f"file://{quote(path)}"}
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _region(location: Location, sources: Mapping[str, Source]) -> Json:
    place = place_of(location, sources)
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }

"""The formats that other programs read: their exact shape, and texts that try to break out of them."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix, Label, Location, Severity
from athena_lsp.render.github import render_github
from athena_lsp.render.gitlab import render_gitlab
from athena_lsp.render.jsontext import render_json, render_jsonl
from athena_lsp.render.junit import render_junit
from athena_lsp.render.sarif import MOST_RELATED, MOST_RESULTS, render_sarif
from athena_lsp.rules.base import Rule
from athena_lsp.text import Source, Span, TextEdit

TEXT = "é = load()\nsave(é.idd,\n     1)\n"
SOURCES = {"a b/main.py": Source(TEXT), "lib.py": Source("class Report: ...\n")}
FIX = Fix("Replace with `id`", (FileEdit("a b/main.py", TextEdit(Span(18, 21), "id")),), safe=True)
FIRST = Diagnostic(
    "unknown-field",
    Severity.ERROR,
    "a b/main.py",
    Span(18, 21),
    "no field `idd`: 100%, or so",
    ("write `id`",),
    (Label(Location("lib.py", Span(6, 12)), "declared here"),),
    (FIX,),
)
SECOND = Diagnostic("untyped-edge", Severity.INFO, "a b/main.py", Span(11, len(TEXT) - 1), "a\r\nb <&> \x1b")
RULES = {"unknown-field": Rule("unknown-field", "a field that is not there", Severity.ERROR, "0.1", None)}


def test_json_has_the_documented_shape() -> None:
    first, second = json.loads(render_json([FIRST, SECOND], SOURCES))
    span = {"start": {"line": 2, "column": 8}, "end": {"line": 2, "column": 11}}
    assert first == {
        "path": "a b/main.py",
        "rule": "unknown-field",
        "severity": "error",
        "message": "no field `idd`: 100%, or so",
        "range": span,
        "hints": ["write `id`"],
        "related": [
            {
                "path": "lib.py",
                "range": {"start": {"line": 1, "column": 7}, "end": {"line": 1, "column": 13}},
                "message": "declared here",
            }
        ],
        "fixes": [
            {
                "title": "Replace with `id`",
                "safe": True,
                "edits": [{"path": "a b/main.py", "range": span, "new_text": "id"}],
            }
        ],
        "url": "https://athena-lsp.readthedocs.io/rules/unknown-field/",
    }
    assert second["range"]["end"] == {"line": 3, "column": 8}
    assert render_json([], {}) == "[]\n"


def test_json_lines_hold_the_same_objects() -> None:
    lines = render_jsonl([FIRST, SECOND], SOURCES).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(render_json([FIRST, SECOND], SOURCES))


def test_sarif_has_what_code_scanning_needs() -> None:
    log = sarif([FIRST, SECOND])
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["version"] == "9.9"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["unknown-field", "untyped-edge"]
    assert rules[0]["shortDescription"] == {"text": "a field that is not there"}
    assert rules[0]["helpUri"] == FIRST.url
    first, second = run["results"]
    assert (first["level"], second["level"]) == ("error", "note")
    assert rules[second["ruleIndex"]]["id"] == second["ruleId"] == "untyped-edge"
    assert first["message"]["text"] == "no field `idd`: 100%, or so\nwrite `id`"
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "a%20b/main.py", "uriBaseId": "%SRCROOT%"}
    assert location["region"] == {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 11}
    assert first["relatedLocations"][0]["message"] == {"text": "declared here"}
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "id"}


def test_sarif_keeps_the_limits_of_code_scanning_and_the_worst_findings() -> None:
    related = (Label(Location("lib.py", Span(0, 1)), "x"),) * (MOST_RELATED + 5)
    wide = Diagnostic("unknown-field", Severity.ERROR, "lib.py", Span(0, 1), "x", related=related)
    (run,) = sarif([*[SECOND] * MOST_RESULTS, wide])["runs"]
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["level"] == "error"
    assert len(run["results"][0]["relatedLocations"]) == MOST_RELATED


def test_fingerprints_are_different_and_survive_edits_elsewhere() -> None:
    def prints(text: str) -> list[str]:
        start = text.index("idd")
        found = Diagnostic("unknown-field", Severity.ERROR, "m.py", Span(start, start + 3), "x")
        issues = json.loads(render_gitlab([found, found], {"m.py": Source(text)}))
        return [issue["fingerprint"] for issue in issues]

    before = prints("save(é.idd)\n")
    assert before == prints("# a line above\n    save(é.idd)  \n")
    assert len(set(before)) == 2
    assert before != prints("load(é.idd)\n")


def test_github_lines_cannot_be_broken_out_of() -> None:
    first, second = render_github([FIRST, SECOND], SOURCES).splitlines()
    assert first == (
        "::error file=a b/main.py,line=2,col=8,endLine=2,endColumn=11,title=athena (unknown-field)"
        "::a b/main.py:2:8: no field `idd`: 100%25, or so [unknown-field]%0Awrite `id`"
    )
    assert second.startswith("::notice file=a b/main.py,line=2,endLine=3,title=athena (untyped-edge)::")
    assert "a%0D%0Ab" in second
    tricky = Diagnostic("r", Severity.WARNING, "a,b:c%.py", Span(0, 0), "x")
    assert render_github([tricky], {}).startswith("::warning file=a%2Cb%3Ac%25.py,line=1,")


def test_gitlab_issues_have_what_code_quality_needs() -> None:
    first, second = json.loads(render_gitlab([FIRST, SECOND], SOURCES))
    assert first.pop("fingerprint") != second.pop("fingerprint")
    assert first == {
        "type": "issue",
        "check_name": "unknown-field",
        "description": "no field `idd`: 100%, or so",
        "severity": "major",
        "location": {"path": "a b/main.py", "lines": {"begin": 2, "end": 2}},
    }
    assert second["location"]["lines"] == {"begin": 2, "end": 3}


def test_junit_fails_for_errors_only_and_is_xml() -> None:
    text = render_junit([FIRST, SECOND], SOURCES, ["a b/main.py", "clean.py"])
    root = ET.fromstring(text.encode())
    assert root.attrib == {"name": "athena", "tests": "3", "failures": "1", "errors": "0"}
    suites = {suite.attrib["name"]: suite for suite in root}
    assert suites["clean.py"].attrib["tests"] == "1"
    failed, quiet = suites["a b/main.py"]
    (failure,) = failed
    assert failure.attrib == {"message": "no field `idd`: 100%, or so", "type": "unknown-field"}
    assert failure.text is not None
    assert failure.text.strip() == "a b/main.py:2:8: no field `idd`: 100%, or so\nwrite `id`"
    assert quiet[0].tag == "system-out"
    assert "b <&> ␛" in str(quiet[0].text)


def test_junit_holds_any_text() -> None:
    text = "".join(map(chr, (*range(0x20), 0x7F, 0x85, 0xD800, 0xFFFE, 0xFFFF, 0x1F600)))
    root = ET.fromstring(render_junit([Diagnostic("r", Severity.ERROR, text, Span(0, 0), text)], {}, []))
    assert root[0][0][0].attrib["type"] == "r"


def sarif(diagnostics: list[Diagnostic]) -> Any:
    return json.loads(render_sarif(diagnostics, SOURCES, RULES, "9.9"))

"""docs/language/python.md says what becomes of each construct of Python; `pytest --update` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from athena_lsp.diagnostics import Diagnostic, Severity
from athena_lsp.project import Project
from athena_lsp.settings import Settings
from tests.argo.construct_table import INTRODUCTION, SECTIONS, Construct, shown
from tests.argo.flow_agrees import HEAD, as_manifest, as_python

PAGE = Path(__file__).parents[2] / "docs/language/python.md"
PLAIN = "def list_of(x: int) -> list[int]:\n    return [x]\n\n"
ALL = [construct for section in SECTIONS.values() for construct in section]
LOWERED = [construct for construct in ALL if construct.becomes]
REFUSED = [construct for construct in ALL if not construct.becomes]
ARGUMENTS = ({"a": 4, "b": 2, "c": 7}, {"a": 0, "b": 3, "c": 1}, {"a": 3, "b": 5, "c": 2})


def test_the_page_is_what_the_table_says(update: bool) -> None:
    text = page()
    if update:
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("construct", LOWERED, ids=lambda each: each.what)
def test_what_is_lowered_runs_as_python_does(construct: Construct) -> None:
    for arguments in ARGUMENTS:
        expected = as_python(source_of(construct), arguments)
        found = as_manifest(source_of(construct), arguments)
        assert found.failed == expected.failed
        if not expected.failed:
            assert found == expected


@pytest.mark.parametrize("construct", REFUSED, ids=lambda each: each.what)
def test_what_is_refused_is_told_once_with_advice(construct: Construct) -> None:
    found = errors(construct)
    assert len(found) == 1, [(each.rule, each.message) for each in found]
    assert found[0].hints


def page() -> str:
    parts = [INTRODUCTION]
    for title, constructs in SECTIONS.items():
        parts.append(f"\n## {title}\n\n| Python | for example | what happens |\n|---|---|---|\n")
        parts += (f"| {each.what} | {shown(each.body)} | {happens(each)} |\n" for each in constructs)
    return "".join(parts)


def happens(construct: Construct) -> str:
    if construct.becomes:
        return construct.becomes
    found = errors(construct)[0]
    rule = f"[refused](../../athena_lsp/rules/{found.rule}.md)"
    told = f"{rule}: {found.message}; {'; '.join(found.hints)}"
    return (told + (" (fix)" if found.fixes else "")).replace("|", "\\|")


def errors(construct: Construct) -> list[Diagnostic]:
    project = Project.of({"main.py": source_of(construct)}, settings=Settings(project="p"))
    return [each for each in project.diagnostics("main.py") if each.severity is Severity.ERROR]


def source_of(construct: Construct) -> str:
    if construct.is_module:
        return f"from athena_runtime import container, workflow\n\n{construct.body}\n"
    lines = "".join(f"    {line}\n" for line in construct.body.splitlines())
    return f"{HEAD}{PLAIN}@workflow\ndef flow(a: int, b: int, c: int) -> int:\n{lines}"

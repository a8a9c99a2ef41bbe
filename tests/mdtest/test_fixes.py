"""Every fix of every page: the finding is gone, the text can be read, and a safe one changes nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from checked import Checked
from harness import FILE_KINDS, check
from pages import Program, Section, program, sections

from athena_lsp.diagnostics import Diagnostic, Fix
from athena_lsp.ir.model import Definition
from athena_lsp.ir.names import Declaration
from athena_lsp.syntax.blocks import cut
from athena_lsp.text import apply_edits

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted((ROOT / "athena_lsp" / "rules").glob("*.md")),
    *sorted((ROOT / "tests" / "mdtest").rglob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
SECTIONS = [section for page in PAGES for section in sections(page)]


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_every_fix_of_a_section(section: Section) -> None:
    given = program(section, FILE_KINDS)
    before = check(given)
    for found in before.diagnostics:
        for fix in found.fixes:
            after = check(fixed(given, fix))
            where = f"{found.rule}: {found.message}: {fix.title}"
            assert newly_broken(before, after) == [], where
            assert findings(after)[key(found)] < findings(before)[key(found)], where
            # Not fewer: behind the first mistake of a path stands the next one.
            assert of_rule(after, found.rule) <= of_rule(before, found.rule), where
            if fix.safe:
                assert changed_elsewhere(before, after, found) == [], where


def fixed(given: Program, fix: Fix) -> Program:
    files = dict(given.files)
    for path in dict.fromkeys(edit.path for edit in fix.edits):
        files[path] = apply_edits(files[path], [edit.edit for edit in fix.edits if edit.path == path])
    return replace(given, files=files)


def newly_broken(before: Checked, after: Checked) -> list[str]:
    """The Python files that parsed before and do not now."""
    paths = [path for path in before.sources if path.endswith(".py") and not cut(before.sources[path].text).broken]
    return [path for path in paths if cut(after.sources[path].text).broken]


def key(found: Diagnostic) -> tuple[str, str, str]:
    return found.path, found.rule, found.message


def findings(checked: Checked) -> Counter[tuple[str, str, str]]:
    return Counter(key(found) for found in checked.diagnostics)


def of_rule(checked: Checked, rule: str) -> int:
    return sum(found.rule == rule for found in checked.diagnostics)


def changed_elsewhere(before: Checked, after: Checked, found: Diagnostic) -> list[Declaration]:
    """The definitions that mean something else now, but for the one with the finding."""
    then = definitions(after)
    return [
        declaration
        for declaration, (definition, (start, end)) in definitions(before).items()
        if not (declaration.path == found.path and start <= found.span.start <= end)
        and (declaration not in then or then[declaration][0] != definition)
    ]


def definitions(checked: Checked) -> dict[Declaration, tuple[Definition, tuple[int, int]]]:
    """Every definition with its place in its file."""
    return {
        definition.declaration: (definition, (start + definition.span.start, start + definition.span.end))
        for path in checked.project.files
        for start, unit in checked.project.units(path)
        for definition in unit.definitions
    }

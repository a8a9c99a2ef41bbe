"""Every section of every page is a test; every rule has a page that shows it firing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from harness import FILE_KINDS, complaints, is_rule_page, update_page
from pages import Fence, Section, program, sections

from athena_lsp.rules.base import all_rules

ROOT = Path(__file__).parents[2]
RULE_PAGES = sorted((ROOT / "athena_lsp" / "rules").glob("*.md"))
ARGUMENT_PAGES = [*sorted((ROOT / "docs" / "arguments").glob("*.md")), ROOT / "docs" / "resources.md"]
LANGUAGE_PAGES = [ROOT / "docs" / "language.md", *sorted((ROOT / "docs" / "language").glob("*.md"))]
OUTCOMES = ROOT / "docs" / "outcomes.md"
PAGES = [*RULE_PAGES, *ARGUMENT_PAGES, *LANGUAGE_PAGES, OUTCOMES, *sorted((ROOT / "tests" / "mdtest").rglob("*.md"))]
SECTIONS = [section for page in PAGES for section in sections(page)]


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_section(section: Section, update: bool) -> None:
    if needed_python(section) > sys.version_info[:2]:
        pytest.skip("this program is written for a later Python")
    if update:
        update_page(section)
        section = next(again for again in sections(section.page) if again.number == section.number)
    if found := list(complaints(section)):
        pytest.fail("\n".join((f"{section.page.relative_to(ROOT)}:{section.line + 1}: {section.title}", *found)), False)


def needed_python(section: Section) -> tuple[int, ...]:
    """The Python that can parse the section's program: the version in the first line of a fence (`python 3.12`)."""
    found = [fence.argument for fence in section.fences if fence.kind == "python" and fence.argument]
    return max((tuple(map(int, version.split("."))) for version in found), default=(3, 0))


def test_rules_and_pages_are_the_same_set() -> None:
    assert {page.stem for page in RULE_PAGES} == {rule.name for rule in all_rules()}


@pytest.mark.parametrize("page", RULE_PAGES, ids=lambda page: page.stem)
def test_a_rule_page_is_titled_by_its_rule_and_shows_it_firing(page: Path) -> None:
    slug = page.stem
    expected = [
        expectation
        for section in sections(page)
        for expectations in program(section, FILE_KINDS).expected.values()
        for expectation in expectations
    ]
    assert page.read_text(encoding="utf-8").startswith(f"# {slug}\n")
    assert any(expectation.rule in ("", slug) for expectation in expected), f"no section of {page} shows the rule"
    assert is_rule_page(page)


@pytest.mark.parametrize("page", [*LANGUAGE_PAGES, *ARGUMENT_PAGES], ids=lambda page: page.stem)
def test_a_page_that_shows_a_workflow_runs_one(page: Path) -> None:
    shown = [section for section in sections(page) if any(map(_shows_a_workflow, section.fences))]
    assert not shown or any(fence.kind == "run" for section in shown for fence in section.fences)


def _shows_a_workflow(fence: Fence) -> bool:
    return fence.kind == "python" and "@workflow" in fence.body

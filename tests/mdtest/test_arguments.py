"""Every argument of the decorators has its page, with a program and what it becomes; the tables are as they must be."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from harness import FILE_KINDS
from pages import program, sections

from athena_lsp.analysis import options
from athena_lsp.analysis.options import CONSTRUCTS, OPTIONS
from tools.arguments import FOLDER, INDEX, RESOURCES, arguments_of, index, option_types_of, refreshed

PAGES = sorted(FOLDER.glob("*.md"))
MISTAKES = "## Mistakes\n"
RULE_LINK = re.compile(r"\[`[\w-]+`\]\(\.\./\.\./athena_lsp/rules/[\w-]+\.md\)")
WITH_TEXT = ("load_artifact", "save_artifact")
"""Calls with a second form, for text."""


@pytest.mark.parametrize("page", [*PAGES, RESOURCES], ids=lambda page: page.stem)
def test_the_tables_of_a_page_are_as_the_code_says(page: Path, update: bool) -> None:
    expected = refreshed(page.read_text(encoding="utf-8"))
    if update:
        page.write_text(expected, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == expected


def test_the_index_lists_every_argument_with_its_page(update: bool) -> None:
    expected = index()
    if update:
        INDEX.write_text(expected, encoding="utf-8")
    assert INDEX.read_text(encoding="utf-8") == expected


def test_every_argument_and_every_option_type_has_one_place() -> None:
    texts = [page.read_text(encoding="utf-8") for page in (*PAGES, RESOURCES)]
    assert Counter(name for text in texts for name in arguments_of(text)) == Counter(o.name for o in OPTIONS)
    assert Counter(name for text in texts for name in option_types_of(text)) == Counter(CONSTRUCTS.keys())


def test_every_resource_call_has_a_section_with_a_program() -> None:
    titles = {section.title for section in sections(RESOURCES)}
    assert titles >= options.RESOURCES.keys() - {f"{name}_str" for name in WITH_TEXT} - {"secret_opt"}
    text = RESOURCES.read_text(encoding="utf-8")
    assert [name for name in options.RESOURCES if f"`{name}`" not in text and f"## {name}" not in text] == []


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_argument_is_shown_in_a_program_with_what_it_becomes(option: object) -> None:
    name = next(each.name for each in OPTIONS if each is option)
    (section,) = (each for page in PAGES for each in sections(page) if each.title.rpartition(" - ")[2] == name)
    programs = "".join(program(section, FILE_KINDS).files.values())
    assert re.search(rf"^(?:@\w+\(|    )(?:.*, )?{name}=", programs, re.MULTILINE)
    assert any(fence.kind == "manifest" and fence.body.strip() for fence in section.fences)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_ends_with_its_mistakes(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count(MISTAKES) == 1
    assert RULE_LINK.search(text[text.index(MISTAKES) :])

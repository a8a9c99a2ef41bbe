"""No text and no place makes a question raise: examples as they are, cut off, and with pieces put in or taken out."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from athena_lsp.ide.actions import actions
from athena_lsp.ide.calls import call_item, incoming_calls, outgoing_calls
from athena_lsp.ide.completion import completions, documentation
from athena_lsp.ide.definition import definition
from athena_lsp.ide.hints import HINT_KINDS, hints
from athena_lsp.ide.hover import hover
from athena_lsp.ide.in_config import config_completions, config_hover
from athena_lsp.ide.lenses import lens_title, lenses
from athena_lsp.ide.links import links
from athena_lsp.ide.ranges import foldings, selections
from athena_lsp.ide.references import highlights, references_at
from athena_lsp.ide.rename import prepare_rename, rename
from athena_lsp.ide.signature_help import signature_help
from athena_lsp.ide.symbols import symbols, workspace_symbols
from athena_lsp.ide.tokens import tokens
from athena_lsp.ide.type_definition import implementations, type_definitions
from athena_lsp.project import Project
from athena_lsp.syntax.cursor import cursor_in, keywords_behind
from athena_lsp.syntax.statement import without_statement
from athena_lsp.text import Span

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("*.py") if "athena_runtime" in path.read_text("utf-8"))
PIECES = (
    "(",
    ")",
    "[",
    '"',
    '"""',
    "\n",
    "    ",
    ".",
    ",",
    "=",
    "{",
    "}",
    "#",
    "é😋",
    "\x00",
    "\r",
    "\u2028",
    "\\",
    "@",
    "x.",
)

AT_PLACES: tuple[Callable[[Project, str, int], object], ...] = (
    hover, completions, signature_help, definition, type_definitions, implementations, references_at, highlights,
    prepare_rename, selections, call_item,
)  # fmt: skip
OF_FILES: tuple[Callable[[Project, str], object], ...] = (symbols, tokens, foldings, links)


def ask_everything(project: Project, path: str, offset: int) -> None:
    text = project.source(path).text
    for at_place in AT_PLACES:
        at_place(project, path, offset)
    found = completions(project, path, offset)
    for item in found.items[:3] if found else ():
        documentation(project, item.about)
    assert found is None or (found.span.start <= offset <= found.span.end <= len(text))
    rename(project, path, offset, "renamed")
    actions(project, path, Span(offset, min(offset + 40, len(text))))


def ask_of_file(project: Project, path: str) -> None:
    whole = Span(0, len(project.source(path).text))
    for of_file in OF_FILES:
        of_file(project, path)
    hints(project, path, whole, frozenset(HINT_KINDS))
    for lens in lenses(project, path):
        lens_title(project, lens)
        incoming_calls(project, lens.declaration)
        outgoing_calls(project, lens.declaration)
    list(workspace_symbols(project, "a"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.relative_to(ROOT / "examples").as_posix())
def test_at_places_of_examples_and_of_what_is_left_of_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    chance = random.Random(len(text))
    project = Project.of({"main.py": text})
    ask_of_file(project, "main.py")
    for _ in range(12):
        ask_everything(project, "main.py", chance.randrange(len(text) + 1))
    for _ in range(6):
        at = chance.randrange(len(text))
        piece = chance.choice(PIECES)
        broken = chance.choice((text[:at], text[:at] + piece + text[at:], text[:at] + text[at + 15 :]))
        changed = project.with_text("main.py", broken)
        ask_everything(changed, "main.py", min(at + len(piece), len(broken)))
        ask_of_file(changed, "main.py")


def test_what_stands_around_a_cursor_of_any_text() -> None:
    chance = random.Random(5)
    for _ in range(400):
        text = "".join(chance.choice((*PIECES, "def f():", "load", " ", "a")) for _ in range(30))
        offset = chance.randrange(len(text) + 1)
        cursor = cursor_in(text, offset)
        assert cursor.word.start <= offset
        assert cursor.word.end <= len(text)
        keywords_behind(text, offset)
        whole = without_statement(text, offset, "MARK")
        assert "MARK" in whole


def test_any_configuration() -> None:
    chance = random.Random(5)
    parts = (
        "[",
        "]",
        "tool.athena",
        "rules",
        "=",
        '"',
        "\n",
        "s3",
        "channel",
        " ",
        "#",
        "tenants.x",
        "é",
        "\r",
        "\x00",
        ".",
    )
    for _ in range(400):
        text = "".join(chance.choice(parts) for _ in range(20))
        offset = chance.randrange(len(text) + 1)
        for name in ("athena.toml", "pyproject.toml"):
            found = config_completions(name, text, offset)
            assert found is None or found.span.end == offset
            config_hover(name, text, offset)

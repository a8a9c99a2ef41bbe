"""The programs in the documentation are checked, its links lead somewhere, and it speaks of options that exist."""

from __future__ import annotations

import re
import tomllib
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

import pytest
from harness import complaints
from pages import Section, sections

from athena_lsp.cli.main import COMMANDS
from athena_lsp.config.read import read_config
from athena_lsp.server.main import add_arguments

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
LANGUAGE = sections(ROOT / "docs/language.md")
LINK = re.compile(r"\[[^\]\n]+\]\((?!https?://)([^)#\s]+)(?:#[^)\s]*)?\)")


@pytest.mark.parametrize("section", LANGUAGE, ids=str)
def test_programs_of_the_language_page_are_as_it_says(section: Section) -> None:
    assert list(complaints(section)) == []


def test_the_readme_shows_the_quickstart() -> None:
    program = (ROOT / "examples/quickstart/pipeline.py").read_text(encoding="utf-8").splitlines()
    for line in python_in(ROOT / "README.md"):
        code = re.sub(r"\s+#.*", "", line).removesuffix(" ...")
        assert code in program, code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = [page.parent / match[1] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [str(target) for target in targets if not target.exists()] == []


def test_the_page_of_commands_has_every_option_and_no_other() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    tables = "\n".join(re.findall(r"^\| `-.*", page, re.MULTILINE)) + page[page.index("## athena explain") :]
    described = set(re.findall(r"--[a-zA-Z][\w-]*", tables))
    assert described == {*options(), "--check", "--version", "--help"}


def test_the_page_of_commands_has_every_command() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"athena {name}" not in page] == []


def test_the_settings_on_the_page_are_read() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    (settings,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    config = read_config("shop", {"pyproject.toml": settings})
    assert config.diagnostics == ()
    assert config.settings.exclude == ("attic/",)
    assert set(tomllib.loads(settings)["tool"]["athena"]["rules"]) == set(config.settings.rules)


def options() -> set[str]:
    """Every long option of every command and of the server."""
    found: set[str] = set()
    for name in COMMANDS:
        parser = ArgumentParser(add_help=False)
        import_module(f"athena_lsp.cli.{name}").arguments(parser)
        found |= long_options(parser)
    server = ArgumentParser(add_help=False)
    add_arguments(server)
    return found | long_options(server)


def long_options(parser: ArgumentParser) -> set[str]:
    return set(re.findall(r"--[a-zA-Z][\w-]*", parser.format_help()))


def python_in(page: Path) -> list[str]:
    """The lines of the page's Python fences that hold code."""
    fences = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for fence in fences for line in fence.splitlines() if line.strip()]

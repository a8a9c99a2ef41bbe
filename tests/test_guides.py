"""The programs in the documentation are checked, its links lead somewhere, and it speaks of commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness import complaints
from pages import Section, sections

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


def python_in(page: Path) -> list[str]:
    """The lines of the page's Python fences that hold code."""
    fences = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for fence in fences for line in fence.splitlines() if line.strip()]

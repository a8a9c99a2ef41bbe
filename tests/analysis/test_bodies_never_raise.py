"""No text of a workflow's body makes the compiler raise: programs with every construct, cut and stuffed at random."""

from __future__ import annotations

import random
import re
from pathlib import Path

from athena_lsp.diagnostics import Severity
from athena_lsp.project import Project

PAGES = Path(__file__).parents[2] / "docs" / "language"
PROGRAM = re.compile(r"```python\n(.*?)```", re.DOTALL)
STUFFING = (
    "lambda: ", ".options(", ".attempt(", "gather(", "[", "]", "(", ")", "for x in ", ":", "join=", "parallel(", "None",
    "*", "**a", "after=", "hooks={}", "name=", "if ", "try:\n", "zip(", "range(", "enumerate(", "x, y", "ask(",
    "sleep(",
)  # fmt: skip
COUNT = 250


def test_whatever_stands_in_a_body() -> None:
    programs = [found for page in sorted(PAGES.glob("*.md")) for found in PROGRAM.findall(page.read_text("utf-8"))]
    assert len(programs) > 10
    rng = random.Random(5)
    for _ in range(COUNT):
        text = _broken(rng, rng.choice(programs))
        project = Project.of({"main.py": text})
        found = project.diagnostics("main.py")
        if all(each.severity is not Severity.ERROR for each in found):
            for root in project.roots():
                assert project.emit(root).text


def _broken(rng: random.Random, text: str) -> str:
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(text) or 1)
        if rng.random() < 0.5:
            text = text[:at] + text[at + rng.randrange(1, 12) :]
        else:
            text = text[:at] + rng.choice(STUFFING) + text[at:]
    return text

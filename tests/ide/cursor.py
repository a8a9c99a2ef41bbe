"""Programs with a cursor: `$0` in a text stands for it."""

from __future__ import annotations

from dataclasses import dataclass

from athena_lsp.project import Project
from athena_lsp.settings import Settings

CURSOR = "$0"


@dataclass(frozen=True)
class At:
    """A project, and a cursor in one of its files."""

    project: Project
    path: str
    offset: int

    def text(self, path: str = "") -> str:
        return self.project.source(path or self.path).text


def at(text: str, **others: str) -> At:
    """The program `main.py` with its cursor; `others` are further files by their names without `.py`."""
    offset = text.index(CURSOR)
    files = {"main.py": text.replace(CURSOR, ""), **{f"{name}.py": other for name, other in others.items()}}
    return At(Project.of(files, Settings(project="shop")), "main.py", offset)

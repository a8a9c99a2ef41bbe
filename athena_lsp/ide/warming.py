"""Doing in small pieces what the first question about a file would do at once."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project, is_program


def warming(project: Project, path: str) -> Iterator[None]:
    """Has the project remember what the diagnostics of a file need, one definition or block at a time.

    May be left at any point: what was done stays remembered, for later snapshots too.
    """
    if path not in project.files or not is_program(project.files[path]):
        return
    for other, file in project.files.items():
        if is_program(file):
            for name in file.bindings:
                project.facts.signature(Declaration(other, name))
                yield
    for block in project.files[path].parsed.blocks:
        project.findings(path, block)
        yield

"""Doing in small pieces what the first question about a file would do at once."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.project import Project


def warming(project: Project, path: str) -> Iterator[None]:
    """Has the project remember what the diagnostics of a file need, one definition or block at a time.

    May be left at any point: what was done stays remembered, for later snapshots too.
    """
    if path not in project.files or not project.files[path].is_program:
        return
    for file in project.files.values():
        if "words" not in file.__dict__:
            _ = file.words
            yield
    for block in project.files[path].parsed.blocks:
        project.findings(path, block)
        yield

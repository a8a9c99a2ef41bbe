"""Doing in small pieces what the first question about a file would do at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from athena_lsp.ide.blockwise import Question, answers
from athena_lsp.ide.calls import find_incoming_calls
from athena_lsp.ide.place import place_at
from athena_lsp.ide.references import find_places
from athena_lsp.ide.spots import NameSpot, spot_at
from athena_lsp.ide.steps import Steps
from athena_lsp.ide.thing import thing_at
from athena_lsp.project import Project
from athena_lsp.text import Span


def warming(project: Project, path: str) -> Steps[None]:
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


def warming_blocks(project: Project, path: str, question: Question[Any], within: Span | None = None) -> Iterator[None]:
    """Asks each block of a file what will be asked of all."""
    for _ in answers(project, path, question, within):
        yield


def warming_hover(project: Project, path: str, offset: int) -> Iterator[None]:
    """Looks for the callers of a template whose name in its `def` the cursor is on: to hover over it, or a lens above
    it, tells of them."""
    place = place_at(project, path, offset)
    spot = spot_at(place.unit, place.offset) if place else None
    for _ in find_incoming_calls(project, spot.definition.declaration) if isinstance(spot, NameSpot) else ():
        yield


def warming_highlights(project: Project, path: str, offset: int) -> Iterator[None]:
    """Looks for what the thing at the cursor is named by in its file."""
    thing = thing_at(project, path, offset)
    for _ in find_places(project, thing, path) if thing else ():
        yield

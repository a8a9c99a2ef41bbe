"""Asking each block of a file for itself, and remembering what it said: an edit costs what it touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from athena_lsp.analysis.lower import unit
from athena_lsp.ir.model import Unit
from athena_lsp.project import Project
from athena_lsp.text import Span

T = TypeVar("T")


def of_blocks(
    project: Project,
    path: str,
    what: str,
    ask: Callable[[Project, Unit, str], Iterable[T]],
    within: Span | None = None,
) -> Iterator[tuple[int, T]]:
    """What `ask` says of the meaning and the text of each block, with the block's start; offsets count from there.

    `what` names the question, which may look at `project.facts` alone: other look-ups are not noticed, and the answer
    would stay as it is. Nothing of a file that does not use athena; `within` leaves out the blocks beside a span.
    """
    file = project.files.get(path)
    if file is None or not file.is_program:
        return
    nothing: tuple[T, ...] = ()
    facts = project.facts
    for start, block in zip(file.parsed.starts, file.parsed.blocks, strict=True):
        if within is not None and (start > within.end or within.start > start + len(block)):
            continue

        def compute(block: str = block) -> tuple[T, ...]:
            # The meaning is asked for in here: what it was made from is what the answer was made from.
            return tuple(ask(project, unit(facts, path, block), block))

        found: tuple[T, ...] = facts.ask((what, path, block), compute, nothing)
        for each in found:
            yield start, each

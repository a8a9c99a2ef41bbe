"""Asking each block of a file for itself, and remembering what it said: an edit costs what it touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from athena_lsp.analysis.lower import unit
from athena_lsp.ir.model import Unit
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked of the meaning and the text of each block; offsets in the answer count from the block's start.

    It may look at `project.facts` alone: other look-ups are not noticed, and the answer would stay as it is.
    """

    name: str
    ask: Callable[[Project, Unit, str], Iterable[T]]


def of_blocks(
    project: Project, path: str, question: Question[T], within: Span | None = None
) -> Iterator[tuple[int, T]]:
    """What all blocks of a file say, each with the block's start. Nothing of a file that does not use athena; `within`
    leaves out the blocks beside a span."""
    return ((start, each) for start, found in answers(project, path, question, within) for each in found)


def answers(
    project: Project, path: str, question: Question[T], within: Span | None = None
) -> Iterator[tuple[int, tuple[T, ...]]]:
    """The same, a block at a time: those that say nothing, too."""
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
            return tuple(question.ask(project, unit(facts, path, block), block))

        yield start, facts.ask((question.name, path, block), compute, nothing)

"""What stands at a cursor: the block, its meaning, and the offset inside it."""

from __future__ import annotations

from bisect import bisect_right

from athena_lsp.analysis.lower import unit
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a block. `offset` counts from the block's start, as all spans of `unit` do."""

    project: Project
    path: str
    start: int
    block: str
    """Its text."""
    unit: Unit
    offset: int

    @property
    def definition(self) -> Definition | None:
        """The definition around the cursor, the innermost one."""
        around = [each for each in self.unit.definitions if each.span.touches(self.offset)]
        return min(around, key=lambda each: each.span.end - each.span.start, default=None)

    def in_file(self, span: Span) -> Span:
        """A span of the block, counted from the file's start."""
        return span.shift(self.start)


def place_at(project: Project, path: str, offset: int) -> Place | None:
    """The place of a cursor; None when the file is unknown or the cursor is beyond its end.

    Only the block at the cursor is looked at. At the seam of two blocks the later one counts.
    """
    parsed = project.files[path].parsed if path in project.files else None
    if parsed is None or not parsed.blocks or not project.files[path].is_program:
        return None
    number = max(bisect_right(parsed.starts, offset) - 1, 0)
    start = parsed.starts[number]
    block = parsed.blocks[number]
    return Place(project, path, start, block, unit(project.facts, path, block), offset - start)

"""A section's program with everything that athena reports about it, and ways to show places and edits of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pages import PageError

from athena_lsp.diagnostics import Diagnostic, FileEdit, Location
from athena_lsp.project import Project
from athena_lsp.render.excerpt import excerpt
from athena_lsp.text import Source, Span, apply_edits


@dataclass(frozen=True, slots=True)
class Checked:
    """A section's program with everything that athena reports about it: what output functions get."""

    project: Project
    sources: Mapping[str, Source]
    """The project's files, and its configuration's."""
    diagnostics: tuple[Diagnostic, ...]
    cursor: tuple[str, int] | None
    selected_to: int | None = None
    argument: str = ""
    """What stands after the kind in the fence's first line."""

    @property
    def place(self) -> tuple[str, int]:
        """The file and the offset of `$0`. Raises PageError when there is none."""
        if self.cursor is None:
            raise PageError("an output at a cursor needs a `$0` in the program")
        return self.cursor

    @property
    def selection(self) -> Span:
        """From `$0` to `$1`; empty without a `$1`."""
        start = self.place[1]
        return Span(start, start if self.selected_to is None else self.selected_to)

    @property
    def file(self) -> str:
        """The file with the cursor, or main.py."""
        return self.cursor[0] if self.cursor else "main.py"


def shown(checked: Checked, location: Location) -> str:
    """A place as its file, its line and what is underlined in it."""
    rows = excerpt(checked.sources[location.path], location.span, "^")
    return "\n".join((location.path, *(row.text for row in rows)))


def edited(sources: Mapping[str, Source], edits: tuple[FileEdit, ...]) -> dict[str, str]:
    """The files that change, after the edits."""
    paths = dict.fromkeys(edit.path for edit in edits)
    return {path: apply_edits(sources[path].text, (e.edit for e in edits if e.path == path)) for path in paths}

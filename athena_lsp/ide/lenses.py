"""Code lenses: what can be done with a template, above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from athena_lsp.ide.calls import incoming_calls
from athena_lsp.ide.place import place_at
from athena_lsp.ir.model import Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

LensKind = Literal["preview", "graph", "run", "callers"]

LENSES: Mapping[Kind, tuple[LensKind, ...]] = {
    Kind.WORKFLOW: ("preview", "graph", "run", "callers"),
    Kind.CONTAINER: ("preview", "run", "callers"),
    Kind.FRAGMENT: ("callers",),
}
TITLES: Mapping[LensKind, str] = {"preview": "Preview YAML", "graph": "Graph", "run": "Run locally"}


@dataclass(frozen=True, slots=True)
class Lens:
    """A line above a template. What it says is asked for when it is shown: to count callers reads many files."""

    span: Span
    kind: LensKind
    declaration: Declaration


def lenses(project: Project, path: str) -> tuple[Lens, ...]:
    """The lenses of a file, in the order of the text."""
    found: list[Lens] = []
    for start, meaning in project.units(path) if path in project.files and project.files[path].is_program else ():
        for definition in meaning.definitions:
            if not definition.nested_in:
                at = definition.name_span.shift(start)
                found += (Lens(at, kind, definition.declaration) for kind in LENSES[definition.kind])
    return tuple(found)


def lens_title(project: Project, lens: Lens) -> str:
    """What a lens says."""
    if lens.kind != "callers":
        return TITLES[lens.kind]
    count = len(incoming_calls(project, lens.declaration))
    return f"{count} caller{'' if count == 1 else 's'}"


def lens_at(project: Project, path: str, offset: int, kind: LensKind) -> Lens | None:
    """The lens of that kind of the template around a place; None when the template is gone."""
    place = place_at(project, path, offset)
    definition = place.definition if place else None
    return Lens(place.in_file(definition.name_span), kind, definition.declaration) if place and definition else None

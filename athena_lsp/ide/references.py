"""Where a thing is named: references through all files, and highlights in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from athena_lsp.analysis.references import local_uses
from athena_lsp.diagnostics import Location
from athena_lsp.ide.calls import find_incoming_calls
from athena_lsp.ide.place import place_at
from athena_lsp.ide.spots import KeywordSpot, NameSpot, ParameterSpot, Spot, StepNameSpot, spot_at
from athena_lsp.ide.thing import Thing, thing_at
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Highlight:
    """A place of the file where the thing at the cursor is named; `write` where it is bound or given."""

    span: Span
    access: Literal["read", "write"]


def references_at(project: Project, path: str, offset: int, *, with_declaration: bool = True) -> tuple[Location, ...]:
    """Every place of the project that names the thing at the cursor, by path and then in the order of the text; none
    when there is no such thing."""
    found = find_references(project, path, offset, with_declaration=with_declaration)
    return tuple(sorted((place for place in found if place is not None), key=lambda place: (place.path, place.span)))


def find_references(
    project: Project, path: str, offset: int, *, with_declaration: bool = True
) -> Iterator[Location | None]:
    """The same, one after the other as they are found. None in between: a moment to do something else, or to stop."""
    thing = thing_at(project, path, offset)
    if thing is None:
        return
    own = None if with_declaration else declared_at(project, thing)
    seen = {own} if own else set[Location]()
    for place in _everywhere(project, thing):
        if place is None:
            yield None
        elif place not in seen:
            seen.add(place)
            yield place


def _everywhere(project: Project, thing: Thing) -> Iterator[Location | None]:
    yield from find_places(project, thing)
    if thing.kind == "template":  # also through other names that imports give it
        for calls in find_incoming_calls(project, thing.declaration):
            yield from (Location(calls.item.declaration.path, span) for span in calls.spans) if calls else (None,)


def highlights(project: Project, path: str, offset: int) -> tuple[Highlight, ...]:
    """The places of one file that name the thing at the cursor."""
    thing = thing_at(project, path, offset)
    if thing is None:
        return ()
    own = declared_at(project, thing)
    spans = sorted({place.span for place in find_places(project, thing, path) if place and place.path == path})
    writes = set(_writes(project, path, spans))
    return tuple(
        Highlight(span, "write" if span in writes or (own is not None and own == Location(path, span)) else "read")
        for span in spans
    )


def find_places(project: Project, thing: Thing, path: str = "") -> Iterator[Location | None]:
    """Where a thing is named, its declaration included: in one file, or in all."""
    return _local(project, thing) if thing.kind == "result" else project.find_references(thing.declaration, path)


def declared_at(project: Project, thing: Thing) -> Location | None:
    """Where a thing is declared; for a body's own name, where it is bound first."""
    if thing.kind == "result":
        return next(_local(project, thing), None)
    return project.locate(thing.declaration)


def _local(project: Project, thing: Thing) -> Iterator[Location]:
    place = place_at(project, thing.declaration.path, thing.span.start)
    if place is not None:
        for span in local_uses(place.block, thing.declaration.name, frozenset({thing.declaration.member})):
            yield Location(thing.declaration.path, place.in_file(span))


def _writes(project: Project, path: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Those of the places where a name is bound, or a parameter given by keyword."""
    for span in spans:
        place = place_at(project, path, span.start)
        spot = spot_at(place.unit, place.offset) if place else None
        if place is not None and spot is not None and _is_write(spot):
            yield place.in_file(spot.span)


def _is_write(spot: Spot) -> bool:
    return isinstance(spot, NameSpot | ParameterSpot | StepNameSpot | KeywordSpot)

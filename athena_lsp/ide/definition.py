"""Where the thing under the cursor stands: templates, parameters, fields, steps."""

from __future__ import annotations

from athena_lsp.analysis.types import field_of
from athena_lsp.diagnostics import Location
from athena_lsp.ide.constants import spot_of
from athena_lsp.ide.describe import owner_type
from athena_lsp.ide.place import Place, place_at
from athena_lsp.ide.placeholders import declaration_of
from athena_lsp.ide.spots import (
    AccessSpot,
    CalleeSpot,
    KeywordSpot,
    NameSpot,
    PlaceholderSpot,
    ReferenceSpot,
    Spot,
    StepNameSpot,
)
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Target:
    """A place, and the span of the name that leads there; that span counts from its file's start."""

    origin: Span
    location: Location


def definition(project: Project, path: str, offset: int) -> Target | None:
    """Where the name under the cursor is declared; None when athena does not know it."""
    place = place_at(project, path, offset)
    spot = spot_of(place) if place else None
    if place is None or spot is None:
        return None
    location = _locate(spot, place)
    return Target(place.in_file(spot.span), location) if location else None


def _locate(spot: Spot, place: Place) -> Location | None:
    locate = place.project.locate
    match spot:
        case CalleeSpot(step=step):
            return locate(step.callee.declaration)
        case KeywordSpot(step=step, given=given):
            return locate(step.callee.declaration.of(given.keyword))
        case ReferenceSpot(reference=reference):
            return locate(reference.declaration)
        case NameSpot(span=span) | StepNameSpot(span=span):
            return Location(place.path, place.in_file(span))
        case PlaceholderSpot():
            found = declaration_of(place.project.facts, spot)
            return locate(found) if found else None
        case AccessSpot(projection=projection, depth=depth):
            owner = owner_type(place.project.facts, projection, depth)
            field = field_of(place.project.facts, owner, str(projection.path[depth].key)) if owner else None
            return locate(field.declaration) if field else None
        case _:
            return None

"""The declared thing that a cursor stands on: what references, highlights and renames are about."""

from __future__ import annotations

import re
from typing import Literal, assert_never

from athena_lsp.analysis.references import local_uses, references
from athena_lsp.analysis.scope import Declared, resolve
from athena_lsp.analysis.types import field_of
from athena_lsp.ide.constants import spot_of
from athena_lsp.ide.describe import owner_type
from athena_lsp.ide.place import Place, place_at
from athena_lsp.ide.placeholders import declaration_of
from athena_lsp.ide.spots import (
    AccessSpot,
    CalleeSpot,
    FieldSpot,
    KeywordSpot,
    NameSpot,
    OptionSpot,
    ParameterSpot,
    PlaceholderSpot,
    ReferenceSpot,
    ScheduleSpot,
    Spot,
    StepNameSpot,
)
from athena_lsp.ir.model import Definition, Step, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import Type
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

WORD = re.compile(r"\w+")
ThingKind = Literal["template", "parameter", "field", "result", "volume"]


@dataclass(frozen=True, slots=True)
class Thing:
    """A template, a parameter, a field, a name bound in a workflow's body, a volume. `span` is the word at the cursor
    in `path`, counted from the file's start. A body's own name is the member of its function."""

    kind: ThingKind
    declaration: Declaration
    path: str
    span: Span


def thing_at(project: Project, path: str, offset: int) -> Thing | None:
    """The thing whose name the cursor touches; None for all that is not athena's."""
    place = place_at(project, path, offset)
    if place is None:
        return None
    spot = spot_of(place)
    if spot is not None and (found := _of_spot(spot, place)) is not None:
        return found
    return _of_word(place)


def _of_spot(spot: Spot, place: Place) -> Thing | None:
    at = place.in_file(spot.span)
    match spot:
        case NameSpot(definition=definition):
            return Thing("template", definition.declaration, place.path, at)
        case CalleeSpot(step=step):
            name = step.callee.declaration.name
            # Of `steps.fetch` the last word; an alias (`import fetch as get`) is a name of its own.
            word = Span(max(at.end - len(name), at.start), at.end)
            is_own = word.of(place.project.source(place.path).text) == name
            return Thing("template", step.callee.declaration, place.path, word if is_own else at)
        case ReferenceSpot(reference=reference):
            is_template = place.project.facts.signature(reference.declaration) is not None
            return Thing("template", reference.declaration, place.path, at) if is_template else None
        case ParameterSpot(definition=definition, parameter=parameter):
            return Thing("parameter", definition.declaration.of(parameter.name), place.path, at)
        case KeywordSpot(step=step, given=given):
            known = step.callee.parameter(given.keyword) is not None
            return Thing("parameter", step.callee.declaration.of(given.keyword), place.path, at) if known else None
        case StepNameSpot(definition=definition, step=step):
            return Thing("result", definition.declaration.of(step.name), place.path, at) if step.name else None
        case PlaceholderSpot():
            return _of_placeholder(spot, place)
        case AccessSpot(projection=projection, depth=depth):
            owner = owner_type(place.project.facts, projection, depth)
            return _field(place, owner, str(projection.path[depth].key), at)
        case OptionSpot() | FieldSpot() | ScheduleSpot():
            return None
        case _:
            assert_never(spot)


def _of_placeholder(spot: PlaceholderSpot, place: Place) -> Thing | None:
    declaration = declaration_of(place.project.facts, spot)
    kind: ThingKind = "field" if spot.depth else "parameter"
    return Thing(kind, declaration, place.path, place.in_file(spot.span)) if declaration else None


def _field(place: Place, owner: Type | None, name: str, at: Span) -> Thing | None:
    field = field_of(place.project.facts, owner, name) if owner is not None else None
    return Thing("field", field.declaration, place.path, at) if field else None


def _of_word(place: Place) -> Thing | None:
    """A name where a spot says nothing: in an import, in ordinary code, in a body."""
    text = place.project.source(place.path).text
    start = place.start + place.offset
    word = next((match for match in WORD.finditer(text, max(start - 200, 0)) if match.end() >= start), None)
    if word is None or word.start() > start:
        return None
    at, name = Span(*word.span()), word[0]
    here = at.shift(-place.start) if at.start >= place.start else at
    definition = place.definition
    if definition is not None and here in local_uses(place.block, definition.name, frozenset({name})):
        if any(each.name == name for each in definition.parameters):
            return Thing("parameter", definition.declaration.of(name), place.path, at)
        if isinstance(definition.body, WorkflowBody) and name in _bound_names(definition):
            return Thing("result", definition.declaration.of(name), place.path, at)
    return _of_module_name(place, name, at, here)


def _of_module_name(place: Place, name: str, at: Span, here: Span) -> Thing | None:
    """A template or a volume by its name in the file, or in the module that an import names."""
    facts = place.project.facts
    entity = resolve(facts, place.path, name)
    if not isinstance(entity, Declared):
        return None
    declaration = entity.declaration
    is_template = facts.signature(declaration) is not None
    if not is_template and facts.volume(declaration) is None:
        return None
    if here not in references(facts, place.path, place.block, declaration):
        return None
    return Thing("template" if is_template else "volume", declaration, place.path, at)


def _bound_names(definition: Definition) -> frozenset[str]:
    return frozenset(step.name for step in walk(definition.body, Step) if step.name)

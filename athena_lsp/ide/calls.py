"""Who runs a template, and what it runs: the call hierarchy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.ide.blockwise import Question, answers
from athena_lsp.ide.finding import files_naming
from athena_lsp.ide.place import place_at
from athena_lsp.ide.thing import thing_at
from athena_lsp.ir.model import Definition, Kind, PlainCall, PodBody, Step, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Reference
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

LAST_WORD = re.compile(r"\w+\Z")


@dataclass(frozen=True, slots=True)
class CallItem:
    """A template of the hierarchy. Both spans count from the start of its file."""

    declaration: Declaration
    kind: Kind
    template: str
    span: Span
    name_span: Span


@dataclass(frozen=True, slots=True)
class Calls:
    """A template at the other end, and the places of the calls: in the caller's file."""

    item: CallItem
    spans: tuple[Span, ...]


def call_item(project: Project, path: str, offset: int) -> CallItem | None:
    """The template at the cursor; else the one around it."""
    thing = thing_at(project, path, offset)
    if thing is not None and thing.kind == "template":
        return item_of(project, thing.declaration)
    place = place_at(project, path, offset)
    definition = place.definition if place else None
    return item_of(project, definition.declaration) if definition else None


def item_of(project: Project, declaration: Declaration) -> CallItem | None:
    """A template by its declaration; None when none is there any more."""
    definition = project.facts.definition(declaration)
    place = project.place(declaration, definition.span) if definition else None
    name = project.place(declaration, definition.name_span) if definition else None
    if definition is None or place is None or name is None:
        return None
    return CallItem(declaration, definition.kind, definition.template, place.span, name.span)


def incoming_calls(project: Project, declaration: Declaration) -> tuple[Calls, ...]:
    """The templates that call one, or name it in an argument, by path and then in the order of the text."""
    return tuple(calls for calls in find_incoming_calls(project, declaration) if calls is not None)


def find_incoming_calls(project: Project, declaration: Declaration) -> Iterator[Calls | None]:
    """The same, one after the other. None in between: a moment to do something else, or to stop."""
    paths: set[str] = set()
    for path in files_naming(project, declaration.name):
        paths |= {path} if path else set()
        yield None
    for path in sorted(paths):
        found: dict[Declaration, list[Span]] = {}
        for start, calls in answers(project, path, CALLS):
            for caller, target, span in calls:
                if target == declaration:
                    found.setdefault(caller, []).append(span.shift(start))
            yield None
        items = ((item_of(project, caller), spans) for caller, spans in found.items())
        yield from (Calls(item, tuple(spans)) for item, spans in items if item)


def outgoing_calls(project: Project, declaration: Declaration) -> tuple[Calls, ...]:
    """The templates that one calls, in the order of its text."""
    definition = project.facts.definition(declaration)
    found: dict[Declaration, list[Span]] = {}
    for callee, span in _calls_at(project, definition) if definition else ():
        found.setdefault(callee, []).append(span)
    items = ((item_of(project, callee), spans) for callee, spans in found.items())
    return tuple(Calls(item, tuple(spans)) for item, spans in items if item)


def calls_of(definition: Definition, block: str) -> Iterator[tuple[Declaration, Span]]:
    """What a definition calls or names in an argument; the span covers the last word, and counts in the block, which is
    given by its text."""
    for reference in walk(definition.options, Reference):
        yield reference.declaration, _last_word(reference.span, block)
    for step in walk(definition.body, Step):
        yield step.callee.declaration, _last_word(step.callee_span, block)
    if isinstance(definition.body, PodBody):
        for call in walk(definition.body.calls, PlainCall):
            yield call.target, _last_word(call.span, block)


def _of_block(_project: Project, meaning: Unit, block: str) -> Iterator[tuple[Declaration, Declaration, Span]]:
    """Every call of a block: who calls what, and where."""
    for definition in meaning.definitions:
        for target, span in calls_of(definition, block) if not definition.nested_in else ():
            yield definition.declaration, target, span


CALLS = Question("calls", _of_block)


def _calls_at(project: Project, definition: Definition) -> Iterator[tuple[Declaration, Span]]:
    declaration = definition.declaration
    start = project.place(declaration, Span(0, 0))
    block = project.facts.block(declaration.path, declaration.name) or ""
    for callee, span in calls_of(definition, block) if start else ():
        if start and project.facts.signature(callee) is not None:
            yield callee, span.shift(start.span.start)


def _last_word(span: Span, block: str) -> Span:
    """Of `steps.fetch` the name alone."""
    word = LAST_WORD.search(span.of(block))
    return Span(*word.span()).shift(span.start) if word else span

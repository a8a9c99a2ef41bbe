"""From parameters to artifacts and back: the annotations of everything that one value travels through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.diagnostics import FileEdit
from athena_lsp.ide.calls import incoming_calls
from athena_lsp.ide.values import runtime_word
from athena_lsp.ir.model import Definition, Expr, ParameterRef, Step, StepRef, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.project import Project
from athena_lsp.text import Span, TextEdit

ARTIFACT = re.compile(r"(?:\w+\.)*Artifact\[(?P<item>.*)\]\Z", re.S)
RETURN = "return"
MOST_ENDS = 50
"""A value that travels through more annotations is left alone."""


def exchanged(project: Project, start: Declaration) -> tuple[bool, tuple[FileEdit, ...]] | None:
    """Whether a parameter or result (the member `return`) becomes an artifact, and the edits of every annotation that
    its value travels through; None where one of them has none, or stands in an installed package."""
    ends = _connected(project, start)
    places = [_annotation(project, end) for end in ends] if ends else []
    texts = [(path, span, span.of(project.source(path).text)) for path, span in (each for each in places if each)]
    if not texts or len(texts) < len(ends):
        return None
    becomes = not ARTIFACT.match(texts[0][2])
    edits: list[FileEdit] = []
    for path, span, text in texts:
        found = ARTIFACT.match(text)
        if becomes == (found is None):
            word, imports = runtime_word(project, path, "Artifact")
            new = f"{word}[{text}]" if found is None else found["item"]
            edits.append(FileEdit(path, TextEdit(span, new)))
            edits += (FileEdit(path, each) for each in imports) if becomes else ()
    return becomes, tuple(dict.fromkeys(edits))


def _connected(project: Project, start: Declaration) -> tuple[Declaration, ...]:
    """The parameters and results that hand one value to each other; empty when they are too many."""
    found: dict[Declaration, None] = {start: None}
    pending = [start]
    while pending:
        end = pending.pop()
        for other in _neighbours(project, end):
            if other not in found:
                found[other] = None
                pending.append(other)
        if len(found) > MOST_ENDS:
            return ()
    return tuple(found)


def _neighbours(project: Project, end: Declaration) -> Iterator[Declaration]:
    """What a value that is at this end comes from or goes to, in its own workflow and in those that call it."""
    owner = Declaration(end.path, end.name)
    callers = [each.item.declaration for each in incoming_calls(project, owner)]
    for declaration in (owner, *callers):
        definition = project.facts.definition(declaration)
        for left, right in _edges(definition) if definition else ():
            if end == left:
                yield right
            elif end == right:
                yield left


def _edges(definition: Definition) -> Iterator[tuple[Declaration, Declaration]]:
    """Every whole value that a workflow hands on: where it comes from, where it goes."""
    body = definition.body
    if not isinstance(body, WorkflowBody):
        return
    steps = list(walk(body, Step))
    callees = {step.task: step.callee.declaration for step in steps}

    def source(value: Expr) -> Declaration | None:
        match value:
            case StepRef(task=task) if task in callees:
                return callees[task].of(RETURN)
            case ParameterRef(name=name):
                return definition.declaration.of(name)
            case _:
                return None

    for step in steps:
        for bound in step.bound:
            if (start := source(bound.value)) is not None:
                yield start, step.callee.declaration.of(bound.parameter.name)
    for returned in body.every_return:
        if returned.value is not None and (start := source(returned.value)) is not None:
            yield start, definition.declaration.of(RETURN)


def _annotation(project: Project, end: Declaration) -> tuple[str, Span] | None:
    definition = project.facts.definition(Declaration(end.path, end.name))
    if definition is None or end.path not in project.files:
        return None
    if end.member == RETURN:
        span = definition.returns_span
    else:
        span = next((each.annotation_span for each in definition.parameters if each.name == end.member), None)
    place = project.place(definition.declaration, span) if span else None
    return (place.path, place.span) if place else None

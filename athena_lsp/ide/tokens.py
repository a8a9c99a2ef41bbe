"""Words to be coloured by what they mean: templates by kind, results of steps, placeholders, what Argo fills in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, assert_never

from athena_lsp.analysis.references import local_uses
from athena_lsp.ide.blockwise import Question, of_blocks
from athena_lsp.ide.calls import calls_of
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
    spots,
)
from athena_lsp.ir.model import Definition, Kind, Step, Unit, WorkflowBody
from athena_lsp.ir.node import walk
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

TokenType = Literal["function", "variable", "parameter", "property"]
Modifier = Literal["declaration", "workflow", "container", "fragment", "step", "placeholder", "injected"]
TYPES: tuple[TokenType, ...] = ("function", "variable", "parameter", "property")
MODIFIERS: tuple[Modifier, ...] = (
    "declaration", "workflow", "container", "fragment", "step", "placeholder", "injected"
)  # fmt: skip
KINDS: dict[Kind, Modifier] = {
    Kind.WORKFLOW: "workflow",
    Kind.CONTAINER: "container",
    Kind.FRAGMENT: "fragment",
}


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """A word of one line; the span counts from the file's start."""

    span: Span
    type: TokenType
    modifiers: tuple[Modifier, ...] = ()

    def shift(self, by: int) -> Token:
        """The same word, counted from a place `by` code points earlier."""
        return Token(self.span.shift(by), self.type, self.modifiers)


def tokens(project: Project, path: str, within: Span | None = None) -> tuple[Token, ...]:
    """The words of a file, or of a part of it, in order; none overlaps another. Each block is asked for by itself."""
    found = (each.shift(start) for start, each in of_blocks(project, path, TOKENS, within))
    if within is None:
        return tuple(found)
    return tuple(each for each in found if each.span.start < within.end and within.start < each.span.end)


def _of_block(project: Project, meaning: Unit, block: str) -> Iterator[Token]:
    last = 0
    for token in sorted(set(_of_unit(project, meaning, block))):
        if token.span.start >= last and token.span.end > token.span.start:
            yield token
            last = token.span.end


TOKENS = Question("tokens", _of_block)


def _of_unit(project: Project, meaning: Unit, block: str) -> Iterator[Token]:
    for spot in spots(meaning):
        yield from _of_spot(spot)
    for definition in meaning.definitions:
        for target, span in calls_of(definition, block):
            face = project.facts.signature(target)
            if face is not None and block[span.start : span.end] == target.name:
                yield Token(span, "function", (KINDS[face.kind],))
        yield from _of_results(definition, block)


def _of_spot(spot: Spot) -> Iterator[Token]:
    match spot:
        case NameSpot(span=span, definition=definition):
            yield Token(span, "function", ("declaration", KINDS[definition.kind]))
        case ParameterSpot(span=span, parameter=parameter):
            if parameter.inject is not None:
                yield Token(span, "parameter", ("declaration", "injected"))
        case PlaceholderSpot(span=span, depth=depth):
            yield Token(span, "property" if depth else "parameter", ("placeholder",))
        case AccessSpot(span=span):
            yield Token(span, "property", ("step",))
        case CalleeSpot() | ReferenceSpot() | StepNameSpot() | KeywordSpot() | OptionSpot() | FieldSpot():
            return
        case ScheduleSpot():
            return
        case _:
            assert_never(spot)


def _of_results(definition: Definition, block: str) -> Iterator[Token]:
    """Where a workflow binds and reads the results of its steps."""
    if not isinstance(definition.body, WorkflowBody):
        return
    steps = [step for step in walk(definition.body, Step) if step.name]
    bound = {step.name_span for step in steps}
    for span in local_uses(block, definition.name, frozenset(step.name for step in steps)):
        yield Token(span, "variable", ("declaration", "step") if span in bound else ("step",))

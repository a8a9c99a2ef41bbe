"""Selections that grow with the meaning of the text, and the parts of a file that can be folded."""

from __future__ import annotations

from athena_lsp.analysis.nesting import folds, nesting
from athena_lsp.analysis.placeholders import Placeholder, parse_placeholders
from athena_lsp.ide.blockwise import Question, of_blocks
from athena_lsp.ide.place import place_at
from athena_lsp.ir.model import Kind, Unit
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Text
from athena_lsp.project import Project
from athena_lsp.text import Span


def selections(project: Project, path: str, offset: int) -> tuple[Span, ...]:
    """What an editor selects step by step from a cursor: each span holds the one before it. The first is the cursor's
    word or placeholder, the last the whole file."""
    text = project.source(path).text
    whole = Span(0, len(text))
    place = place_at(project, path, offset)
    if place is None:
        return (whole,)
    spans = list(nesting(place.block, place.offset))
    for definition in place.unit.definitions:
        for value in walk(definition.options, Text):
            for part in parse_placeholders(value.value) if value.content_start is not None else ():
                if isinstance(part, Placeholder) and value.content_start is not None:
                    spans += (each.shift(value.content_start) for each in (part.span, *part.spans))
    inside = sorted((span for span in spans if span.touches(place.offset)), key=lambda span: span.end - span.start)
    found: list[Span] = []
    for span in (*(place.in_file(span) for span in inside), whole):
        if not found or (span != found[-1] and span.start <= found[-1].start and found[-1].end <= span.end):
            found.append(span)
    return tuple(found)


def foldings(project: Project, path: str) -> tuple[Span, ...]:
    """The decorators with their arguments, and the calls, fan-outs and branches of workflows that take several lines;
    functions and imports are left to the Python server."""
    return tuple(span.shift(start) for start, span in of_blocks(project, path, FOLDINGS))


def _folds(_project: Project, meaning: Unit, block: str) -> tuple[Span, ...]:
    names = frozenset(each.name for each in meaning.definitions)
    workflows = frozenset(each.name for each in meaning.definitions if each.kind is Kind.WORKFLOW)
    return folds(block, names, workflows) if names else ()


FOLDINGS = Question("foldings", _folds)

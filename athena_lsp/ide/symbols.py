"""The outline of a file: its workflows with their steps, containers, fragments and volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from athena_lsp.analysis.types import show
from athena_lsp.ide.blockwise import Question, of_blocks
from athena_lsp.ide.finding import templates_like
from athena_lsp.ir.model import Definition, Step, Unit
from athena_lsp.ir.node import walk
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

MOST_SYMBOLS = 200
"""Whoever wants more types more letters."""
SymbolKind = Literal["workflow", "container", "fragment", "step", "volume"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A line of the outline. Both spans count from the file's start; `name_span` lies in `span`."""

    name: str
    kind: SymbolKind
    detail: str
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()

    def shift(self, by: int) -> Symbol:
        """The same line, counted from a place `by` code points earlier."""
        children = tuple(child.shift(by) for child in self.children)
        return Symbol(self.name, self.kind, self.detail, self.span.shift(by), self.name_span.shift(by), children)


def symbols(project: Project, path: str) -> tuple[Symbol, ...]:
    """The outline of a file, in the order of the text; empty for a file without athena."""
    return tuple(symbol.shift(start) for start, symbol in of_blocks(project, path, SYMBOLS))


def workspace_symbols(project: Project, query: str, most: int = MOST_SYMBOLS) -> Iterator[tuple[Symbol, str] | None]:
    """The templates of the project that fit a query by their names as functions or in Argo, each with its file, best
    first. None in between: a moment to do something else."""
    found = 0
    for face in templates_like(project, query):
        place = project.locate(face.declaration) if face is not None else None
        if face is None or place is None:
            yield None
            continue
        declaration = face.declaration
        yield Symbol(declaration.name, face.kind.value, face.template, place.span, place.span), declaration.path
        found += 1
        if found == most:
            return


def _of_unit(_project: Project, unit: Unit, _block: str) -> Iterator[Symbol]:
    for definition in unit.definitions:
        yield _of_definition(definition)
    for volume in unit.volumes:
        yield Symbol(volume.name, "volume", "", volume.span, volume.span)


SYMBOLS = Question("symbols", _of_unit)


def _of_definition(definition: Definition) -> Symbol:
    return Symbol(
        definition.name,
        definition.kind.value,
        definition.template,
        definition.span,
        definition.name_span,
        tuple(_of_step(step) for step in walk(definition.body, Step)),
    )


def _of_step(step: Step) -> Symbol:
    detail = f"{step.callee.declaration.name}() -> {show(step.callee.returns)}"
    return Symbol(step.task, "step", detail, step.span, step.callee_span)

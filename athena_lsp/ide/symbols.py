"""The outline of a file: its workflows with their steps, containers, fragments and volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from athena_lsp.analysis.types import show
from athena_lsp.ide.blockwise import of_blocks
from athena_lsp.ir.model import Definition, Kind, Step, Unit
from athena_lsp.ir.node import walk
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

NO_MATCH = 3
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
    return tuple(symbol.shift(start) for start, symbol in of_blocks(project, path, "symbols", _of_unit))


def workspace_symbols(project: Project, query: str) -> tuple[tuple[Symbol, str], ...]:
    """Every template of the project whose name, as a function or in Argo, holds the letters of a query in their order;
    each with its file. Best first: names that begin with the query, then names that hold it whole."""
    found: list[tuple[tuple[int, str, str], Symbol, str]] = []
    for kind in Kind:
        for declaration in project.facts.of_kind(kind):
            face, place = project.facts.signature(declaration), project.locate(declaration)
            if face is None or place is None:
                continue
            rank = min(_rank(query, declaration.name), _rank(query, face.template))
            if rank < NO_MATCH:
                symbol = Symbol(declaration.name, kind.value, face.template, place.span, place.span)
                found.append(((rank, declaration.name, declaration.path), symbol, declaration.path))
    return tuple((symbol, path) for _, symbol, path in sorted(found, key=lambda each: each[0]))


def _rank(query: str, name: str) -> int:
    query, name = query.casefold(), name.casefold()
    if name.startswith(query):
        return 0
    if query in name:
        return 1
    letters = iter(name)
    return 2 if all(letter in letters for letter in query) else NO_MATCH


def _of_unit(_project: Project, unit: Unit, _block: str) -> Iterator[Symbol]:
    for definition in unit.definitions:
        yield _of_definition(definition)
    for volume in unit.volumes:
        yield Symbol(volume.name, "volume", "", volume.span, volume.span)


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

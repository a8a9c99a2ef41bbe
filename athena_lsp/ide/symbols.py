"""The outline of a file: its workflows with their steps, containers, fragments and volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Definition, Step, Unit
from athena_lsp.ir.node import walk
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

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


def symbols(project: Project, path: str) -> tuple[Symbol, ...]:
    """The outline of a file, in the order of the text; empty for a file without athena."""
    return tuple(symbol for start, unit in project.units(path) for symbol in _of_unit(unit, start))


def _of_unit(unit: Unit, start: int) -> Iterator[Symbol]:
    for definition in unit.definitions:
        yield _of_definition(definition, start)
    for volume in unit.volumes:
        span = volume.span.shift(start)
        yield Symbol(volume.name, "volume", "", span, span)


def _of_definition(definition: Definition, start: int) -> Symbol:
    return Symbol(
        definition.name,
        definition.kind.value,
        definition.template,
        definition.span.shift(start),
        definition.name_span.shift(start),
        tuple(_of_step(step, start) for step in walk(definition.body, Step)),
    )


def _of_step(step: Step, start: int) -> Symbol:
    detail = f"{step.callee.declaration.name}() -> {show(step.callee.returns)}"
    return Symbol(step.task, "step", detail, step.span.shift(start), step.callee_span.shift(start))

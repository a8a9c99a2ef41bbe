"""Every part of a value that a manifest reads: in the bodies of workflows, and in placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import part_type
from athena_lsp.ir.model import Access, Projection, Unit
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import Type
from athena_lsp.records import dataclass
from athena_lsp.rules._bodies import flows, values_read
from athena_lsp.rules._paths import accesses
from athena_lsp.rules._placeholders import Found, meaning, placeholders, span_in
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class FieldRead:
    """One field of a placeholder, with the type that has it."""

    owner: Type
    name: str
    span: Span


def reads_in_bodies(unit: Unit, facts: Facts) -> Iterator[tuple[Type, Access]]:
    """Each access of each path with the type it is made on; a path that is bound to a name, at each of its uses."""
    for flow in flows(unit):
        for value in values_read(flow.body):
            for projection in walk(value, Projection):
                yield from accesses(facts, projection)


def reads_in_placeholders(unit: Unit, facts: Facts) -> Iterator[tuple[FieldRead, ...]]:
    """The fields of each placeholder, as far as their types are known."""
    for definition in unit.definitions:
        for _, text, placeholder in placeholders(definition, allowed=True):
            found = meaning(facts, definition, placeholder)
            part: Type | None = found.parameter.type if isinstance(found, Found) else None
            reads: list[FieldRead] = []
            for name, span in zip(placeholder.fields, placeholder.spans[1:], strict=True):
                if part is not None:
                    reads.append(FieldRead(part, name, span_in(text, span)))
                    part = part_type(facts, part, name)
            yield tuple(reads)

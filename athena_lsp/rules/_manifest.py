"""What preflight says of the manifest of each workflow and container in a block, at the Python it came from."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.emit import own_documents
from athena_lsp.argo.preflight import Refusal, emission_refusals
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.rules.base import Finding, Related


def refusals_of(unit: Unit, facts: Facts) -> Iterator[tuple[Definition, Refusal]]:
    """Each definition with what Argo would refuse of its own objects; what they refer to is not looked at."""
    for definition in unit.definitions:
        if definition.kind is not Kind.FRAGMENT and not definition.nested_in:
            for refusal in _refusals(facts, definition.declaration):
                yield definition, refusal


def finding(definition: Definition, refusal: Refusal, message: str, hint: str) -> Finding:
    """At its place in the block; what came from another block (a fragment's call) is shown at the function's name."""
    origin = refusal.origin
    if origin is None or origin.declaration == definition.declaration:
        span = origin.span if origin is not None else definition.name_span
        return Finding(span=span, message=message, hints=(hint,))
    related = Related(f"`{origin.declaration.name}` asks for it", origin.declaration)
    return Finding(span=definition.name_span, message=message, related=(related,), hints=(hint,))


def _refusals(facts: Facts, declaration: Declaration) -> tuple[Refusal, ...]:
    """Remembered, since more than one rule asks."""

    def compute() -> tuple[Refusal, ...]:
        definition = facts.definition(declaration)
        if definition is None:
            return ()
        return tuple(emission_refusals(own_documents(facts, definition), complete=False, wiring=False))

    return facts.ask(("refusals", declaration), compute, ())

"""Fixes that make a container: for an expression that a workflow cannot hold, for a template that is not there yet."""

from __future__ import annotations

from athena_lsp.analysis.extracting import Change
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.stubbing import extract_expression, missing_container, whole_text
from athena_lsp.ir.model import Unit
from athena_lsp.rules.base import Mend
from athena_lsp.text import Span


def computed(unit: Unit, facts: Facts, span: Span) -> tuple[Mend, ...]:
    """The expression at a span in a container of its own; none where it would mean something else there."""
    definition = next((each for each in unit.definitions if span.start in each.span and not each.nested_in), None)
    if definition is None:
        return ()
    change = extract_expression(facts, unit.path, unit.text, definition, whole_text(unit.text, span))
    return (_mend("Compute it in a container", change),) if change is not None else ()


def created(unit: Unit, facts: Facts, offset: int) -> tuple[Mend, ...]:
    """A container of the name that is called at an offset, with the types of the call."""
    found = missing_container(facts, unit.path, unit.text, offset)
    return (_mend(f"Create the container `{found[0]}`", found[1]),) if found is not None else ()


def _mend(title: str, change: Change) -> Mend:
    return Mend(title, change.edits, imports=change.imports)

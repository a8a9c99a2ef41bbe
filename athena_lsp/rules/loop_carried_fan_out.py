"""loop-carried-fan-out: a loop over a list whose turns need what another turn has made."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.looping import loop_around
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes
from athena_lsp.rules.base import Finding, Mend, rule


@rule("a name or a list that no turn of a loop hands on", fixable=True, required=True)
def loop_carried_fan_out(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "loop-carried-fan-out"):
        found = loop_around(unit.text, hole.span)
        at_once = found is not None and not found.in_order
        fixes = (Mend("Write the loop as a comprehension", found.change.edits),) if found and at_once else ()
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=fixes)

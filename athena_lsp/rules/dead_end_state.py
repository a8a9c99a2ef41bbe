"""dead-end-state: a state of a state machine from which the loop is never left."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Unit
from athena_lsp.rules._machines import machines
from athena_lsp.rules.base import Finding, rule


@rule("a state from which no way leads out", severity=Severity.WARNING)
def dead_end_state(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for machine in machines(unit, facts):
        for state in machine.states:
            ways = machine.reached_from(frozenset({state}))
            if state not in machine.reached_from(machine.first) or any(map(machine.leaves, ways)):
                continue
            for arm in machine.arms[state]:
                yield Finding(
                    span=arm.span,
                    message=f"from `{machine.enum}.{state}` no way leads out of the loop: the run fails at the bound",
                    hints=("leave the loop here, or set a state that does",),
                )

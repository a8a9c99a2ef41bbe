"""unreachable-state: a state of a state machine that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Unit
from athena_lsp.rules._machines import machines
from athena_lsp.rules.base import Finding, rule


@rule("a state that nothing leads to", severity=Severity.WARNING)
def unreachable_state(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for machine in machines(unit, facts):
        reached = machine.reached_from(machine.first)
        for state in machine.states:
            for arm in machine.arms[state] if state not in reached else ():
                if arm.covers:
                    yield Finding(
                        span=arm.span,
                        message=f"no case leads to `{machine.enum}.{state}`, so this one is never taken",
                        hints=("set the state where it should be reached, or remove the case",),
                    )

"""undeclared-transition: a state of a state machine leads to one that no case handles."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Unit
from athena_lsp.rules._machines import machines
from athena_lsp.rules.base import Finding, rule


@rule("a state that leads to one without a case", severity=Severity.WARNING)
def undeclared_transition(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for machine in machines(unit, facts):
        if machine.handles_all:
            continue
        for state in machine.states:
            missing = [
                target for target in machine.states if target in machine.next(state) and not machine.arms[target]
            ]
            for arm in machine.arms[state] if missing else ():
                names = ", ".join(f"`{machine.enum}.{target}`" for target in missing)
                yield Finding(
                    span=arm.span,
                    message=f"`{machine.enum}.{state}` may lead to {names}, which no case handles",
                    hints=("add a case for it, or say in the step's annotation which states it gives",),
                )

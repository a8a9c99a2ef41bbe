"""handled-failure-succeeds: a step whose failure is caught, after which the run counts as succeeded."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Branch, Tried, Unit
from athena_lsp.rules._bodies import flows
from athena_lsp.rules.base import Finding, rule


@rule("a failure that is caught, after which the run counts as succeeded", severity=Severity.INFO)
def handled_failure_succeeds(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for statement in flow.body.every_statement:
            catches = isinstance(statement, Branch) and statement.catches
            if catches or (isinstance(statement, Tried) and statement.final is None and statement.is_handled):
                message = "a run in which this is caught ends as Succeeded"
                hint = "to fail it all the same, `raise` at the end of the handler"
                yield Finding(span=statement.span, message=message, hints=(hint,))

"""join-does-not-cancel: a join that may be met early, though Argo waits for every branch."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Gather, Unit
from athena_lsp.rules._bodies import flows
from athena_lsp.rules.base import Finding, rule


@rule("a join that waits for branches which it does not need", severity=Severity.INFO)
def join_does_not_cancel(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for statement in flow.body.every_statement:
            if isinstance(statement, Gather) and statement.join not in ("All", "Within"):
                message = f"`{statement.join}` waits for every branch: Argo cancels none when the join is met"
                hint = "for the first result that counts, use `race` in a `@container`"
                yield Finding(span=statement.join_span, message=message, hints=(hint,))

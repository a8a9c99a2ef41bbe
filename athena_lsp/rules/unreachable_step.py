"""unreachable-step: a statement that no path through the workflow reaches."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes
from athena_lsp.rules._edits import without_statement
from athena_lsp.rules.base import Finding, rule


@rule("a statement that is never reached", severity=Severity.WARNING, fixable=True)
def unreachable_step(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "unreachable-step"):
        yield Finding(
            span=hole.span,
            message=hole.message,
            hints=hole.hints,
            fixes=without_statement(unit, hole.span, "Remove what never runs"),
            unnecessary=True,
        )

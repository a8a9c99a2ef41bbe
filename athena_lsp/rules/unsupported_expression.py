"""unsupported-expression: an expression that Argo would not compute as Python does."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes, written_instead
from athena_lsp.rules._computing import computed
from athena_lsp.rules.base import Finding, rule


@rule("an expression that a workflow cannot hold", fixable=True, required=True)
def unsupported_expression(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "unsupported-expression"):
        yield Finding(
            span=hole.span,
            message=hole.message,
            hints=hole.hints,
            fixes=(*written_instead(hole), *computed(unit, facts, hole.span)),
        )

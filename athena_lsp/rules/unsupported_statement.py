"""unsupported-statement: a statement that a workflow body cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes, written_instead
from athena_lsp.rules.base import Finding, rule


@rule("a statement that a workflow cannot hold", fixable=True, required=True)
def unsupported_statement(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "unsupported-statement"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=written_instead(hole))

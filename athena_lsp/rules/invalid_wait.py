"""invalid-wait: a wait that Argo cannot do, or a question that nobody can answer."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes, written_instead
from athena_lsp.rules.base import Finding, rule


@rule("a wait that Argo cannot do, or a question that nobody can answer", fixable=True, required=True)
def invalid_wait(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "invalid-wait"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=written_instead(hole))

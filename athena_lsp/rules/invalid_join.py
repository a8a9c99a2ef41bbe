"""invalid-join: a `gather` that joins no attempts, or by a rule that cannot be met."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes, written_instead
from athena_lsp.rules.base import Finding, rule


@rule("a `gather` that joins no attempts, or by a rule that cannot be met", fixable=True, required=True)
def invalid_join(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "invalid-join"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=written_instead(hole))

"""unbounded-loop: a `while`, whose turns nobody can count."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes, written_instead
from athena_lsp.rules.base import Finding, rule


@rule("a loop without a bound", fixable=True, required=True)
def unbounded_loop(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "unbounded-loop"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=written_instead(hole))

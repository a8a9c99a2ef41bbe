"""loop-too-deep: a bounded loop of more turns than Argo takes, or one that nothing leaves."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes
from athena_lsp.rules.base import Finding, rule


@rule("a loop with more turns than Argo takes, or without a way out", required=True)
def loop_too_deep(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "loop-too-deep"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints)

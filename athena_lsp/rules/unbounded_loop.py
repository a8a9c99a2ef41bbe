"""unbounded-loop: a `while`, whose turns nobody can count."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.ir.model import Hole, Unit
from athena_lsp.rules._bodies import holes
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import TextEdit


@rule("a loop without a bound", fixable=True, required=True)
def unbounded_loop(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "unbounded-loop"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=_mends(hole))


def _mends(hole: Hole) -> tuple[Mend, ...]:
    if not hole.rewrite:
        return ()
    head = hole.rewrite.partition("\n")[0]
    edit = TextEdit(hole.span, hole.rewrite)
    return (Mend(f"Write `{head}`", (edit,), imports=(NewImport("athena_runtime", "bounded"),)),)

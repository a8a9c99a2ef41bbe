"""maybe-undefined: a name that is bound on only some paths, or only later, and then used."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes
from athena_lsp.rules._nearest import replacements
from athena_lsp.rules.base import Finding, rule


@rule("a name that may have no value where it is used", fixable=True, required=True)
def maybe_undefined(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "maybe-undefined"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=replacements(hole.span, hole.near))

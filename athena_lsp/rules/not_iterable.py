"""not-iterable: a fan-out over what is not a list."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._bodies import holes, written_instead
from athena_lsp.rules.base import Finding, rule


@rule("a fan-out over what is not a list", fixable=True, required=True)
def not_iterable(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "not-iterable"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=written_instead(hole))

"""placeholder-not-allowed: a placeholder where Argo fills in nothing."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._placeholders import placeholders, span_in
from athena_lsp.rules.base import Finding, rule


@rule("a placeholder where none is filled in", required=True)
def placeholder_not_allowed(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        for place, text, placeholder in placeholders(definition, allowed=False):
            yield Finding(
                span=span_in(text, placeholder.span),
                message=f"{place.where} is read before any argument is known, so no placeholder is filled in there",
                hints=("write the text out",),
            )

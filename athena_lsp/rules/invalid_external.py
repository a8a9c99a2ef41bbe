"""invalid-external: arguments of `external(...)` that name no template, or no types."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules.base import Finding, rule


@rule("a template of others that is not described as one", required=True)
def invalid_external(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for problem in unit.externals:
        yield Finding(span=problem.span, message=problem.what, hints=(problem.hint,) if problem.hint else ())

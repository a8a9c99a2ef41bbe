"""unpackaged-import: an import of a module that stays behind: pods get no tests."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.closure import is_test
from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._pods import imports_of_pods, reached
from athena_lsp.rules.base import Finding, rule


@rule("an import of a module that pods do not get, since it belongs to the tests", of_imports=True)
def unpackaged_import(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for each, importer in imports_of_pods(unit, facts):
        found = next((m for m in reversed(reached(facts, importer, each).modules) if is_test(m.path)), None)
        if found is not None and not each.optional:
            yield Finding(
                span=each.span,
                message=f"`{found.path}` belongs to the tests, which pods do not get",
                hints=("move what steps need out of the tests",),
            )

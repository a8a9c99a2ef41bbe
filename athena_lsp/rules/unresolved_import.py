"""unresolved-import: an import from the project, or from athena_runtime, that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Unit, UnresolvedImport
from athena_lsp.rules._nearest import replacements
from athena_lsp.rules.base import Finding, rule


@rule("an import from the project or from athena_runtime that leads nowhere", severity=Severity.WARNING, fixable=True)
def unresolved_import(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for found in unit.imports:
        yield Finding(
            span=found.span,
            message=_message(found),
            hints=_hints(found),
            fixes=replacements(found.span, found.near),
        )


def _message(found: UnresolvedImport) -> str:
    if not found.has_module:
        return f"there is no module `{found.module}`"
    module, _, name = found.module.rpartition(".")
    return f"`{module or '.'}` has nothing called `{name}`"


def _hints(found: UnresolvedImport) -> tuple[str, ...]:
    if found.near:
        return (f"import `{found.near[0]}`",)
    if found.has_module:
        return ("define it there, or remove it from the import",)
    return ("correct the module's name, or add the missing file",)

"""unsupported-statement: a statement that a workflow body cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.ir.model import Hole, Unit
from athena_lsp.records import replace
from athena_lsp.rules._bodies import holes, written_instead
from athena_lsp.rules._edits import without_statement
from athena_lsp.rules.base import Finding, Mend, rule

MEANINGLESS = ("global", "nonlocal", "del", "break", "continue")
IMPORTED = re.compile(r"import\s+(?P<whole>[\w.]+)|from\s+(?P<module>\w[\w.]*)\s+import\s+(?P<name>\w+)")


@rule("a statement that a workflow cannot hold", fixable=True, required=True)
def unsupported_statement(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "unsupported-statement"):
        yield Finding(
            span=hole.span,
            message=hole.message,
            hints=hole.hints,
            fixes=(*written_instead(hole), *_removed(unit, hole)),
        )


def _removed(unit: Unit, hole: Hole) -> tuple[Mend, ...]:
    """Statements that do nothing here go; an import goes to the top of the file."""
    text = hole.span.of(unit.text)
    if text.partition(" ")[0] in MEANINGLESS and not hole.rewrite:
        return without_statement(unit, hole.span, "Remove the statement")
    found = IMPORTED.fullmatch(text)
    if found is None:
        return ()
    new = NewImport(found["module"] or found["whole"], found["name"] or "")
    moved = without_statement(unit, hole.span, "Move the import to the top of the file")
    return tuple(replace(mend, imports=(new,)) for mend in moved)

"""maybe-undefined: a name that is bound on only some paths, or only later, and then used."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.binding import moved_above, moved_into_arm
from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Hole, Unit
from athena_lsp.rules._bodies import holes
from athena_lsp.rules._nearest import replacements
from athena_lsp.rules.base import Finding, Mend, rule


@rule("a name that may have no value where it is used", fixable=True, required=True)
def maybe_undefined(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "maybe-undefined"):
        yield Finding(
            span=hole.span,
            message=hole.message,
            hints=hole.hints,
            fixes=(*replacements(hole.span, hole.near), *_moved(unit, hole)),
        )


def _moved(unit: Unit, hole: Hole) -> tuple[Mend, ...]:
    """The line put where the name has a value: into the arm that binds it, or below the line that does."""
    name, at = hole.span.of(unit.text), hole.span.start
    if hole.near or not name.isidentifier():
        return ()
    if into := moved_into_arm(unit.text, at, name):
        return (Mend(f"Move this line to where `{name}` is bound", into),)
    above = moved_above(unit.text, at, name)
    return (Mend(f"Move the line that binds `{name}` above this one", above),) if above else ()

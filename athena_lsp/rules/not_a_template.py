"""not-a-template: a workflow calls something that is no workflow and no container."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.stubbing import call_with
from athena_lsp.ir.model import Hole, Unit
from athena_lsp.rules._bodies import holes
from athena_lsp.rules._computing import computed, created
from athena_lsp.rules._nearest import replacements
from athena_lsp.rules.base import Decorate, Finding, Mend, Related, rule


@rule("a call of something that is no template", fixable=True, required=True)
def not_a_template(unit: Unit, facts: Facts) -> Iterator[Finding]:
    resources = {stray.call.callee_span for stray in unit.stray}  # resource-outside-pod says more about those
    for hole in holes(unit, "not-a-template"):
        if hole.span in resources:
            continue
        yield Finding(
            span=hole.span,
            message=hole.message,
            related=_declared(hole),
            hints=hole.hints,
            fixes=(*_decorated(facts, hole), *replacements(hole.span, hole.near), *_made(unit, facts, hole)),
        )


def _made(unit: Unit, facts: Facts, hole: Hole) -> tuple[Mend, ...]:
    """A container in which the call can stand, or of the name that nothing has yet."""
    if hole.target is not None:
        return ()
    call = call_with(unit.text, hole.span)
    return created(unit, facts, hole.span.start) or (computed(unit, facts, call) if call is not None else ())


def _declared(hole: Hole) -> tuple[Related, ...]:
    return (Related(f"`{hole.target.name}` is declared here", hole.target),) if hole.target is not None else ()


def _decorated(facts: Facts, hole: Hole) -> tuple[Mend, ...]:
    """A plain function can become a container; a fragment has its decorator already."""
    target = hole.target
    if target is None or not facts.is_function(target):
        return ()
    return (Mend(f"Decorate `{target.name}` with `@container`", decorates=(Decorate(target, "container"),)),)

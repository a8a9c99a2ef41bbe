"""recursive-workflow: workflows that call each other in a circle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Kind, Step, Unit, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.rules._bodies import flows
from athena_lsp.rules.base import Finding, Related, rule


@rule("workflows that call each other in a circle", required=True)
def recursive_workflow(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for step in flow.steps.values():
            if (way := _way(facts, step, flow.definition.declaration)) is not None:
                yield _finding(step, way)


def _finding(step: Step, way: tuple[Declaration, ...]) -> Finding:
    """`way` leads from the called workflow to the calling one, both included."""
    first = way.index(min(way))
    cycle = (*way[first:], *way[:first])
    names = " -> ".join(f"`{declaration.name}`" for declaration in (*cycle, cycle[0]))
    return Finding(
        span=step.callee_span,
        message=f"this call never ends: {names}" if len(way) > 1 else f"`{way[0].name}` calls itself",
        related=tuple(Related(f"`{other.name}` is declared here", other) for other in cycle if len(way) > 1),
        hints=("break the circle, or repeat the steps in a container",),
    )


def _way(facts: Facts, step: Step, target: Declaration) -> tuple[Declaration, ...] | None:
    """The shortest chain of calls from the workflow that `step` calls to `target`; None when there is none."""
    start = step.callee.declaration
    if step.callee.kind is not Kind.WORKFLOW:
        return None
    before: dict[Declaration, Declaration | None] = {start: None}
    waiting = deque([start])
    while waiting:
        current = waiting.popleft()
        if current == target:
            return tuple(reversed(list(_back(before, current))))
        for callee in _called(facts, current):
            if callee not in before:
                before[callee] = current
                waiting.append(callee)
    return None


def _called(facts: Facts, declaration: Declaration) -> Iterator[Declaration]:
    definition = facts.definition(declaration)
    if definition is not None and isinstance(definition.body, WorkflowBody):
        for step in definition.body.every_step:
            if step.callee.kind is Kind.WORKFLOW:
                yield step.callee.declaration


def _back(before: dict[Declaration, Declaration | None], last: Declaration) -> Iterator[Declaration]:
    current: Declaration | None = last
    while current is not None:
        yield current
        current = before[current]

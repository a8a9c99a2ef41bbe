"""daemon-result: a step takes the result of a daemon, which has none while it runs."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import StepRef, Unit
from athena_lsp.ir.node import walk
from athena_lsp.rules._bodies import Flow, flows
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span


@rule("the result of a daemon, which has none while it runs", required=True)
def daemon_result(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        if any(step.callee.daemon for step in flow.body.every_step):
            yield from _taken(flow)


def _taken(flow: Flow) -> Iterator[Finding]:
    seen: set[Span] = set()
    for value in walk(flow.body, StepRef):
        step = flow.steps.get(value.task)
        if step is None or not step.callee.daemon or value.span in seen:
            continue
        seen.add(value.span)
        name = step.callee.declaration.name
        yield Finding(
            span=value.span,
            message=f"`{name}` is a daemon: it runs until the workflow ends, and has no result before",
            related=(Related(f"`{name}` is declared here", step.callee.declaration),),
            hints=("give what both need to both of them, or remove `daemon=True`",),
        )

"""loop-too-deep: a bounded loop of more turns than Argo takes, by itself or with what is around it; one never left."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Loop, Step, Unit, calls, every_statement
from athena_lsp.rules._bodies import flows, holes, written_instead
from athena_lsp.rules._depths import LIMIT, call_depth
from athena_lsp.rules.base import Finding, rule


@rule("a loop with more turns than Argo takes, or without a way out", fixable=True, required=True)
def loop_too_deep(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for hole in holes(unit, "loop-too-deep"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints, fixes=written_instead(hole))
    for flow in flows(unit):
        for call in calls(flow.body.statements):
            depth = 1 + call_depth(facts, call)
            inside = (call,) if isinstance(call, Step) else every_statement((call,))
            loops = [each for each in inside if isinstance(each, Loop)]
            if depth > LIMIT:
                yield Finding(
                    span=loops[0].span if loops else call.span,
                    message=f"calls nest {depth} deep here, and Argo nests at most {LIMIT}: each turn is one more",
                    hints=("give the loops lower bounds, or repeat inside a `@container`",),
                )

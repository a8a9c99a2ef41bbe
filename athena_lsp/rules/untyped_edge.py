"""untyped-edge: `Any` where a value goes from one step to another."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Bound, Constant, Hole, Step, Unit
from athena_lsp.ir.types import ANY, AnyType
from athena_lsp.rules._bodies import Flow, flows, origin
from athena_lsp.rules.base import Finding, Related, rule


@rule("`Any` on an edge", severity=Severity.INFO)
def untyped_edge(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for step in flow.body.every_step:
            for bound in step.bound:
                if (finding := _edge(facts, flow, step, bound)) is not None:
                    yield finding
        for returned in flow.body.every_return:
            value, declared = returned.value, flow.definition.returns
            if value is None or flow.definition.returns_span is None or declared == ANY:
                continue
            if value.type == ANY:
                yield Finding(
                    span=value.span,
                    message=f"`Any` is returned as `{show(declared)}` unchecked",
                    related=origin(facts, flow, value),
                    hints=("annotate the place where the value comes from with its type",),
                )


def _edge(facts: Facts, flow: Flow, step: Step, bound: Bound) -> Finding | None:
    value, parameter, callee = bound.value, bound.parameter, step.callee.declaration
    if isinstance(value, Constant | Hole):
        return None
    place = f"`{parameter.name}` of `{callee.name}`"
    declared = Related(f"`{parameter.name}` is declared here", callee.of(parameter.name))
    if value.type == ANY:
        return Finding(
            span=value.span,
            message=f"`Any` goes to {place} unchecked",
            related=(*origin(facts, flow, value), declared),
            hints=("annotate the place where the value comes from with its type",),
        )
    if isinstance(parameter.type, AnyType):
        return Finding(
            span=value.span,
            message=f"{place} takes `{show(parameter.type)}`, so `{show(value.type)}` goes there unchecked",
            related=(declared,),
            hints=(f"annotate `{parameter.name}` with the type that it takes",),
        )
    return None

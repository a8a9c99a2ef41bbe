"""attempt-not-handled: the result of an attempt given where the step's own result is expected."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.attempts import attempted
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import difference, show
from athena_lsp.analysis.written import declared_as
from athena_lsp.ir.model import Bound, Expr, Step, Unit
from athena_lsp.ir.types import Type, UnionOf
from athena_lsp.rules._bodies import Flow, flows, origin
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

ATTEMPT = ".attempt"


@rule("the result of an attempt where the step's own is expected", fixable=True, required=True)
def attempt_not_handled(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for step in flow.body.every_step:
            for bound in step.bound:
                if is_unhandled(facts, bound.value.type, bound.parameter.type):
                    yield _argument(facts, flow, step, bound)
        yield from _returns(facts, flow)


def is_unhandled(facts: Facts, given: Type, expected: Type) -> bool:
    """Whether only the failure stands between what is given and what is expected."""
    value = attempted(given) if isinstance(given, UnionOf) else None
    return (
        value is not None
        and difference(facts, given, expected) is not None
        and (difference(facts, value, expected) is None)
    )


def _returns(facts: Facts, flow: Flow) -> Iterator[Finding]:
    owner, expected = flow.definition.declaration, flow.definition.returns
    for returned in flow.body.every_return:
        value = returned.value
        if value is not None and is_unhandled(facts, value.type, expected):
            declared = declared_as(facts, owner.of("return"), expected)
            yield Finding(
                span=value.span,
                message=f"`{owner.name}` declares {declared}, and the attempt may have failed",
                related=origin(facts, flow, value),
                hints=(f"ask with `isinstance(..., Ok)` or `match`, or declare `-> {show(value.type)}`",),
                fixes=tuple(_mends(flow, value)),
            )


def _argument(facts: Facts, flow: Flow, step: Step, bound: Bound) -> Finding:
    callee, parameter = step.callee.declaration, bound.parameter
    declared = declared_as(facts, callee.of(parameter.name), parameter.type)
    return Finding(
        span=bound.value.span,
        message=f"`{parameter.name}` of `{callee.name}` takes {declared}, and the attempt may have failed",
        related=(
            Related(f"`{parameter.name}` is declared as `{show(parameter.type)}`", callee.of(parameter.name)),
            *origin(facts, flow, bound.value),
        ),
        hints=(
            f"ask with `isinstance(..., Ok)` or `match`, or declare `{parameter.name}` as `{show(bound.value.type)}`",
        ),
        fixes=tuple(_mends(flow, bound.value)),
    )


def _mends(flow: Flow, value: Expr) -> Iterator[Mend]:
    """Without the attempt, a failure of the step fails the workflow."""
    producer = flow.producer(value)
    if producer is not None and producer.attempted and producer.options is None:
        end = producer.callee_span.end
        edit = TextEdit(Span(end, end + len(ATTEMPT)), "")
        yield Mend("Call the step itself, whose failure fails the workflow", (edit,))

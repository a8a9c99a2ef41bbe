"""large-parameter: a value of a type that is known to be large goes from step to step as a parameter."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.annotating import RETURN
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.spelling import spell
from athena_lsp.analysis.types import fields_of, inner_types, show
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Bound, Kind, Projection, Step, StepRef, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ArtifactOf, ClassOf, DictOf, ListOf, Scalar, ScalarKind, Type
from athena_lsp.rules._bodies import Flow, flows, origin, values_read
from athena_lsp.rules._mismatch import mismatch
from athena_lsp.rules.base import Annotate, Finding, Mend, Related, rule

BYTES = Scalar(ScalarKind.BYTES)
ROOM = "the workflow's own object in the cluster, and all of that has room for 1 MiB"


@rule("a value known to be large, as a parameter", severity=Severity.WARNING, fixable=True)
def large_parameter(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for step in flow.body.every_step:
            for bound in step.bound:
                if (finding := _finding(facts, flow, step, bound)) is not None:
                    yield finding


def _finding(facts: Facts, flow: Flow, step: Step, bound: Bound) -> Finding | None:
    value, parameter, callee = bound.value, bound.parameter, step.callee.declaration
    producer = flow.producer(value)
    if producer is None or isinstance(value.type, ArtifactOf) or mismatch(facts, flow, value, parameter.type):
        return None
    what, large = f"`{show(value.type)}`", _large_part(facts, value.type)
    if large == BYTES:
        holds = "" if value.type == BYTES else ", which holds `bytes`,"
        message = f"{what}{holds} goes to `{parameter.name}` of `{callee.name}` as a parameter: it stands in {ROOM}"
    elif producer.item is not None and isinstance(value, StepRef) and large is not None:
        message = (
            f"{what} goes to `{parameter.name}` of `{callee.name}` as a parameter: a list of `{show(large)}` for each "
            f"element stands in {ROOM}"
        )
    else:
        return None
    return Finding(
        span=value.span,
        message=message,
        related=(
            Related(f"`{parameter.name}` is declared here", callee.of(parameter.name)),
            *origin(facts, flow, value),
        ),
        hints=(_advice(producer, value.type, isinstance(value, Projection)),),
        fixes=tuple(_mends(facts, flow, producer, value)) if isinstance(value, StepRef) else (),
    )


def _advice(producer: Step, type_: Type, is_part: bool) -> str:
    name = producer.callee.declaration.name
    if producer.item is not None:
        return f"let `{name}` store what is large with `save_artifact`, and return its key"
    if is_part:
        return f"let a container of its own return this part as `{show(ArtifactOf(type_))}`"
    return f"let `{name}` return `{show(ArtifactOf(type_))}`, which goes through object storage"


def _large_part(facts: Facts, type_: Type) -> Type | None:
    """`bytes` inside a type, else a class of which it holds lists inside its elements."""
    elements = type_.item if isinstance(type_, ListOf) else None
    parts = set(inner_types(facts, type_))
    if BYTES in parts:
        return BYTES
    for inner in sorted(map(_item, inner_types(facts, elements)), key=str) if elements is not None else ():
        if isinstance(inner, ClassOf) and fields_of(facts, inner):
            return inner
    return None


def _item(type_: Type) -> Type | None:
    return type_.item if isinstance(type_, ListOf) else type_.value if isinstance(type_, DictOf) else None


def _mends(facts: Facts, flow: Flow, producer: Step, value: StepRef) -> Iterator[Mend]:
    """`Artifact[...]` at both ends: at the step's result, and wherever the workflow hands it on."""
    callee, type_ = producer.callee, value.type
    if callee.kind is not Kind.CONTAINER or not callee.returns_annotated or producer.item is not None:
        return
    takers = {
        (step.callee, bound.parameter.name) for step, bound in _edges(flow) if _is_of(flow, bound, callee.declaration)
    }
    everywhere = [bound for step, bound in _edges(flow) if (step.callee, bound.parameter.name) in takers]
    if not all(
        isinstance(bound.value, StepRef) and bound.parameter.type == type_ and _is_of(flow, bound, callee.declaration)
        for bound in everywhere
    ):
        return
    read = sum(flow.producer(each) in _calls_of(flow, callee.declaration) for each in values_read(flow.body))
    if read != len(everywhere) or any(taker.kind is not Kind.CONTAINER for taker, _ in takers):
        return  # something else looks at it, or hands it further on
    ends = [(callee.declaration, RETURN), *((taker.declaration, name) for taker, name in takers)]
    annotates: list[Annotate] = []
    for declaration, member in sorted(ends):
        spelling = spell(facts, declaration.path, declaration.name, ArtifactOf(type_))
        if spelling is None:
            return
        annotates.append(Annotate(declaration.of(member), spelling))
    yield Mend(f"Send it as `{show(ArtifactOf(type_))}`", annotates=tuple(annotates))


def _edges(flow: Flow) -> Iterator[tuple[Step, Bound]]:
    for step in flow.body.every_step:
        yield from ((step, bound) for bound in step.bound)


def _is_of(flow: Flow, bound: Bound, callee: Declaration) -> bool:
    return flow.producer(bound.value) in _calls_of(flow, callee)


def _calls_of(flow: Flow, callee: Declaration) -> list[Step]:
    return [step for step in flow.body.every_step if step.callee.declaration == callee]

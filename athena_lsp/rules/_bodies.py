"""What the rules about bodies share: the bodies of a block, the values they read, and where a value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.analysis.types import field_of, show
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    REGIONS,
    Annotated,
    Bare,
    Branch,
    Computed,
    Constant,
    Definition,
    Each,
    Expr,
    Fail,
    Fold,
    Gather,
    Hole,
    Loop,
    ParameterRef,
    PodBody,
    Projection,
    Region,
    Return,
    Signature,
    Statement,
    Step,
    StepRef,
    Tried,
    Unit,
    Unpack,
    Wait,
    WorkflowBody,
)
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import UNRESOLVED, Scalar, ScalarKind, Type, Unresolved
from athena_lsp.records import dataclass
from athena_lsp.rules._once import once
from athena_lsp.rules._paths import accesses, bare_class, quoted
from athena_lsp.rules.base import Mend, Related
from athena_lsp.text import Span, TextEdit

IMPORTED = ("bounded", "StepFailed")
"""Names of athena_runtime that stand in what is written instead of a hole."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow with its body, and its steps by task."""

    definition: Definition
    body: WorkflowBody
    steps: Mapping[str, Step]
    regions: Mapping[str, Region]

    def producer(self, value: Expr) -> Step | None:
        """The step whose result, or a part of it, a value is."""
        base = value.base if isinstance(value, Projection) else value
        return self.steps.get(base.task) if isinstance(base, StepRef) else None

    def is_nothing(self, value: Expr) -> bool:
        """Whether a value would be the result of a step that returns none."""
        step = self.producer(value)
        return step is not None and gives_nothing(step)


@once
def flows(unit: Unit) -> Iterator[Flow]:
    """The workflows of a block."""
    for definition in unit.definitions:
        if isinstance(definition.body, WorkflowBody):
            steps = {step.task: step for step in definition.body.every_step}
            regions = {each.task: each for each in definition.body.every_statement if isinstance(each, REGIONS)}
            yield Flow(definition, definition.body, steps, regions)


def pod_bodies(unit: Unit) -> Iterator[tuple[Definition, PodBody]]:
    """The containers and fragments of a block, each with its body."""
    for definition in unit.definitions:
        if isinstance(definition.body, PodBody):
            yield definition, definition.body


@once
def values_read(body: WorkflowBody) -> Iterator[Expr]:
    """Every value that a statement reads, once, in the order of the source."""
    for statement in body.every_statement:
        yield from statement_values(statement)


@once
def lost_projections(body: WorkflowBody) -> Iterator[Projection]:
    """Every path that is read, such as `report.items[0]`, and leads to nothing that has a type."""
    for value in values_read(body):
        if isinstance(value, Projection) and value.type == UNRESOLVED:
            yield value


def holes(unit: Unit, rule: str) -> Iterator[Hole]:
    """What lowering left to one rule to report: each hole once, however often its name is used."""
    return (hole for hole in _all_holes(unit) if hole.rule == rule)


@once
def _all_holes(unit: Unit) -> Iterator[Hole]:
    found: dict[tuple[str, Span], Hole] = {}
    for flow in flows(unit):
        for value in values_read(flow.body):
            if isinstance(value, Hole):
                found.setdefault((value.rule, value.span), value)
    yield from found.values()


def written_instead(hole: Hole) -> tuple[Mend, ...]:
    """What could stand in place of a hole, with the imports that it needs."""
    if not hole.rewrite:
        return ()
    imports = tuple(NewImport("athena_runtime", name) for name in IMPORTED if name in hole.rewrite)
    head = hole.rewrite.partition("\n")[0]
    return (Mend(f"Write `{head}`", (TextEdit(hole.span, hole.rewrite),), imports=imports),)


def gives_nothing(step: Step) -> bool:
    """Whether a step is declared to return `None`. An attempt gives at least how it ended."""
    return not step.attempted and step.callee.returns_annotated and step.callee.returns == Scalar(ScalarKind.NONE)


def returned_by(callee: Signature) -> Declaration:
    """The place that says what a function returns: its return annotation, or its name where there is none."""
    return callee.declaration.of("return") if callee.returns_annotated else callee.declaration


def spelled(value: Expr, flow: Flow | None = None) -> str:
    """A value in the user's own spelling, as far as it has a name; empty for a literal and a hole. The flow tells the
    function of a call that is bound to no name."""
    match value:
        case ParameterRef(name=name) | ItemRef(name=name):
            return name
        case StepRef(name=name, task=task):
            step = flow.producer(value) if flow is not None else None
            return name or f"{step.callee.declaration.name if step else task.replace('-', '_')}(...)"
        case Projection(base=base, path=path):
            steps = (f".{access.key}" if access.attribute else f"[{quoted(access.key)}]" for access in path)
            return spelled(base, flow) + "".join(steps)
        case Constant() | Computed() | Hole():
            return ""
        case _:
            assert_never(value)


def origin(facts: Facts, flow: Flow, value: Expr) -> tuple[Related, ...]:
    """The place where a value got its type: the parameter, the step's function, the field's class."""
    match value:
        case ParameterRef(name=name, type=type_):
            return (Related(f"`{name}` is declared as `{show(type_)}`", flow.definition.declaration.of(name)),)
        case StepRef(type=type_):
            step = flow.producer(value)
            if step is None:
                return tuple(_from_region(flow, value))
            return (Related(f"`{step.callee.declaration.name}` returns `{show(type_)}`", returned_by(step.callee)),)
        case Projection(type=type_):
            return _field_origin(facts, value, type_) or origin(facts, flow, value.base)
        case Constant() | Computed() | ItemRef() | Hole():
            return ()
        case _:
            assert_never(value)


def _from_region(flow: Flow, value: StepRef) -> Iterator[Related]:
    """What leaves a branch comes from its arms; what leaves a loop from its turn."""
    region = flow.regions.get(value.task)
    names = [output.name for output in region.outputs] if region is not None else []
    if region is None or value.output not in names:
        return
    for body in region.bodies:
        given = body.gives[len(body.gives) - len(names) + names.index(value.output)]
        if not isinstance(given.type, Unresolved):
            yield Related(f"on this path it is `{show(given.type)}`", span=given.span)


def statement_values(statement: Statement) -> Iterator[Expr]:
    """What a statement itself reads; those inside it are statements of their own."""
    match statement:
        case Step(given=given, source=source):
            for value in (*(argument.value for argument in given), source):
                if value is not None:
                    yield from _with_operands(value)
        case Annotated(value=value) | Unpack(value=value) | Bare(value=value):
            yield from _with_operands(value)
        case Return(value=returned):
            if returned is not None:
                yield from _with_operands(returned)
        case Branch(arms=arms):
            for arm in arms:
                if arm.condition is not None:
                    yield from _with_operands(arm.condition)
        case Loop() | Tried():
            return
        case Each(source=source) | Fold(source=source):
            yield from _with_operands(source)
        case Gather(branches=branches):
            for branch in branches:
                yield from _with_operands(branch)
        case Wait(amount=amount):
            if amount is not None:
                yield from _with_operands(amount)
        case Fail(message=message):
            yield from _with_operands(message)
        case _:
            assert_never(statement)


def _with_operands(value: Expr) -> Iterator[Expr]:
    """The value, and all that it is computed from."""
    yield value
    if isinstance(value, Computed):
        for operand in value.operands:
            yield from _with_operands(operand)


def _field_origin(facts: Facts, value: Projection, type_: Type) -> tuple[Related, ...]:
    owners = tuple(owner for owner, _ in accesses(facts, value))
    access, class_ = value.path[-1], bare_class(owners[-1])
    if len(owners) < len(value.path) or class_ is None:
        return ()
    field = field_of(facts, class_, str(access.key))
    if field is None:
        return ()
    return (Related(f"`{class_.name}.{field.name}` is declared as `{show(type_)}`", field.declaration),)

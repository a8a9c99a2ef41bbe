"""What a local template reads from outside: found in the statements that it runs, and handed in by name.

This is the one way in which anything gets into a local template: a fan-out, an arm, a turn, a part of a long dag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.edges import value_tag
from athena_lsp.argo.expressions import Reference, Wires, carried, input_artifact_tag, result_artifact_tag
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.manifest import Arguments, Artifact, Inputs, Parameter
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    Branch,
    Computed,
    Each,
    Expr,
    Fail,
    Fold,
    Gather,
    Inner,
    Loop,
    ParameterRef,
    Region,
    Step,
    StepRef,
    Tried,
    Wait,
    calls,
)
from athena_lsp.ir.node import Node, walk

Captured = Mapping[str, Reference]
"""What is read from outside, by the name of the input that carries it."""


def captured(reading: Iterable[Step | Region | Inner | Expr]) -> dict[str, Reference]:
    """What these read and do not make themselves, in the order in which it is read first."""
    everything = tuple(reading)
    own = {name for each in everything for name in _made_by(each)}
    found: dict[str, Reference] = {}
    for each in everything:
        for reference in references(each):
            if _maker(reference) not in own:
                found.setdefault(carried(reference), reference)
    return found


def inputs(captures: Captured, *further: Parameter) -> Inputs | None:
    """The inputs of a template that takes these."""
    parameters = tuple(Parameter(name=name) for name, ref in captures.items() if not is_artifact(ref.type))
    artifacts = tuple(Artifact(name=name) for name, ref in captures.items() if is_artifact(ref.type))
    return Inputs(parameters=(*further, *parameters), artifacts=artifacts) if further or captures else None


def arguments(facts: Facts, captures: Captured, wires: Wires, *further: Parameter) -> Arguments | None:
    """The arguments of the task that calls such a template."""
    parameters, artifacts = list(further), []
    for name, reference in captures.items():
        if is_artifact(reference.type):
            artifacts.append(Artifact(name=name, from_=_artifact_tag(reference, wires)))
        else:
            parameters.append(Parameter(name=name, value=value_tag(facts, reference, wires)))
    if not parameters and not artifacts:
        return None
    return Arguments(parameters=tuple(parameters), artifacts=tuple(artifacts))


def references(reading: Step | Region | Inner | Expr) -> Iterator[Reference]:
    """Everything that reaches the cluster of what these read, also inside them."""
    for value in _values(reading):
        inside = {each.item.loop for each in walk(value, Computed) if each.item is not None}
        for node in walk(value, Node):
            if isinstance(node, StepRef | ParameterRef) or (isinstance(node, ItemRef) and node.loop not in inside):
                yield node


def step_values(step: Step) -> tuple[Expr, ...]:
    """Every value that a step reads: its arguments, and what it is called for each element of."""
    further = [step.source] if step.source is not None else []
    if step.options is not None:
        further += (*step.options.after, *step.options.reads)
    return (*(bound.value for each in (step, *step.hook_calls) for bound in each.bound), *further)


def _values(reading: Step | Region | Inner | Expr) -> Iterator[Expr]:
    match reading:
        case Step():
            yield from step_values(reading)
        case Branch(arms=arms):
            for arm in arms:
                if arm.condition is not None:
                    yield arm.condition
                yield from _values(arm.body)
        case Loop(carried=carried_names, body=body):
            for each in carried_names:
                yield each.first
            yield from _values(body)
        case Fold(source=source, carried=carried_names, body=body):
            yield source
            for each in carried_names:
                yield each.first
            yield from _values(body)
        case Each(source=source, body=body):
            yield source
            yield from _values(body)
        case Tried(bodies=bodies):
            for body in bodies:
                yield from _values(body)
        case Gather(branches=branches):
            yield from branches
        case Wait(amount=amount):
            if amount is not None:
                yield amount
        case Fail(message=message):
            yield message
        case Inner(statements=statements, gives=gives):
            for call in calls(statements):
                yield from _values(call)
            yield from gives
        case _:
            yield reading


def _made_by(reading: Step | Region | Inner | Expr) -> Iterator[str]:
    """The tasks and loops whose values exist inside only."""
    match reading:
        case Step(task=task, item=item):
            yield task
            if item is not None:
                yield item.loop
        case Branch(task=task, arms=arms):
            yield task
            for arm in arms:
                yield from _made_by(arm.body)
        case Loop(task=task, body=body):
            yield task
            yield from _made_by(body)
        case Tried(task=task, bodies=bodies):
            yield task
            for body in bodies:
                yield from _made_by(body)
        case Each(task=task, item=item, body=body) | Fold(task=task, item=item, body=body):
            yield from (task, item.loop)
            yield from _made_by(body)
        case Gather(task=task) | Wait(task=task) | Fail(task=task):
            yield task
        case Inner(statements=statements):
            for call in calls(statements):
                yield from _made_by(call)
        case _:
            return


def _maker(reference: Reference) -> str:
    match reference:
        case StepRef(task=task):
            return task
        case ItemRef(loop=loop):
            return loop
        case _:
            return ""


def _artifact_tag(reference: Reference, wires: Wires) -> str:
    if isinstance(reference, StepRef):
        return result_artifact_tag(wires, reference)
    return input_artifact_tag(carried(reference))

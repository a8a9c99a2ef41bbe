"""Splitting a dag that is longer than Argo takes: into local dags of at most 200 tasks, called one from the other.

Steps stand in the order of evaluation, so runs of them in that order never depend on each other in a circle. A part
starts when all parts that it takes results from have ended.
"""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.argo.expressions import (
    Wires,
    carried,
    input_artifact_tag,
    input_tag,
    result_artifact_tag,
    result_tag,
)
from athena_lsp.argo.fanout import step_values
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.manifest import Arguments, Artifact, Inputs, Outputs, Parameter, Task, ValueFrom
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Definition, Expr, ParameterRef, Step, StepRef, WorkflowBody
from athena_lsp.ir.node import Node, walk
from athena_lsp.records import dataclass

MAX_TASKS = 200
"""Tasks of a dag that Argo's full CRDs take; a workflow's own template and its parts are at most as many."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of steps, and what crosses its borders; artifacts and values alike."""

    name: str
    steps: tuple[Step, ...]
    parameters: tuple[ParameterRef, ...]
    """The workflow's parameters that it takes, each once."""
    incoming: dict[str, StepRef]
    """The results of earlier parts that it takes, by task."""
    outgoing: dict[str, StepRef]
    """The results that later parts or the caller take, by task."""
    after: tuple[str, ...]
    """The parts that it takes results from."""


def can_be_in_parts(count: int, daemons: frozenset[str]) -> bool:
    """Whether parts would do the same as one dag: a daemon ends with the dag that it stands in."""
    return not daemons and count <= MAX_TASKS * (MAX_TASKS - 1)


def parts_of(body: WorkflowBody) -> tuple[Part, ...]:
    """The parts of a long workflow, in order."""
    runs = [body.steps[start : start + MAX_TASKS] for start in range(0, len(body.steps), MAX_TASKS)]
    names = {step.task: f"part-{number}" for number, run in enumerate(runs, 1) for step in run}
    incoming = [_incoming(run) for run in runs]
    returns = [reference for last in body.returns[-1:] if last.value is not None for reference in _read_by(last.value)]
    leaving = {
        reference.task: reference
        for reference in (*returns, *(reference for results in incoming for reference in results.values()))
        if isinstance(reference, StepRef)
    }
    return tuple(
        Part(
            name=f"part-{number}",
            steps=run,
            parameters=tuple({ref.name: ref for ref in _references(run) if isinstance(ref, ParameterRef)}.values()),
            incoming=results,
            outgoing={step.task: leaving[step.task] for step in run if step.task in leaving},
            after=tuple(dict.fromkeys(names[task] for task in results)),
        )
        for number, (run, results) in enumerate(zip(runs, incoming, strict=True), 1)
    )


def part_task(definition: Definition, part: Part, wires: Wires, also_after: str) -> Task:
    """The call of a part; `also_after`: the part that must have ended before it, whatever it takes."""
    origin = Origin(definition.declaration, part.steps[0].span)
    after = dict.fromkeys((*part.after, also_after) if also_after else part.after)
    parameters = [Parameter(name=p.name, value=input_tag(p.name)) for p in part.parameters if not is_artifact(p.type)]
    artifacts = [
        Artifact(name=p.name, from_=input_artifact_tag(p.name)) for p in part.parameters if is_artifact(p.type)
    ]
    for task, reference in part.incoming.items():
        if is_artifact(reference.type):
            artifacts.append(Artifact(name=carried(task), from_=result_artifact_tag(wires, task)))
        else:
            parameters.append(Parameter(name=carried(task), value=result_tag(wires, task)))
    return Task(
        name=part.name,
        depends=" && ".join(f"{name}.Succeeded" for name in after) or None,
        template=f"{definition.template}-{part.name}",
        arguments=Arguments(parameters=tuple(parameters), artifacts=tuple(artifacts))
        if parameters or artifacts
        else None,
        origin=origin,
    )


def passed_on(part: Part) -> tuple[Inputs | None, Outputs | None]:
    """What a part takes from outside, and what it gives to others."""
    taken = [(p.name, is_artifact(p.type)) for p in part.parameters]
    taken += [(carried(task), is_artifact(reference.type)) for task, reference in part.incoming.items()]
    inputs = Inputs(
        parameters=tuple(Parameter(name=name) for name, artifact in taken if not artifact),
        artifacts=tuple(Artifact(name=name) for name, artifact in taken if artifact),
    )
    own = Wires()
    given = [(task, is_artifact(reference.type)) for task, reference in part.outgoing.items()]
    outputs = Outputs(
        parameters=tuple(
            Parameter(name=carried(task), value_from=ValueFrom(parameter=result_tag(own, task)))
            for task, artifact in given
            if not artifact
        ),
        artifacts=tuple(
            Artifact(name=carried(task), from_=result_artifact_tag(own, task)) for task, artifact in given if artifact
        ),
    )
    return inputs if taken else None, outputs if given else None


def sources_of(value: Expr) -> tuple[str, ...]:
    """The steps whose results a value is, is a part of, or is computed from."""
    return tuple(reference.task for reference in _read_by(value) if isinstance(reference, StepRef))


def returned(definition: Definition) -> Expr | None:
    """What the workflow gives back."""
    returns = definition.body.returns if isinstance(definition.body, WorkflowBody) else ()
    return returns[-1].value if returns else None


def _incoming(run: tuple[Step, ...]) -> dict[str, StepRef]:
    inside = {step.task for step in run}
    found = (reference for reference in _references(run) if isinstance(reference, StepRef))
    return {reference.task: reference for reference in found if reference.task not in inside}


def _references(run: tuple[Step, ...]) -> Iterator[StepRef | ParameterRef]:
    for step in run:
        for value in step_values(step):
            yield from _read_by(value)


def _read_by(value: Expr) -> Iterator[StepRef | ParameterRef]:
    """The steps and parameters that a value reads."""
    for node in walk(value, Node):
        if isinstance(node, StepRef | ParameterRef):
            yield node

"""Splitting a dag that is longer than Argo takes: into local dags of at most 200 tasks, called one from the other.

Calls stand in the order of evaluation, so runs of them in that order never depend on each other in a circle. A part
starts when all parts that it takes results from have ended.
"""

from __future__ import annotations

from collections.abc import Iterable

from athena_lsp.argo.captures import Captured, arguments, captured, inputs, references
from athena_lsp.argo.expressions import Wires, carried, result_artifact_tag, result_tag
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.local import Maker
from athena_lsp.argo.manifest import Artifact, Inputs, Outputs, Parameter, Task, ValueFrom
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Expr, Region, Step, StepRef, waits
from athena_lsp.records import dataclass

MAX_TASKS = 200
"""Tasks of a dag that Argo's full CRDs take; a workflow's own template and its parts are at most as many."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of calls, and what crosses its borders; artifacts and values alike."""

    name: str
    calls: tuple[Step | Region, ...]
    incoming: Captured
    outgoing: dict[str, StepRef]
    """The results that later parts or the caller take, by the name of the output."""
    after: tuple[str, ...]
    """The parts that it takes results from."""


def can_be_in_parts(calls: tuple[Step | Region, ...], daemons: frozenset[str]) -> bool:
    """Whether parts would do the same as one dag: a daemon ends with the dag that it stands in."""
    return len(calls) <= MAX_TASKS * (MAX_TASKS - 1) and not any(call.task in daemons or waits(call) for call in calls)


def parts_of(calls: tuple[Step | Region, ...], leaving: Iterable[Expr], prefix: str) -> tuple[Part, ...]:
    """The parts of a long body, in order; `leaving`: the values that leave the body itself."""
    runs = [calls[start : start + MAX_TASKS] for start in range(0, len(calls), MAX_TASKS)]
    names = {call.task: f"{prefix}part-{number}" for number, run in enumerate(runs, 1) for call in run}
    incoming = [captured(run) for run in runs]
    read = (
        *(ref for value in leaving for ref in references(value)),
        *(ref for one in incoming for ref in one.values()),
    )
    outgoing = {carried(reference): reference for reference in read if isinstance(reference, StepRef)}
    return tuple(
        Part(
            name=f"{prefix}part-{number}",
            calls=run,
            incoming=taken,
            outgoing={
                name: reference for call in run for name, reference in outgoing.items() if reference.task == call.task
            },
            after=tuple(
                dict.fromkeys(
                    names[ref.task] for ref in taken.values() if isinstance(ref, StepRef) and ref.task in names
                )
            ),
        )
        for number, (run, taken) in enumerate(zip(runs, incoming, strict=True), 1)
    )


def part_task(maker: Maker, part: Part, wires: Wires, also_after: str) -> Task:
    """The call of a part; `also_after`: the part that must have ended before it, whatever it takes."""
    after = dict.fromkeys((*part.after, also_after) if also_after else part.after)
    return Task(
        name=part.name,
        depends=" && ".join(f"{name}.Succeeded" for name in after) or None,
        template=maker.local_name(part.name),
        arguments=arguments(maker.facts, part.incoming, wires),
        origin=Origin(maker.definition.declaration, part.calls[0].span),
    )


def passed_on(part: Part) -> tuple[Inputs | None, Outputs | None]:
    """What a part takes from outside, and what it gives to others."""
    own = Wires()
    given = [(name, reference, is_artifact(reference.type)) for name, reference in part.outgoing.items()]
    outputs = Outputs(
        parameters=tuple(
            Parameter(name=name, value_from=ValueFrom(parameter=result_tag(own, reference)))
            for name, reference, artifact in given
            if not artifact
        ),
        artifacts=tuple(
            Artifact(name=name, from_=result_artifact_tag(own, reference))
            for name, reference, artifact in given
            if artifact
        ),
    )
    return inputs(part.incoming), outputs if given else None

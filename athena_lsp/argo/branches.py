"""A branch: a local steps template whose one group holds the arms, each under its condition.

At most one arm runs. What leaves comes from the arm that did: an expression asks each in order, so no value is read
that is not there.
"""

from __future__ import annotations

from athena_lsp.argo.captures import captured, inputs
from athena_lsp.argo.edges import given_text
from athena_lsp.argo.expressions import Wires, quoted, tag
from athena_lsp.argo.inner import InnerCall
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.local import Maker, idle_task, local_template
from athena_lsp.argo.manifest import Artifact, Outputs, Parameter, Task, Template, ValueFrom
from athena_lsp.argo.printer import printed, without_brackets
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Branch, Expr
from athena_lsp.records import replace
from athena_runtime.contract import ABSENT


def branch_template(maker: Maker, branch: Branch, arms: tuple[InnerCall, ...], wires: Wires) -> Template:
    """The local template of a branch; `arms` say how each is run from it."""
    conditions = whens(maker, branch, wires)
    tasks = tuple(
        replace(inner.task, when=tag(when))
        for inner, when in zip(arms, conditions, strict=True)
        if inner.task is not None
    )
    return local_template(
        maker,
        branch.task,
        branch.span,
        inputs=inputs(captured((branch,))),
        outputs=_outputs(maker, branch, arms, wires),
        steps=(tasks or (idle_task(maker),),),
    )


def whens(maker: Maker, branch: Branch, wires: Wires) -> tuple[str, ...]:
    """Conditions of which at most one holds: an arm's own, and that none before it did."""
    found: list[str] = []
    before: list[str] = []
    for arm in branch.arms:
        own = () if arm.condition is None else (arm.condition,)
        texts = [*before, *(printed(maker.facts, condition, wires) for condition in own)]
        if not before and own:
            found.append(without_brackets(own[0], texts[0]))
        else:
            found.append(" && ".join(texts) or "true")
        before += [f"not {printed(maker.facts, condition, wires)}" for condition in own]
    return tuple(found)


def _outputs(maker: Maker, branch: Branch, arms: tuple[InnerCall, ...], wires: Wires) -> Outputs | None:
    if not branch.outputs:
        return None
    origin = Origin(maker.definition.declaration, branch.span)
    parameters, artifacts = [], []
    for number, output in enumerate(branch.outputs):
        expression = _chosen(maker, branch, arms, number, wires)
        if is_artifact(output.type):
            artifacts.append(Artifact(name=output.name, from_expression=expression, origin=origin))
        else:
            source = ValueFrom(expression=expression, default=ABSENT)
            parameters.append(Parameter(name=output.name, value_from=source, origin=origin))
    return Outputs(parameters=tuple(parameters), artifacts=tuple(artifacts))


def _chosen(maker: Maker, branch: Branch, arms: tuple[InnerCall, ...], number: int, wires: Wires) -> str:
    """The value of the arm that was taken."""
    parts = [
        f"{_was_taken(maker, arm.condition, inner.task, wires)} ? {given_text(maker.facts, inner.gives[number], wires)}"
        for arm, inner in zip(branch.arms[:-1], arms, strict=False)
    ]
    return " : ".join((*parts, given_text(maker.facts, arms[-1].gives[number], wires)))


def _was_taken(maker: Maker, condition: Expr | None, task: Task | None, wires: Wires) -> str:
    if task is not None:
        return f"steps[{quoted(task.name)}].status == 'Succeeded'"
    assert condition is not None  # only the last arm has none
    return printed(maker.facts, condition, wires)

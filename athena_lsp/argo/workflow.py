"""A workflow's template: a dag of tasks, or steps one after the other, wired by the data that flows between them."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.container import template_marks
from athena_lsp.argo.edges import argument, result
from athena_lsp.argo.expressions import Mode
from athena_lsp.argo.inputs import input_artifacts, input_parameters
from athena_lsp.argo.manifest import (
    Arguments,
    Artifact,
    Dag,
    Inputs,
    Outputs,
    Parameter,
    Suspend,
    Task,
    Template,
    TemplateRef,
)
from athena_lsp.argo.naming import object_name
from athena_lsp.argo.read import flag_of, int_of
from athena_lsp.argo.scheduling import affinity, retry_strategy, synchronization, text_map, tolerations
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Definition, Expr, Kind, Projection, Step, StepRef, WorkflowBody


def workflow_templates(facts: Facts, definition: Definition) -> tuple[Template, ...]:
    """The workflow's own template, and the local ones that it needs."""
    steps = definition.body.steps if isinstance(definition.body, WorkflowBody) else ()
    mode: Mode = "steps" if definition.signature.steps else "tasks"
    daemons = _daemons(facts, steps)
    tasks = tuple(_task(facts, definition, step, mode, daemons) for step in steps)
    if not tasks:
        idle = _idle(definition)
        return (_template(facts, definition, (_idle_task(idle),), mode), idle)
    return (_template(facts, definition, tasks, mode),)


def _template(facts: Facts, definition: Definition, tasks: tuple[Task, ...], mode: Mode) -> Template:
    scope, boundary, option = Scope(definition), Scope(definition, "boundary"), definition.option
    fail_fast = flag_of(option("fail_fast"))
    origin = Origin(definition.declaration, definition.name_span)
    inputs = Inputs(parameters=input_parameters(definition), artifacts=input_artifacts(definition, with_path=False))
    return Template(
        name=definition.template,
        inputs=inputs if inputs.parameters or inputs.artifacts else None,
        outputs=_outputs(facts, definition, mode),
        retry_strategy=retry_strategy(scope, option("retry")),
        parallelism=int_of(option("parallelism")),
        fail_fast=fail_fast if mode == "steps" else None,
        synchronization=synchronization(scope, option("mutexes"), option("semaphores")),
        dag=Dag(tasks=tasks, fail_fast=fail_fast) if mode == "tasks" else None,
        steps=tuple((task,) for task in tasks) if mode == "steps" else (),
        node_selector=text_map(boundary, option("boundary_node_selector")),
        tolerations=tolerations(boundary, option("boundary_tolerations")),
        affinity=affinity(boundary, option("boundary_affinity")),
        origin=origin,
        marks=template_marks(scope),
    )


def _task(facts: Facts, definition: Definition, step: Step, mode: Mode, daemons: frozenset[str]) -> Task:
    """One call. Its arguments are what says which steps come before it."""
    origin = Origin(definition.declaration, step.span)
    parts = tuple(argument(facts, definition.declaration, bound, mode) for bound in step.bound)
    return Task(
        name=step.task,
        depends=_depends(step, daemons) if mode == "tasks" else None,
        template_ref=TemplateRef(
            name=object_name(facts.settings, step.callee.template),
            template=step.callee.template,
            origin=Origin(definition.declaration, step.callee_span),
        ),
        arguments=Arguments(
            parameters=tuple(part for part in parts if isinstance(part, Parameter)),
            artifacts=tuple(part for part in parts if isinstance(part, Artifact)),
        )
        if parts
        else None,
        origin=origin,
    )


def _depends(step: Step, daemons: frozenset[str]) -> str | None:
    """The steps whose results this one takes, each with the end it must have come to; a daemon need only be ready."""
    before = dict.fromkeys(task for bound in step.bound if (task := source_of(bound.value)) is not None)
    conditions = (f"({t}.Succeeded || {t}.Daemoned)" if t in daemons else f"{t}.Succeeded" for t in before)
    return " && ".join(conditions) or None


def _daemons(facts: Facts, steps: tuple[Step, ...]) -> frozenset[str]:
    """The tasks that go on running beside the others."""
    callees = {step.callee.declaration for step in steps if step.callee.kind is Kind.CONTAINER}
    called = {callee: facts.definition(callee) for callee in callees}
    daemons = {callee for callee, found in called.items() if found is not None and flag_of(found.option("daemon"))}
    return frozenset(step.task for step in steps if step.callee.declaration in daemons)


def source_of(value: Expr) -> str | None:
    """The step whose result a value is, or is a part of."""
    match value:
        case StepRef(task=task) | Projection(base=StepRef(task=task)):
            return task
        case _:
            return None


def _outputs(facts: Facts, definition: Definition, mode: Mode) -> Outputs | None:
    """What the workflow's last `return` gives; a workflow that returns nothing has no output."""
    returns = definition.body.returns if isinstance(definition.body, WorkflowBody) else ()
    if not returns or returns[-1].value is None:
        return None
    output = result(facts, definition.declaration, returns[-1].value, mode)
    return Outputs(artifacts=(output,)) if isinstance(output, Artifact) else Outputs(parameters=(output,))


def _idle(definition: Definition) -> Template:
    """What a workflow without steps calls, since Argo wants a task: it ends at once, and is skipped besides."""
    origin = Origin(definition.declaration, definition.name_span)
    return Template(name=f"{definition.template}-nothing", suspend=Suspend(duration="0"), origin=origin)


def _idle_task(idle: Template) -> Task:
    return Task(name="nothing", template=idle.name, when="{{=false}}")

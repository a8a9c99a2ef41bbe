"""A workflow's template: a dag of tasks, or steps one after the other, wired by the data that flows between them."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.container import template_marks
from athena_lsp.argo.edges import argument, result
from athena_lsp.argo.expressions import Wires
from athena_lsp.argo.fanout import fan_out_task, fan_out_template, step_values
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
from athena_lsp.argo.parts import MAX_TASKS, Part, can_be_in_parts, part_task, parts_of, passed_on, returned, sources_of
from athena_lsp.argo.read import flag_of, int_of
from athena_lsp.argo.scheduling import affinity, retry_strategy, synchronization, text_map, tolerations
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Definition, Kind, Step, WorkflowBody
from athena_lsp.records import replace


def workflow_templates(facts: Facts, definition: Definition) -> tuple[Template, ...]:
    """The workflow's own template, and the local ones that it needs."""
    body = definition.body
    if not isinstance(body, WorkflowBody):
        return ()
    loops = tuple(fan_out_template(facts, definition, step) for step in body.steps if step.item is not None)
    return (*_templates_of(facts, definition, body), *loops)


def _templates_of(facts: Facts, definition: Definition, body: WorkflowBody) -> tuple[Template, ...]:
    steps, daemons = body.steps, _daemons(facts, body.steps)
    if not steps:
        idle = _idle(definition)
        return _template(facts, definition, (_idle_task(idle),), Wires()), idle
    if definition.signature.steps:
        wires = Wires("steps")
        return (_template(facts, definition, _tasks(facts, definition, steps, wires, daemons), wires),)
    if len(steps) > MAX_TASKS and can_be_in_parts(len(steps), daemons):
        return _in_parts(facts, definition, parts_of(body))
    return (_template(facts, definition, _tasks(facts, definition, steps, Wires(), daemons), Wires()),)


def _in_parts(facts: Facts, definition: Definition, parts: tuple[Part, ...]) -> tuple[Template, ...]:
    """The workflow as a dag of dags. A bound on parallel tasks holds since parts then follow each other."""
    wires = Wires(parts={step.task: part.name for part in parts for step in part.steps})
    one_by_one = int_of(definition.option("parallelism")) is not None
    before = ("", *(part.name for part in parts)) if one_by_one else ("" for _ in parts)
    tasks = tuple(part_task(definition, part, wires, after) for part, after in zip(parts, before, strict=False))
    return _template(facts, definition, tasks, wires), *(_part(facts, definition, part) for part in parts)


def _part(facts: Facts, definition: Definition, part: Part) -> Template:
    """A local dag with the settings that Argo reads from the template right around a pod."""
    wires = Wires(inputs=frozenset(part.incoming))
    inputs, outputs = passed_on(part)
    template = Template(
        name=f"{definition.template}-{part.name}",
        inputs=inputs,
        outputs=outputs,
        parallelism=int_of(definition.option("parallelism")),
        dag=Dag(
            tasks=_tasks(facts, definition, part.steps, wires, frozenset()),
            fail_fast=flag_of(definition.option("fail_fast")),
        ),
        origin=Origin(definition.declaration, definition.name_span),
        marks=template_marks(Scope(definition)),
    )
    return _with_boundary(definition, template)


def _template(facts: Facts, definition: Definition, tasks: tuple[Task, ...], wires: Wires) -> Template:
    scope, option = Scope(definition), definition.option
    in_steps = wires.mode == "steps"
    inputs = Inputs(parameters=input_parameters(definition), artifacts=input_artifacts(definition, with_path=False))
    template = Template(
        name=definition.template,
        inputs=inputs if inputs.parameters or inputs.artifacts else None,
        outputs=_outputs(facts, definition, wires),
        retry_strategy=retry_strategy(scope, option("retry")),
        parallelism=int_of(option("parallelism")),
        synchronization=synchronization(scope, option("mutexes"), option("semaphores")),
        dag=None if in_steps else Dag(tasks=tasks, fail_fast=flag_of(option("fail_fast"))),
        steps=tuple((task,) for task in tasks) if in_steps else (),
        origin=Origin(definition.declaration, definition.name_span),
        marks=template_marks(scope),
    )
    return _with_boundary(definition, template)


def _with_boundary(definition: Definition, template: Template) -> Template:
    """The template with what pods right below it fall back to (`boundary_*`)."""
    scope, option = Scope(definition, "boundary"), definition.option
    return replace(
        template,
        node_selector=text_map(scope, option("boundary_node_selector")),
        tolerations=tolerations(scope, option("boundary_tolerations")),
        affinity=affinity(scope, option("boundary_affinity")),
    )


def _tasks(
    facts: Facts, definition: Definition, steps: tuple[Step, ...], wires: Wires, daemons: frozenset[str]
) -> tuple[Task, ...]:
    return tuple(_task(facts, definition, step, wires, daemons) for step in steps)


def _task(facts: Facts, definition: Definition, step: Step, wires: Wires, daemons: frozenset[str]) -> Task:
    """One call. Its arguments are what says which steps come before it."""
    depends = _depends(step, wires, daemons) if wires.mode == "tasks" else None
    if step.item is not None:
        return fan_out_task(facts, definition, step, wires, depends)
    origin = Origin(definition.declaration, step.span)
    parts = tuple(argument(facts, definition.declaration, bound, wires) for bound in step.bound)
    return Task(
        name=step.task,
        depends=depends,
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


def _depends(step: Step, wires: Wires, daemons: frozenset[str]) -> str | None:
    """The steps whose results this one takes, each with the end it must have come to; a daemon need only be ready."""
    sources = dict.fromkeys(task for value in step_values(step) for task in sources_of(value))
    before = (task for task in sources if task not in wires.inputs)
    conditions = (f"({t}.Succeeded || {t}.Daemoned)" if t in daemons else f"{t}.Succeeded" for t in before)
    return " && ".join(conditions) or None


def _daemons(facts: Facts, steps: tuple[Step, ...]) -> frozenset[str]:
    """The tasks that go on running beside the others."""
    callees = {step.callee.declaration for step in steps if step.callee.kind is Kind.CONTAINER}
    called = {callee: facts.definition(callee) for callee in callees}
    daemons = {callee for callee, found in called.items() if found is not None and flag_of(found.option("daemon"))}
    return frozenset(step.task for step in steps if step.callee.declaration in daemons)


def _outputs(facts: Facts, definition: Definition, wires: Wires) -> Outputs | None:
    """What the workflow's last `return` gives; a workflow that returns nothing has no output."""
    value = returned(definition)
    if value is None:
        return None
    output = result(facts, definition.declaration, value, wires)
    return Outputs(artifacts=(output,)) if isinstance(output, Artifact) else Outputs(parameters=(output,))


def _idle(definition: Definition) -> Template:
    """What a workflow without steps calls, since Argo wants a task: it ends at once, and is skipped besides."""
    origin = Origin(definition.declaration, definition.name_span)
    return Template(name=f"{definition.template}-nothing", suspend=Suspend(duration="0"), origin=origin)


def _idle_task(idle: Template) -> Task:
    return Task(name="nothing", template=idle.name, when="{{=false}}")

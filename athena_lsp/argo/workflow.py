"""A workflow's template: a dag of tasks, or steps one after the other, wired by the data that flows between them."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.bodies import body_templates
from athena_lsp.argo.container import template_marks
from athena_lsp.argo.edges import output
from athena_lsp.argo.expressions import Wires
from athena_lsp.argo.inputs import input_artifacts, input_parameters
from athena_lsp.argo.layers import Layers
from athena_lsp.argo.local import NOTHING, Maker, idle_task, idle_template, with_boundary
from athena_lsp.argo.manifest import Artifact, Dag, Inputs, Outputs, Task, Template
from athena_lsp.argo.read import flag_of, int_of
from athena_lsp.argo.scheduling import retry_strategy, synchronization
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Definition, Expr, Kind, Step, WorkflowBody, calls
from athena_runtime.contract import RETURN_NAME


def workflow_templates(facts: Facts, definition: Definition, layers: Layers) -> tuple[Template, ...]:
    """The workflow's own template, and the local ones that it needs."""
    body = definition.body
    if not isinstance(body, WorkflowBody):
        return ()
    maker = Maker(facts, definition, _daemons(facts, body.every_step), layers)
    called, leaving = calls(body.statements), () if body.result is None else (body.result,)

    def wrap(tasks: tuple[Task, ...], wires: Wires) -> Template:
        return _template(maker, tasks or (idle_task(maker),), body.result, wires)

    wires = Wires(maker.mode if called else "tasks")
    made = body_templates(maker, called, leaving, wires, "", wrap)
    idle = maker.local_name(NOTHING)
    if any(task.template == idle for template in made for task in _tasks(template)):
        return *made, idle_template(maker)
    return made


def _template(maker: Maker, tasks: tuple[Task, ...], result: Expr | None, wires: Wires) -> Template:
    facts, definition = maker.facts, maker.definition
    scope, option = Scope(maker.facts, definition), definition.option
    in_steps = wires.mode == "steps"
    inputs = Inputs(parameters=input_parameters(definition), artifacts=input_artifacts(definition, with_path=False))
    template = Template(
        name=definition.template,
        inputs=inputs if inputs.parameters or inputs.artifacts else None,
        outputs=_outputs(facts, definition, result, wires),
        retry_strategy=retry_strategy(scope, option("retry")),
        parallelism=int_of(option("parallelism")),
        synchronization=synchronization(scope, option("mutexes"), option("semaphores")),
        dag=None if in_steps else Dag(tasks=tasks, fail_fast=flag_of(option("fail_fast"))),
        steps=tuple((task,) for task in tasks) if in_steps else (),
        origin=Origin(definition.declaration, definition.name_span),
        marks=template_marks(scope),
    )
    return with_boundary(maker, template)


def _tasks(template: Template) -> tuple[Task, ...]:
    in_steps = tuple(task for group in template.steps for task in group)
    return (*template.dag.tasks, *in_steps) if template.dag is not None else in_steps


def _daemons(facts: Facts, steps: tuple[Step, ...]) -> frozenset[str]:
    """The tasks that go on running beside the others."""
    callees = {step.callee.declaration for step in steps if step.callee.kind is Kind.CONTAINER}
    called = {callee: facts.definition(callee) for callee in callees}
    daemons = {callee for callee, found in called.items() if found is not None and flag_of(found.option("daemon"))}
    return frozenset(step.task for step in steps if step.callee.declaration in daemons)


def _outputs(facts: Facts, definition: Definition, result: Expr | None, wires: Wires) -> Outputs | None:
    """What the workflow gives back; one that returns nothing has no output."""
    if result is None:
        return None
    made = output(facts, definition.declaration, RETURN_NAME, result, wires)
    return Outputs(artifacts=(made,)) if isinstance(made, Artifact) else Outputs(parameters=(made,))

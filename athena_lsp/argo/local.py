"""What every template inside a workflow is made with: its name, its settings, and the calls of other templates."""

from __future__ import annotations

from hashlib import sha256

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.container import template_marks
from athena_lsp.argo.edges import argument
from athena_lsp.argo.expressions import Mode, Wires
from athena_lsp.argo.hooks import hooks_of
from athena_lsp.argo.layers import Layers
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
from athena_lsp.argo.scheduling import affinity, text_map, tolerations
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Definition, Step
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span

MAX_NAME = 128
"""The longest name of a template that Argo takes."""
DIGEST = 8
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Maker:
    """The workflow whose templates are made."""

    facts: Facts
    definition: Definition
    daemons: frozenset[str]
    """The tasks that go on running beside the others."""
    layers: Layers

    @property
    def mode(self) -> Mode:
        """How what stands in a body is called: all that can at once, or one after the other."""
        return "steps" if self.definition.signature.steps else "tasks"

    def local_name(self, task: str) -> str:
        """The name of a template inside the workflow; too long a name is cut, with a digest for what is lost."""
        name = f"{self.definition.template}-{task}"
        if len(name) <= MAX_NAME:
            return name
        return f"{name[: MAX_NAME - DIGEST - 1]}-{sha256(name.encode()).hexdigest()[:DIGEST]}"


def local_template(
    maker: Maker,
    task: str,
    span: Span,
    *,
    inputs: Inputs | None,
    outputs: Outputs | None,
    tasks: tuple[Task, ...] = (),
    steps: tuple[tuple[Task, ...], ...] = (),
) -> Template:
    """A template inside the workflow, with the settings that Argo reads from the template right around a pod."""
    option = maker.definition.option
    template = Template(
        name=maker.local_name(task),
        inputs=inputs,
        outputs=outputs,
        parallelism=int_of(option("parallelism")),
        dag=Dag(tasks=tasks, fail_fast=flag_of(option("fail_fast"))) if tasks else None,
        steps=steps,
        origin=Origin(maker.definition.declaration, span),
        marks=template_marks(Scope(maker.facts, maker.definition)),
    )
    return with_boundary(maker, template)


def with_boundary(maker: Maker, template: Template) -> Template:
    """The template with what pods right below it fall back to (`boundary_*`)."""
    scope, option = Scope(maker.facts, maker.definition, "boundary"), maker.definition.option
    return replace(
        template,
        node_selector=text_map(scope, option("boundary_node_selector")),
        tolerations=tolerations(scope, option("boundary_tolerations")),
        affinity=affinity(scope, option("boundary_affinity")),
    )


def call_task(maker: Maker, step: Step, wires: Wires, name: str = "") -> Task:
    """One call of another workflow or a container, by a task of its own name or of another."""
    owner = maker.definition.declaration
    plain = bool(step.callee.external)
    parts = tuple(argument(maker.facts, owner, bound, wires, plain=plain) for bound in step.bound)
    return Task(
        name=name or step.task,
        template=maker.local_name(again(step)) if has_own_template(step) else None,
        template_ref=None
        if has_own_template(step)
        else TemplateRef(
            name=step.callee.external or object_name(maker.facts.settings, step.callee.template),
            template=step.callee.template,
            origin=Origin(owner, step.callee_span),
        ),
        arguments=Arguments(
            parameters=tuple(part for part in parts if isinstance(part, Parameter)),
            artifacts=tuple(part for part in parts if isinstance(part, Artifact)),
        )
        if parts
        else None,
        hooks=hooks_of(maker.facts, owner, step, wires, name or step.task),
        origin=Origin(owner, step.span),
    )


def has_own_template(step: Step) -> bool:
    """Whether a call is tried again, or ends, in a way of its own, which takes a template of its own."""
    return step.time_limit > 0 or (step.options is not None and step.options.retry is not None)


def again(step: Step) -> str:
    """The part of that template's name."""
    return f"{step.task}-again"


def idle_template(maker: Maker) -> Template:
    """What is called where nothing is to be done, since Argo wants a task: it ends at once, and is skipped besides."""
    origin = Origin(maker.definition.declaration, maker.definition.name_span)
    return Template(name=maker.local_name(NOTHING), suspend=Suspend(duration="0"), origin=origin)


def idle_task(maker: Maker) -> Task:
    return Task(name=NOTHING, template=maker.local_name(NOTHING), when="{{=false}}")

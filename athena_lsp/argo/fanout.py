"""A fan-out: a local steps template that calls one step for each element, and gives the list of their results.

Argo spells the elements of `withParam` in its own way: numbers and bools as they are, texts without their quotes,
objects with sorted keys. So all elements but numbers and bools become JSON text first, which Argo hands on unchanged.
The results come back as a list of JSON texts, or of values when all of them are lists or objects, and as nothing when
there was no element: the output's expression makes one list of all of these.
"""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.pure_base import bare
from athena_lsp.argo.container import template_marks
from athena_lsp.argo.edges import argument, value_tag
from athena_lsp.argo.expressions import (
    Wires,
    carried,
    decoded,
    input_artifact_tag,
    input_expression,
    input_tag,
    quoted,
    result_artifact_tag,
    tag,
)
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.manifest import (
    Arguments,
    Artifact,
    Inputs,
    Outputs,
    Parameter,
    Task,
    Template,
    TemplateRef,
    ValueFrom,
)
from athena_lsp.argo.naming import object_name
from athena_lsp.argo.printer import json_text, printed, safe
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Definition, Expr, ParameterRef, Step, StepRef
from athena_lsp.ir.node import Node, walk
from athena_lsp.ir.types import BOOL, FLOAT, INT
from athena_runtime.contract import RETURN_NAME

ITEMS = "athena-items"
"""The parameter that holds the list; no name of Python has a hyphen."""
EACH = "each"
PLAIN = (INT, FLOAT, BOOL)
RESULTS = (
    f"let g = steps?.[{quoted(EACH)}]; let p = g?.outputs?.parameters; "
    f"let r = (type(p) == 'map' ? p?.[{quoted(RETURN_NAME)}] : nil) ?? '[]'; "
    "let s = r == '' || r == 'null' ? '[]' : r; "
    + safe("toJson(map(fromJSON(s), type(#) == 'string' ? fromJSON(#) : #))")
)
"""The list of results. Without an element, or when all failed, there is no map of parameters to read from."""


def local_name(definition: Definition, step: Step) -> str:
    """The name of the local template of a fan-out."""
    return f"{definition.template}-{step.task}"


def fan_out_task(facts: Facts, definition: Definition, step: Step, wires: Wires, depends: str | None) -> Task:
    """The call of the local template: the list, and everything from outside that the step's arguments read."""
    assert step.source is not None
    owner = definition.declaration
    origin = Origin(owner, step.span)
    items = Parameter(name=ITEMS, value=value_tag(facts, step.source, wires), origin=Origin(owner, step.source.span))
    parameters, artifacts = [items], []
    for name, reference in _captured(step).items():
        if is_artifact(reference.type):
            artifacts.append(Artifact(name=name, from_=_artifact_from(reference, wires)))
        else:
            parameters.append(Parameter(name=name, value=value_tag(facts, reference, wires)))
    return Task(
        name=step.task,
        depends=depends,
        template=local_name(definition, step),
        arguments=Arguments(parameters=tuple(parameters), artifacts=tuple(artifacts)),
        origin=origin,
    )


def fan_out_template(facts: Facts, definition: Definition, step: Step) -> Template:
    """The local template of a fan-out."""
    captured = _captured(step)
    wires = Wires("steps", frozenset(ref.task for ref in captured.values() if isinstance(ref, StepRef)))
    parts = tuple(argument(facts, definition.declaration, bound, wires) for bound in step.bound)
    origin = Origin(definition.declaration, step.span)
    each = Task(
        name=EACH,
        template_ref=TemplateRef(
            name=object_name(facts.settings, step.callee.template), template=step.callee.template, origin=origin
        ),
        arguments=Arguments(
            parameters=tuple(part for part in parts if isinstance(part, Parameter)),
            artifacts=tuple(part for part in parts if isinstance(part, Artifact)),
        ),
        with_param=_elements(facts, step, wires),
        origin=origin,
    )
    return Template(
        name=local_name(definition, step),
        inputs=Inputs(
            parameters=(
                Parameter(name=ITEMS),
                *(Parameter(name=name) for name, ref in captured.items() if not is_artifact(ref.type)),
            ),
            artifacts=tuple(Artifact(name=name) for name, ref in captured.items() if is_artifact(ref.type)),
        ),
        outputs=Outputs(
            parameters=(Parameter(name=RETURN_NAME, value_from=ValueFrom(expression=RESULTS, default="[]")),)
        ),
        steps=((each,),),
        origin=origin,
        marks=template_marks(Scope(definition)),
    )


def step_values(step: Step) -> tuple[Expr, ...]:
    """Every value that a step reads: its arguments, and what it is called for each element of."""
    further = (value for value in (step.source, step.condition) if value is not None)
    return (*(bound.value for bound in step.bound), *further)


def _elements(facts: Facts, step: Step, wires: Wires) -> str:
    """The list that Argo iterates over (`withParam`)."""
    assert step.item is not None
    source = decoded(input_expression(ITEMS))
    if step.condition is not None:
        inside = Wires(wires.mode, wires.inputs, wires.parts, item="#")
        source = f"filter({source}, {printed(facts, step.condition, inside)})"
    if bare(facts, step.item.type) not in PLAIN:
        return tag(f"toJson(map({source}, {json_text('#', step.item.type)}))")
    return input_tag(ITEMS) if step.condition is None else tag(f"toJson({source})")


def _captured(step: Step) -> dict[str, StepRef | ParameterRef]:
    """What the step's arguments and its condition read from outside, by the name of the input that carries it."""
    found: dict[str, StepRef | ParameterRef] = {}
    inside = (*(bound.value for bound in step.bound), *((step.condition,) if step.condition is not None else ()))
    for value in inside:
        for node in walk(value, Node):
            if isinstance(node, StepRef):
                found[carried(node.task)] = node
            elif isinstance(node, ParameterRef):
                found[node.name] = node
    return found


def _artifact_from(reference: StepRef | ParameterRef, wires: Wires) -> str:
    if isinstance(reference, StepRef):
        return result_artifact_tag(wires, reference.task)
    return input_artifact_tag(reference.name)

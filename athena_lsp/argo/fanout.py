"""A fan-out: a local steps template that calls one step for each element, and gives the list of their results.

Argo spells the elements of `withParam` in its own way: numbers and bools as they are, texts without their quotes,
objects with sorted keys. So all elements but numbers and bools become JSON text first, which Argo hands on unchanged.
The results come back as a list of JSON texts, or of values when all of them are lists or objects, and as nothing when
there was no element: the output's expression makes one list of all of these.
"""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.pure_base import bare
from athena_lsp.argo.captures import arguments, captured, inputs
from athena_lsp.argo.edges import value_tag
from athena_lsp.argo.expressions import Reference, Wires, decoded, input_expression, input_tag, quoted, tag
from athena_lsp.argo.local import Maker, call_task, local_template
from athena_lsp.argo.manifest import Outputs, Parameter, Task, Template, ValueFrom
from athena_lsp.argo.printer import json_text, printed, safe
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.wrapped import is_wrapped, wrapped_task
from athena_lsp.ir.model import Step
from athena_lsp.ir.types import BOOL, FLOAT, INT
from athena_lsp.records import replace
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


def fan_out_task(maker: Maker, step: Step, wires: Wires) -> Task:
    """The call of the local template: the list, and everything from outside that the step's arguments read."""
    assert step.source is not None
    owner = maker.definition.declaration
    items = Parameter(
        name=ITEMS, value=value_tag(maker.facts, step.source, wires), origin=Origin(owner, step.source.span)
    )
    return Task(
        name=step.task,
        template=maker.local_name(step.task),
        arguments=arguments(maker.facts, _captured(step), wires, items),
        origin=Origin(owner, step.span),
    )


def fan_out_template(maker: Maker, step: Step) -> Template:
    """The local template of a fan-out."""
    captures = _captured(step)
    wires = Wires("steps", frozenset(captures))
    if is_wrapped(step):
        call = replace(wrapped_task(maker, step, wires), name=EACH)
    else:
        call = call_task(maker, step, wires, EACH)
    each = replace(call, with_param=_elements(maker.facts, step, wires))
    results = Parameter(name=RETURN_NAME, value_from=ValueFrom(expression=RESULTS, default="[]"))
    return local_template(
        maker,
        step.task,
        step.span,
        inputs=inputs(captures, Parameter(name=ITEMS)),
        outputs=Outputs(parameters=(results,)),
        steps=((each,),),
    )


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


def _captured(step: Step) -> dict[str, Reference]:
    """What the step's arguments and its condition read from outside: all but the list itself and its elements."""
    return captured((replace(step, source=None),))

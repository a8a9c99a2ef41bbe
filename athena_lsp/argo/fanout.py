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
from athena_lsp.argo.inner import InnerCall
from athena_lsp.argo.local import Maker, call_task, idle_task, local_template
from athena_lsp.argo.manifest import Outputs, Parameter, Task, Template, ValueFrom
from athena_lsp.argo.printer import json_text, safe
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.wrapped import is_wrapped, wrapped_task
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Each, Step, calls
from athena_lsp.ir.types import BOOL, FLOAT, INT
from athena_lsp.records import replace
from athena_runtime.contract import ABSENT, RETURN_NAME

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
    assert step.item is not None
    captures = _captured(step)
    wires = Wires("steps", frozenset(captures))
    if is_wrapped(step):
        call = replace(wrapped_task(maker, step, wires), name=EACH)
    else:
        call = call_task(maker, step, wires, EACH)
    each = replace(call, with_param=_elements(maker.facts, step.item))
    results = Parameter(name=RETURN_NAME, value_from=ValueFrom(expression=RESULTS, default=ABSENT))
    return local_template(
        maker,
        step.task,
        step.span,
        inputs=inputs(captures, Parameter(name=ITEMS)),
        outputs=Outputs(parameters=(results,)),
        steps=((each,),),
    )


def each_task(maker: Maker, each: Each, wires: Wires) -> Task:
    """The call of the local template of a loop over a list."""
    owner = maker.definition.declaration
    items = Parameter(
        name=ITEMS, value=value_tag(maker.facts, each.source, wires), origin=Origin(owner, each.source.span)
    )
    return Task(
        name=each.task,
        template=maker.local_name(each.task),
        arguments=arguments(maker.facts, each_inputs(each), wires, items),
        origin=Origin(owner, each.span),
    )


def each_inputs(each: Each) -> dict[str, Reference]:
    """What the turns read from outside: all but their element."""
    return {
        name: reference
        for name, reference in captured((each.body,)).items()
        if not (isinstance(reference, ItemRef) and reference.loop == each.item.loop)
    }


def each_template(maker: Maker, each: Each, turn: InnerCall) -> Template:
    """The local template of a loop; `turn` says how a turn is run from it."""
    task = turn.task if turn.task is not None else idle_task(maker)
    steps = ((replace(task, name=EACH, with_param=_elements(maker.facts, each.item)),),)
    results = tuple(
        Parameter(name=output.name, value_from=ValueFrom(expression=RESULTS, default=ABSENT)) for output in each.outputs
    )
    made = local_template(
        maker,
        each.task,
        each.span,
        inputs=inputs(each_inputs(each), Parameter(name=ITEMS)),
        outputs=Outputs(parameters=results) if results else None,
        steps=steps,
    )
    return replace(made, parallelism=each.limit) if each.limit is not None else made


def is_one_call(each: Each) -> bool:
    """Whether a turn is one plain call and nothing else, which needs no template of its own."""
    called = calls(each.body.statements)
    return len(called) == 1 and isinstance(called[0], Step) and called[0].options is None and not each.outputs


def _elements(facts: Facts, item: ItemRef) -> str:
    """The list that Argo iterates over (`withParam`)."""
    if bare(facts, item.type) in PLAIN:
        return input_tag(ITEMS)
    return tag(f"toJson(map({decoded(input_expression(ITEMS))}, {json_text('#', item.type)}))")


def _captured(step: Step) -> dict[str, Reference]:
    """What the step's arguments read from outside: all but the list itself and its elements."""
    return captured((replace(step, source=None),))

"""A `for` over a list whose turns know of each other: two local steps templates that call each other.

One takes a list. Of one element it runs the turn; a longer one it gives to the other template, which runs the first
half and then, unless that has ended the loop, the second half with the names as they are by then. So a list of a
thousand elements nests some twenty calls, where Argo takes a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from athena_lsp.argo.captures import arguments, captured, inputs
from athena_lsp.argo.edges import given_text, value_tag
from athena_lsp.argo.expressions import Reference, Wires, carried, decoded, input_expression, input_tag, quoted, tag
from athena_lsp.argo.fanout import ITEMS
from athena_lsp.argo.inner import InnerCall
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.local import Maker, local_template
from athena_lsp.argo.manifest import Arguments, Artifact, Inputs, Outputs, Parameter, Task, Template, ValueFrom
from athena_lsp.argo.printer import json_text
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Expr, Fold, StepRef
from athena_lsp.ir.types import BOOL, ListOf, Type
from athena_lsp.records import replace
from athena_runtime.contract import ABSENT

LEFT = "athena-left"
"""The output that says whether the loop has ended."""
LIST = decoded(input_expression(ITEMS))
ONE_ITEM = f"len({LIST}) == 1"
"""When a turn is run."""
MIDDLE = f"int(len({LIST}) / 2)"


def fold_names(fold: Fold) -> tuple[str, ...]:
    """The outputs of a turn, and of the templates around it."""
    return (LEFT, *(output.name for output in fold.outputs))


def fold_wires(fold: Fold) -> Wires:
    """Where the templates read: the element is the first of their list."""
    return Wires("steps", frozenset(_inputs(fold)), item=f"{LIST}[0]")


def fold_task(maker: Maker, fold: Fold, wires: Wires) -> Task:
    """The call with the whole list, and the names as they are before the loop."""
    items = Parameter(
        name=ITEMS,
        value=value_tag(maker.facts, fold.source, wires),
        origin=Origin(maker.definition.declaration, fold.source.span),
    )
    firsts = ((carried(each.item), each.first) for each in fold.carried)
    return Task(
        name=fold.task,
        template=maker.local_name(fold.task),
        arguments=_call(maker, fold, wires, items, firsts),
        origin=Origin(maker.definition.declaration, fold.span),
    )


def fold_templates(maker: Maker, fold: Fold, turn: InnerCall, wires: Wires) -> tuple[Template, ...]:
    """The template of a list, and the one of its halves; `turn` says how the body is run."""
    more = f"{fold.task}-more"
    halves = Task(
        name=more,
        when=tag(f"len({LIST}) > 1"),
        template=maker.local_name(more),
        arguments=_call(maker, fold, wires, Parameter(name=ITEMS, value=input_tag(ITEMS)), _as_they_are(fold)),
        origin=Origin(maker.definition.declaration, fold.span),
    )
    called = () if turn.task is None else (_turn_task(fold, turn.task),)
    whole = local_template(
        maker,
        fold.task,
        fold.span,
        inputs=_taken(fold),
        outputs=_outputs(maker, fold, [_of_list(maker, fold, turn, n, wires) for n in range(len(fold.carried) + 1)]),
        steps=((*called, halves),),
    )
    return whole, _halves(maker, fold, wires)


def _turn_task(fold: Fold, task: Task) -> Task:
    """The turn, when the list has one element, which is the first of it."""
    element = carried(fold.item)
    given = task.arguments or Arguments()
    first = tag(json_text(f"{LIST}[0]", fold.item.type))
    parameters = tuple(replace(each, value=first) if each.name == element else each for each in given.parameters)
    made = replace(given, parameters=parameters) if parameters or given.artifacts else None
    return replace(task, when=tag(ONE_ITEM), arguments=made)


def _halves(maker: Maker, fold: Fold, wires: Wires) -> Template:
    first, second = f"{fold.task}-first", f"{fold.task}-second"
    origin = Origin(maker.definition.declaration, fold.span)
    begun = Task(
        name=first,
        template=maker.local_name(fold.task),
        arguments=_call(maker, fold, wires, _list(maker, fold, f"{LIST}[:{MIDDLE}]"), _as_they_are(fold)),
        origin=origin,
    )
    nexts = (
        (carried(each.item), StepRef(span=fold.span, task=first, type=each.item.type, output=output.name))
        for each, output in zip(fold.carried, fold.outputs, strict=True)
    )
    ended = f"fromJSON(steps[{quoted(first)}].outputs.parameters[{quoted(LEFT)}])"
    gone_on = Task(
        name=second,
        when=tag(f"not {ended}"),
        template=maker.local_name(fold.task),
        arguments=_call(maker, fold, wires, _list(maker, fold, f"{LIST}[{MIDDLE}:]"), nexts),
        origin=origin,
    )

    def given(name: str, type_: Type) -> str:
        kind = "artifacts" if is_artifact(type_) else "parameters"
        later, earlier = (f"steps[{quoted(each)}].outputs.{kind}[{quoted(name)}]" for each in (second, first))
        return f"steps[{quoted(second)}].status == 'Succeeded' ? {later} : {earlier}"

    values = [given(LEFT, BOOL), *(given(output.name, output.type) for output in fold.outputs)]
    return local_template(
        maker,
        f"{fold.task}-more",
        fold.span,
        inputs=_taken(fold),
        outputs=_outputs(maker, fold, values),
        steps=((begun,), (gone_on,)),
    )


def _of_list(maker: Maker, fold: Fold, turn: InnerCall, number: int, wires: Wires) -> str:
    """An output of a list: of its one turn, or of its halves; of an empty list the name as it is."""
    name, more = fold_names(fold)[number], f"{fold.task}-more"
    before = "'false'" if number == 0 else given_text(maker.facts, fold.carried[number - 1].item, wires)
    is_file = number > 0 and is_artifact(fold.carried[number - 1].item.type)
    one = f"steps[{quoted(turn.task.name)}].status == 'Succeeded'" if turn.task else ONE_ITEM
    value = turn.gives[number]
    halves = f"steps[{quoted(more)}].outputs.{'artifacts' if is_file else 'parameters'}[{quoted(name)}]"
    text = given_text(maker.facts, value, wires)
    return f"{one} ? {text} : steps[{quoted(more)}].status == 'Succeeded' ? {halves} : {before}"


def _outputs(maker: Maker, fold: Fold, values: list[str]) -> Outputs:
    origin = Origin(maker.definition.declaration, fold.span)
    types = [BOOL, *(each.item.type for each in fold.carried)]
    parameters, artifacts = [], []
    for name, type_, value in zip(fold_names(fold), types, values, strict=True):
        if is_artifact(type_):
            artifacts.append(Artifact(name=name, from_expression=value, origin=origin))
        else:
            source = ValueFrom(expression=value, default=ABSENT)
            parameters.append(Parameter(name=name, value_from=source, origin=origin))
    return Outputs(parameters=tuple(parameters), artifacts=tuple(artifacts))


def _from_outside(fold: Fold) -> Mapping[str, Reference]:
    """What the turns read and do not hand on: the loop's own names, and the element, are left out."""
    own = {carried(each.item) for each in fold.carried}
    return {
        name: reference
        for name, reference in captured((fold.body,)).items()
        if name not in own and not (isinstance(reference, ItemRef) and reference.loop == fold.item.loop)
    }


def _inputs(fold: Fold) -> dict[str, Reference]:
    return {**{carried(each.item): each.item for each in fold.carried}, **_from_outside(fold)}


def _taken(fold: Fold) -> Inputs | None:
    return inputs(_inputs(fold), Parameter(name=ITEMS))


def _as_they_are(fold: Fold) -> Iterable[tuple[str, Expr]]:
    return ((carried(each.item), each.item) for each in fold.carried)


def _list(maker: Maker, fold: Fold, expression: str) -> Parameter:
    origin = Origin(maker.definition.declaration, fold.source.span)
    return Parameter(name=ITEMS, value=tag(json_text(expression, ListOf(fold.item.type))), origin=origin)


def _call(maker: Maker, fold: Fold, wires: Wires, items: Parameter, names: Iterable[tuple[str, Expr]]) -> Arguments:
    found = arguments(maker.facts, _from_outside(fold), wires, items) or Arguments()
    parameters, artifacts = list(found.parameters), list(found.artifacts)
    for name, value in names:
        origin = Origin(maker.definition.declaration, value.span)
        if is_artifact(value.type):
            expression = given_text(maker.facts, value, wires)
            artifacts.append(Artifact(name=name, from_expression=expression, origin=origin))
        else:
            parameters.append(Parameter(name=name, value=value_tag(maker.facts, value, wires), origin=origin))
    return Arguments(parameters=tuple(parameters), artifacts=tuple(artifacts))

"""A bounded loop: a local steps template that runs one turn and then, unless the turn has left, calls itself.

A turn costs one level of Argo's limit on nested calls, whatever stands in it. What leaves comes from the last turn:
each level hands on what the next one gives.

When the bound is reached, a step goes over a text that is no list: Argo fails the run with "withParam value could not
be parsed as a JSON list" and that text. No pod is needed, and every version does it.
"""

from __future__ import annotations

from collections.abc import Iterable

from athena_lsp.argo.captures import Captured, arguments, captured, inputs
from athena_lsp.argo.edges import given_text, value_tag
from athena_lsp.argo.expressions import Reference, Wires, carried, decoded, input_expression, input_tag, quoted, tag
from athena_lsp.argo.inner import InnerCall
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.local import Maker, idle_template, local_template
from athena_lsp.argo.manifest import Arguments, Artifact, Inputs, Outputs, Parameter, Task, Template, ValueFrom
from athena_lsp.argo.printer import printed
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Expr, Loop
from athena_lsp.ir.names import plain_name
from athena_runtime.contract import ABSENT

LEFT = "athena-left"
"""The output of a turn that says whether it left the loop."""
MESSAGE = "message"


def loop_inputs(loop: Loop) -> dict[str, Reference]:
    """What the loop's template takes: the counter, the names that are carried, and what its body reads from outside."""
    own = {carried(item): item for item in (loop.counter, *(each.item for each in loop.carried))}
    return {**own, **captured((loop.body,))}


def loop_names(loop: Loop) -> tuple[str, ...]:
    """The outputs of a turn."""
    return (
        LEFT,
        *(f"next-{plain_name(each.item.name)}" for each in loop.carried),
        *(output.name for output in loop.outputs),
    )


def loop_arguments(maker: Maker, loop: Loop, wires: Wires) -> Arguments:
    """The arguments of the first call."""
    firsts = [(carried(each.item), each.first) for each in loop.carried]
    return _call(
        maker,
        _from_outside(loop),
        wires,
        Parameter(name=carried(loop.counter), value="0"),
        ((name, _argument(maker, name, first, wires)) for name, first in firsts),
    )


def loop_templates(maker: Maker, loop: Loop, turn: InnerCall, wires: Wires) -> tuple[Template, ...]:
    """The template that calls itself, and the one that fails; `turn` says how the body is run."""
    over = local_template(
        maker,
        f"{loop.task}-over",
        loop.span,
        inputs=Inputs(parameters=(Parameter(name=MESSAGE),)),
        outputs=None,
        steps=((Task(name="over", template=idle_template(maker).name, with_param=input_tag(MESSAGE)),),),
    )
    again = local_template(
        maker,
        loop.task,
        loop.span,
        inputs=inputs(loop_inputs(loop)),
        outputs=_outputs(maker, loop, turn, wires),
        steps=(*(((turn.task,),) if turn.task is not None else ()), _end_of_turn(maker, loop, turn, wires)),
    )
    return again, over


def _end_of_turn(maker: Maker, loop: Loop, turn: InnerCall, wires: Wires) -> tuple[Task, ...]:
    """What comes after a turn that has not left: the next one, or the end of the bound."""
    count = decoded(input_expression(carried(loop.counter)))
    stays = f"not {_bool(maker, turn.gives[0], wires)}"
    nexts = zip(loop.carried, turn.gives[1:], strict=False)
    counter = Parameter(name=carried(loop.counter), value=tag(f"toJson(int({count}) + 1)"))
    following = ((name := carried(each.item), _argument(maker, name, value, wires)) for each, value in nexts)
    message = f"the loop over bounded({loop.bound}) made {loop.bound} turns without `break`"
    origin = Origin(maker.definition.declaration, loop.span)
    return (
        Task(
            name=f"{loop.task}-next",
            when=tag(f"{stays} && {count} < {loop.bound - 1}"),
            template=maker.local_name(loop.task),
            arguments=_call(maker, _from_outside(loop), wires, counter, following),
            origin=origin,
        ),
        Task(
            name=f"{loop.task}-over",
            when=tag(f"{stays} && {count} >= {loop.bound - 1}"),
            template=maker.local_name(f"{loop.task}-over"),
            arguments=Arguments(parameters=(Parameter(name=MESSAGE, value=message),)),
            origin=origin,
        ),
    )


def _outputs(maker: Maker, loop: Loop, turn: InnerCall, wires: Wires) -> Outputs | None:
    """From the next turn when there was one, else from this."""
    if not loop.outputs:
        return None
    origin = Origin(maker.definition.declaration, loop.span)
    step = f"steps[{quoted(f'{loop.task}-next')}]"
    parameters, artifacts = [], []
    for output, value in zip(loop.outputs, turn.gives[1 + len(loop.carried) :], strict=True):
        kind = "artifacts" if is_artifact(output.type) else "parameters"
        later = f"{step}.outputs.{kind}[{quoted(output.name)}]"
        chosen = f"{step}.status == 'Succeeded' ? {later} : {given_text(maker.facts, value, wires)}"
        if is_artifact(output.type):
            artifacts.append(Artifact(name=output.name, from_expression=chosen, origin=origin))
        else:
            source = ValueFrom(expression=chosen, default=ABSENT)
            parameters.append(Parameter(name=output.name, value_from=source, origin=origin))
    return Outputs(parameters=tuple(parameters), artifacts=tuple(artifacts))


def _from_outside(loop: Loop) -> Captured:
    """What each turn hands on to the next as it is."""
    own = {carried(loop.counter), *(carried(each.item) for each in loop.carried)}
    return {name: reference for name, reference in loop_inputs(loop).items() if name not in own}


def _call(
    maker: Maker,
    captures: Captured,
    wires: Wires,
    counter: Parameter,
    carried_names: Iterable[tuple[str, Parameter | Artifact]],
) -> Arguments:
    found = arguments(maker.facts, captures, wires) or Arguments()
    own = [each for _, each in carried_names]
    return Arguments(
        parameters=(counter, *(each for each in own if isinstance(each, Parameter)), *found.parameters),
        artifacts=(*(each for each in own if isinstance(each, Artifact)), *found.artifacts),
    )


def _argument(maker: Maker, name: str, value: Expr, wires: Wires) -> Parameter | Artifact:
    origin = Origin(maker.definition.declaration, value.span)
    if is_artifact(value.type):
        return Artifact(name=name, from_expression=given_text(maker.facts, value, wires), origin=origin)
    return Parameter(name=name, value=value_tag(maker.facts, value, wires), origin=origin)


def _bool(maker: Maker, value: Expr, wires: Wires) -> str:
    return printed(maker.facts, value, wires)

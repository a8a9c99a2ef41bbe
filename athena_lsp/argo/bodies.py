"""Statements as tasks and local templates: a call is a task, a region one task and the templates that it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from athena_lsp.argo.branches import branch_template
from athena_lsp.argo.captures import arguments, captured, inputs
from athena_lsp.argo.edges import output
from athena_lsp.argo.expressions import Wires
from athena_lsp.argo.failing import fail_template
from athena_lsp.argo.fanout import each_inputs, each_task, each_template, fan_out_task, fan_out_template, is_one_call
from athena_lsp.argo.folds import fold_names, fold_task, fold_templates, fold_wires
from athena_lsp.argo.inner import InnerCall
from athena_lsp.argo.joins import join_template
from athena_lsp.argo.local import Maker, call_task, local_template
from athena_lsp.argo.loops import loop_arguments, loop_inputs, loop_names, loop_templates
from athena_lsp.argo.manifest import Artifact, Outputs, Parameter, Task, Template
from athena_lsp.argo.parts import MAX_TASKS, Part, can_be_in_parts, part_task, parts_of, passed_on
from athena_lsp.argo.read import int_of
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.tries import tried_template
from athena_lsp.argo.waits import wait_templates
from athena_lsp.argo.wrapped import again_template, is_wrapped, wrapped_name, wrapped_task, wrapped_template
from athena_lsp.ir.model import (
    Branch,
    Each,
    Expr,
    Fail,
    Fold,
    Gather,
    Inner,
    Loop,
    Region,
    Step,
    StepRef,
    Tried,
    Wait,
    calls,
    divides,
    waits,
)
from athena_lsp.records import replace

Wrap = Callable[[tuple[Task, ...], Wires], Template]
"""Makes the template that holds some tasks; the wires tell its outputs where to read."""


def body_templates(
    maker: Maker, called: tuple[Step | Region, ...], leaving: tuple[Expr, ...], wires: Wires, name: str, wrap: Wrap
) -> tuple[Template, ...]:
    """The template of a body, then all local ones that it needs; a dag that is too long is made of parts."""
    local = tuple(template for call in called for template in local_templates(maker, call))
    if wires.mode == "tasks" and len(called) > MAX_TASKS and can_be_in_parts(called, maker.daemons):
        return *_in_parts(maker, called, leaving, wires, name, wrap), *local
    order = waits_in_order(called) if wires.mode == "tasks" else {}
    return wrap(tuple(task_of(maker, call, wires, order.get(call.task, ())) for call in called), wires), *local


def waits_in_order(called: tuple[Step | Region, ...]) -> dict[str, tuple[str, ...]]:
    """For each call the tasks that come before it though it takes nothing of them: a wait has its place in the text.

    All above a wait end before it begins. All below a `sleep` wait for it; a question is waited for by what it answers.
    """
    found: dict[str, tuple[str, ...]] = {}
    since, above = "", list[str]()
    for call in called:
        before = (since,) if since else ()
        found[call.task] = (*before, *above) if waits(call) else before
        above.append(call.task)
        if divides(call):
            since, above = call.task, []
    return found


def task_of(maker: Maker, call: Step | Region, wires: Wires, after: tuple[str, ...] = ()) -> Task:
    """The task that a call or a region becomes. What it reads says which tasks come before it; `after` says others."""
    depends = _depends(maker, call, wires, after) if wires.mode == "tasks" else None
    if isinstance(call, Step):
        if call.item is not None:
            task = fan_out_task(maker, call, wires)
        elif is_wrapped(call):
            task = wrapped_task(maker, call, wires)
        else:
            task = call_task(maker, call, wires)
        return replace(task, depends=depends)
    if isinstance(call, Each):
        return replace(each_task(maker, call, wires), depends=depends)
    if isinstance(call, Fold):
        return replace(fold_task(maker, call, wires), depends=depends)
    return Task(
        name=call.task,
        depends=depends,
        template=maker.local_name(call.task),
        arguments=loop_arguments(maker, call, wires)
        if isinstance(call, Loop)
        else arguments(maker.facts, captured((call,)), wires),
        origin=Origin(maker.definition.declaration, call.span),
    )


def local_templates(maker: Maker, call: Step | Region) -> tuple[Template, ...]:
    """The local templates of a call: none for a plain one."""
    match call:
        case Step():
            return _step_templates(maker, call)
        case Branch():
            wires = Wires("steps", frozenset(captured((call,))))
            names = tuple(output.name for output in call.outputs)
            inner = tuple(inner_call(maker, arm.body, names, wires) for arm in call.arms)
            return branch_template(maker, call, inner, wires), *(each for one in inner for each in one.templates)
        case Loop():
            wires = Wires("steps", frozenset(loop_inputs(call)))
            turn = inner_call(maker, call.body, loop_names(call), wires)
            return *loop_templates(maker, call, turn, wires), *turn.templates
        case Each():
            wires = Wires("steps", frozenset(each_inputs(call)))
            names = tuple(output.name for output in call.outputs)
            turn = inner_call(maker, call.body, names, wires, alone=is_one_call(call))
            return each_template(maker, call, turn), *turn.templates
        case Fold():
            wires = fold_wires(call)
            turn = inner_call(maker, call.body, fold_names(call), wires, alone=False)
            return *fold_templates(maker, call, turn, wires), *turn.templates
        case Tried():
            wires = Wires("steps", frozenset(captured((call,))))
            body = inner_call(maker, call.body, call.names, wires)
            final = inner_call(maker, call.final, (), wires) if call.final is not None else None
            further = final.templates if final is not None else ()
            return tried_template(maker, call, body, final, wires), *body.templates, *further
        case Gather():
            return (join_template(maker, call),)
        case Wait():
            return wait_templates(maker, call)
        case Fail():
            return (fail_template(maker, call),)
        case _:
            assert_never(call)


def _step_templates(maker: Maker, step: Step) -> tuple[Template, ...]:
    """Of a fan-out the one that calls each, of an attempt the one around it, and the one that is tried again."""
    found = [fan_out_template(maker, step)] if step.item is not None else []
    if is_wrapped(step):
        found.append(wrapped_template(maker, step, wrapped_name(step)))
    again = again_template(maker, step)
    return (*found, again) if again is not None else tuple(found)


def inner_call(maker: Maker, inner: Inner, names: tuple[str, ...], wires: Wires, *, alone: bool = True) -> InnerCall:
    """How a region's own template, whose wires these are, runs statements inside it and reads what they give.

    One call alone is called right there, if it may be; more become a template of their own, with outputs of these
    names.
    """
    called = calls(inner.statements)
    if not called:
        return InnerCall(None, (), inner.gives)
    if len(called) == 1 and alone:
        task = replace(task_of(maker, called[0], wires), depends=None)
        return InnerCall(task, local_templates(maker, called[0]), inner.gives)
    taken = captured((inner,))
    own = Wires(maker.mode, frozenset(taken))

    def wrap(tasks: tuple[Task, ...], wires: Wires) -> Template:
        in_steps = wires.mode == "steps"
        return local_template(
            maker,
            inner.name,
            inner.span,
            inputs=inputs(taken),
            outputs=_outputs(maker, names, inner.gives, wires),
            tasks=() if in_steps else tasks,
            steps=tuple((task,) for task in tasks) if in_steps else (),
        )

    given = (
        StepRef(span=value.span, task=inner.name, type=value.type, output=name)
        for name, value in zip(names, inner.gives, strict=True)
    )
    return InnerCall(
        Task(
            name=inner.name,
            template=maker.local_name(inner.name),
            arguments=arguments(maker.facts, taken, wires),
            origin=Origin(maker.definition.declaration, inner.span),
        ),
        body_templates(maker, called, inner.gives, own, inner.name, wrap),
        tuple(given),
    )


def _outputs(maker: Maker, names: tuple[str, ...], gives: tuple[Expr, ...], wires: Wires) -> Outputs | None:
    owner = maker.definition.declaration
    made = [output(maker.facts, owner, name, value, wires) for name, value in zip(names, gives, strict=True)]
    if not made:
        return None
    return Outputs(
        parameters=tuple(each for each in made if isinstance(each, Parameter)),
        artifacts=tuple(each for each in made if isinstance(each, Artifact)),
    )


def _depends(maker: Maker, call: Step | Region, wires: Wires, after: tuple[str, ...]) -> str | None:
    """The tasks whose results this one takes, each with the end it must have come to; a daemon need only be ready."""
    taken = captured((call,)).items()
    read = (ref.task for name, ref in taken if isinstance(ref, StepRef) and name not in wires.inputs)
    before = dict.fromkeys((*read, *after))
    conditions = (f"({t}.Succeeded || {t}.Daemoned)" if t in maker.daemons else f"{t}.Succeeded" for t in before)
    return " && ".join(conditions) or None


def _in_parts(
    maker: Maker, called: tuple[Step | Region, ...], leaving: tuple[Expr, ...], wires: Wires, name: str, wrap: Wrap
) -> tuple[Template, ...]:
    """A body as a dag of dags. A bound on parallel tasks holds since parts then follow each other."""
    parts = parts_of(called, leaving, f"{name}-" if name else "")
    outer = replace(wires, parts={call.task: part.name for part in parts for call in part.calls})
    one_by_one = int_of(maker.definition.option("parallelism")) is not None
    before = ("", *(part.name for part in parts)) if one_by_one else ("" for _ in parts)
    tasks = tuple(part_task(maker, part, outer, after) for part, after in zip(parts, before, strict=False))
    return wrap(tasks, outer), *(_part_template(maker, part) for part in parts)


def _part_template(maker: Maker, part: Part) -> Template:
    wires = Wires(inputs=frozenset(part.incoming))
    taken, given = passed_on(part)
    tasks = tuple(task_of(maker, call, wires) for call in part.calls)
    return local_template(maker, part.name, part.calls[0].span, inputs=taken, outputs=given, tasks=tasks)

"""What of a lowered body is needed: the outputs of regions that something reads, the steps whose results are."""

from __future__ import annotations

from athena_lsp.analysis.joining import is_false
from athena_lsp.analysis.lowering import Lowering, read_key
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    Arm,
    Branch,
    Each,
    Expr,
    Fail,
    Fold,
    Gather,
    Loop,
    Statement,
    Step,
    StepRef,
    Tried,
    Wait,
    handed_on,
)
from athena_lsp.ir.node import walk
from athena_lsp.records import replace


def needed(low: Lowering, result: Expr | None) -> tuple[Statement, ...]:
    """The statements of a whole body without the outputs that nobody reads; each step knows whether it is read."""
    _note(low, result)
    return _needed(low, tuple(low.statements))


def _needed(low: Lowering, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Values are read below the place where they are made: so from the last statement up."""
    kept: list[Statement] = []
    for statement in reversed(statements):
        match statement:
            case Step():
                kept.append(_step(low, statement))
            case Branch():
                kept.append(_branch(low, statement))
            case Loop():
                kept.append(_loop(low, statement))
            case Each():
                kept.append(_each(low, statement))
            case Fold():
                kept.append(_fold(low, statement))
            case Tried():
                kept.append(_tried(low, statement))
            case Gather(branches=branches):
                _note(low, *branches)
                kept.append(statement)
            case Wait(amount=value) | Fail(message=value):
                _note(low, value)
                kept.append(statement)
            case _:
                kept.append(statement)
    return tuple(reversed(kept))


def _step(low: Lowering, step: Step) -> Step:
    _note(low, *(bound.value for each in (step, *step.hook_calls) for bound in each.bound))
    _note(low, step.source, *(step.options.after if step.options is not None else ()))
    return step if not step.name_span or step.task in low.read else replace(step, result_used=False)


def _branch(low: Lowering, branch: Branch) -> Branch:
    numbers = [n for n, output in enumerate(branch.outputs) if read_key(branch.task, output.name) in low.read]
    arms: list[Arm] = []
    for arm in branch.arms:
        gives = tuple(arm.body.gives[number] for number in numbers)
        _note(low, *gives, arm.condition)
        inner = replace(arm.body, statements=_needed(low, arm.body.statements), gives=gives)
        arms.append(replace(arm, body=inner))
    return replace(branch, arms=tuple(arms), outputs=tuple(branch.outputs[number] for number in numbers))


def _loop(low: Lowering, loop: Loop) -> Loop:
    """A carried name is needed when a turn reads it, or another needed name's next value does."""
    left, gives, first_output = loop.body.gives[0], loop.body.gives, 1 + len(loop.carried)
    numbers = [n for n, output in enumerate(loop.outputs) if read_key(loop.task, output.name) in low.read]
    outputs = tuple(gives[first_output + number] for number in numbers)
    _note(low, left, *outputs)
    names = {item.name for item in walk((loop.body.statements, left, outputs), ItemRef) if item.loop == loop.task}
    grown: set[str] = set()
    while grown != names:
        grown = set(names)
        nexts = [value for each, value in zip(loop.carried, gives[1:], strict=False) if each.item.name in names]
        names |= {item.name for item in walk(tuple(nexts), ItemRef) if item.loop == loop.task}
    kept = [number for number, each in enumerate(loop.carried) if each.item.name in names]
    values = (left, *(gives[1 + number] for number in kept), *outputs)
    _note(low, *values)
    body = replace(loop.body, statements=_needed(low, loop.body.statements), gives=values)
    carried = tuple(loop.carried[number] for number in kept)
    _note(low, *(each.first for each in carried))
    return replace(loop, body=body, carried=carried, outputs=tuple(loop.outputs[number] for number in numbers))


def _fold(low: Lowering, fold: Fold) -> Fold | Each:
    """As for a loop. When no turn needs to know of another, what is left is done for each element in order."""
    left, gives = fold.body.gives[0], fold.body.gives[1:]
    names = {
        each.item.name for each in fold.carried if read_key(fold.task, handed_on(each.item.name)) in low.read
    }  # fmt: skip
    names |= {item.name for item in walk((fold.body.statements, left), ItemRef) if item.loop == fold.task}
    grown: set[str] = set()
    while grown != names:
        grown = set(names)
        nexts = [value for each, value in zip(fold.carried, gives, strict=True) if each.item.name in names]
        names |= {item.name for item in walk(tuple(nexts), ItemRef) if item.loop == fold.task}
    kept = [number for number, each in enumerate(fold.carried) if each.item.name in names]
    values = (left, *(gives[number] for number in kept))
    carried = tuple(fold.carried[number] for number in kept)
    _note(low, fold.source, *values, *(each.first for each in carried))
    body = replace(fold.body, statements=_needed(low, fold.body.statements), gives=values)
    if carried or not is_false(left):
        return replace(fold, body=body, carried=carried)
    body = replace(body, gives=())
    return Each(span=fold.span, task=fold.task, item=fold.item, source=fold.source, limit=1, body=body, outputs=())


def _each(low: Lowering, each: Each) -> Each:
    read = [output for output in each.outputs if read_key(each.task, output.name) in low.read]
    gives = each.body.gives if read else ()
    _note(low, each.source, *gives)
    inner = replace(each.body, statements=_needed(low, each.body.statements), gives=gives)
    return replace(each, body=inner, outputs=tuple(read))


def _tried(low: Lowering, tried: Tried) -> Tried:
    kept = [n for n, name in enumerate(tried.names) if read_key(tried.task, name) in low.read]
    gives = tuple(tried.body.gives[number] for number in kept)
    _note(low, *gives)
    final = tried.final
    if final is not None:
        final = replace(final, statements=_needed(low, final.statements))
    body = replace(tried.body, statements=_needed(low, tried.body.statements), gives=gives)
    outputs = (tried.outputs[0], *(tried.outputs[1 + number] for number in kept))
    return replace(tried, body=body, outputs=outputs, final=final)


def _note(low: Lowering, *values: Expr | None) -> None:
    for reference in walk(values, StepRef):
        low.read.add(read_key(reference.task, reference.output))

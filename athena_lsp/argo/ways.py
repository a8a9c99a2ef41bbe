"""The ways through a workflow, of which a run takes some: arms, cases, turns, handlers, hooks, retries.

Each says which Python it is, and by which nodes of a run one sees that it was taken. What athena adds of its own is no
way: the rest of a body behind an arm that may have left, a check, a part of a long dag.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.joining import BROKE, RETURNED, THROWN
from athena_lsp.argo.branches import whens
from athena_lsp.argo.captures import captured
from athena_lsp.argo.expressions import Wires
from athena_lsp.argo.fanout import each_inputs, is_one_call
from athena_lsp.argo.folds import ONE_ITEM, fold_wires
from athena_lsp.argo.hooks import hook_keys
from athena_lsp.argo.layers import Layers
from athena_lsp.argo.local import Maker
from athena_lsp.argo.loops import loop_inputs
from athena_lsp.ir.model import (
    REGIONS,
    Arm,
    Branch,
    Definition,
    Each,
    Fail,
    Fold,
    Gather,
    Loop,
    Region,
    Statement,
    Step,
    Tried,
    Wait,
    WorkflowBody,
    calls,
    handed_on,
    runs,
)
from athena_lsp.records import dataclass
from athena_lsp.text import Span

WayKind: TypeAlias = Literal[
    "if-true",
    "if-false",
    "choice-true",
    "choice-false",
    "case",
    "no-case",
    "try-succeeded",
    "try-failed",
    "finally-succeeded",
    "finally-failed",
    "element",
    "no-element",
    "left",
    "through",
    "bound",
    "hook",
    "retry",
]


@dataclass(frozen=True, slots=True)
class Holds:
    """A node of the template whose inputs make the expression true."""

    template: str
    expression: str


@dataclass(frozen=True, slots=True)
class HasItems:
    """A node of the template that was given a list with elements, or without."""

    template: str
    some: bool


@dataclass(frozen=True, slots=True)
class Gave:
    """A node of the loop over a list of which one of the outputs is true, or which ended well and gave none of them."""

    template: str
    task: str
    outputs: tuple[str, ...]
    some: bool


@dataclass(frozen=True, slots=True)
class EndedAs:
    """A node of the template below which the task ended well, or failed, and the one after it ran."""

    template: str
    task: str
    then: str
    well: bool


@dataclass(frozen=True, slots=True)
class Turned:
    """A node of the loop's template after which came no turn, or the bound."""

    template: str
    task: str
    bound: bool


@dataclass(frozen=True, slots=True)
class Hooked:
    """A hook of the step, by its key, that ran; without a step one of the whole run."""

    task: str
    key: str


@dataclass(frozen=True, slots=True)
class Retried:
    """A second attempt of the step."""

    task: str


Sign: TypeAlias = Holds | HasItems | Gave | EndedAs | Turned | Hooked | Retried


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a workflow. Spans count from the start of its block."""

    kind: WayKind
    span: Span
    """What decides, and with the kind says which way it is: a condition, a pattern, a list, a call."""
    place: Span
    """Where it goes on."""
    sign: Sign


@dataclass(frozen=True, slots=True)
class Around:
    """The template in which statements run, and what must hold for them where they have none of their own."""

    template: str
    wires: Wires
    under: tuple[str, ...] = ()


def ways(facts: Facts, definition: Definition) -> tuple[Way, ...]:
    """All ways through a workflow, in the order of the source."""
    body = definition.body
    if not isinstance(body, WorkflowBody):
        return ()
    maker = Maker(facts, definition, frozenset(), Layers())
    wires = Wires(maker.mode if calls(body.statements) else "tasks")
    found = (*_of_all(maker, body.statements, Around(definition.template, wires)), *_at_exit(definition))
    by_key = {(way.kind, way.span): way for way in reversed(found)}
    return tuple(sorted(by_key.values(), key=lambda way: (way.place, way.span)))


def _of_all(maker: Maker, statements: tuple[Statement, ...], around: Around) -> Iterator[Way]:
    for statement in statements:
        if isinstance(statement, Step):
            yield from _of_step(maker, statement)
        elif isinstance(statement, REGIONS):
            yield from _of_region(maker, statement) if runs(statement) else ()
            yield from _of_bodies(maker, statement, around)


def _at_exit(definition: Definition) -> Iterator[Way]:
    """What runs when the whole run has ended."""
    handler = definition.option("on_exit_if_root")
    if handler is not None:
        yield Way("hook", handler.span, handler.span, Hooked("", "exit"))


def _of_bodies(maker: Maker, region: Region, around: Around) -> Iterator[Way]:
    """What stands inside a region; a branch in which nothing runs is worked out by what is around it."""
    if isinstance(region, Branch) and not runs(region):
        conditions = whens(maker, region, around.wires)
        if region.form != "rest":
            for number, (arm, expression) in enumerate(zip(region.arms, conditions, strict=True)):
                kind, span = _key(region, number, arm)
                sign = Holds(around.template, " && ".join(f"({each})" for each in (*around.under, expression)))
                yield Way(kind, span, arm.body.span, sign)
        for arm, expression in zip(region.arms, conditions, strict=True):
            inner = Around(around.template, around.wires, (*around.under, expression))
            yield from _of_all(maker, arm.body.statements, inner)
        return
    for body, under in zip(region.bodies, _under(maker, region), strict=True):
        count = len(calls(body.statements))
        if count > 1 or (count and _is_apart(region)):
            inner = Around(maker.local_name(body.name), Wires(maker.mode, frozenset(captured((body,)))))
        else:
            inner = Around(maker.local_name(region.task), _wires(region), under)
        yield from _of_all(maker, body.statements, inner)


def _is_apart(region: Region) -> bool:
    """Whether even a call alone stands in a template of its own."""
    return isinstance(region, Fold) or (isinstance(region, Each) and not is_one_call(region))


def _wires(region: Region) -> Wires:
    """Where the template of a region reads."""
    match region:
        case Loop():
            return Wires("steps", frozenset(loop_inputs(region)))
        case Each():
            return Wires("steps", frozenset(each_inputs(region)))
        case Fold():
            return fold_wires(region)
        case _:
            return Wires("steps", frozenset(captured((region,))))


def _under(maker: Maker, region: Region) -> tuple[tuple[str, ...], ...]:
    """For each body of a region what must hold for it in the region's own template."""
    match region:
        case Branch():
            return tuple((each,) for each in whens(maker, region, _wires(region)))
        case Fold():
            return ((ONE_ITEM,),)
        case _:
            return ((),) * len(region.bodies)


def _of_step(maker: Maker, step: Step) -> Iterator[Way]:
    if step.item is not None:
        yield from _items(maker.local_name(step.task), step.span)
    callee = maker.facts.definition(step.callee.declaration)
    own = step.options.retry if step.options is not None else None
    if own is not None or (callee is not None and callee.option("retry") is not None):
        yield Way("retry", step.callee_span, step.callee_span, Retried(step.task))
    if step.options is not None:
        for key, hook in hook_keys(step.options.hooks):
            yield Way("hook", hook.span, hook.span, Hooked(step.task, key))


def _of_region(maker: Maker, region: Region) -> Iterator[Way]:
    template = maker.local_name(region.task)
    match region:
        case Branch(form="rest"):
            pass
        case Branch():
            conditions = whens(maker, region, _wires(region))
            for number, (arm, expression) in enumerate(zip(region.arms, conditions, strict=True)):
                kind, span = _key(region, number, arm)
                yield Way(kind, span, arm.body.span, Holds(template, expression))
        case Loop(span=span):
            yield Way("left", span, span, Turned(template, region.task, bound=False))
            yield Way("bound", span, span, Turned(template, region.task, bound=True))
        case Each(span=span):
            yield from _items(template, span)
        case Fold(span=span, carried=carried):
            yield from _items(template, span)
            names = [each.item.name for each in carried]
            left = tuple(handed_on(name) for name in (BROKE, RETURNED) if name in names)
            if left:
                yield Way("left", span, span, Gave(template, region.task, left, some=True))
                others = (*left, *(handed_on(name) for name in (THROWN,) if name in names))
                yield Way("through", span, span, Gave(template, region.task, others, some=False))
        case Tried(body=body, final=final) if final is not None and calls(body.statements):
            task, then = _only(body.statements, body.name), _only(final.statements, final.name)
            yield Way("finally-succeeded", final.span, final.span, EndedAs(template, task, then, well=True))
            yield Way("finally-failed", final.span, final.span, EndedAs(template, task, then, well=False))
        case Tried() | Gather() | Wait() | Fail():
            pass
        case _:
            assert_never(region)


def _items(template: str, span: Span) -> Iterator[Way]:
    yield Way("element", span, span, HasItems(template, some=True))
    yield Way("no-element", span, span, HasItems(template, some=False))


def _key(branch: Branch, number: int, arm: Arm) -> tuple[WayKind, Span]:
    """What an arm is in the source."""
    is_last = arm.condition is None
    match branch.form:
        case "choice":
            return ("choice-false" if number else "choice-true"), branch.span
        case "except":
            return ("try-failed" if number else "try-succeeded"), branch.span
        case "match":
            # Only what stands for the cases that are not there has the subject's span.
            return ("no-case" if arm.body.span == branch.span else "case"), arm.body.span
        case "if" | "rest":
            return ("if-false", branch.arms[number - 1].body.span) if is_last else ("if-true", arm.body.span)
        case _:
            assert_never(branch.form)


def _only(statements: tuple[Statement, ...], name: str) -> str:
    """The task by which the statements of a region are run: a call alone is called right there."""
    called = calls(statements)
    return called[0].task if len(called) == 1 else name

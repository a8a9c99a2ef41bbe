"""Lowering `gather(...)`: which attempts it joins, and by which rule."""

from __future__ import annotations

import ast

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.attempts import attempted
from athena_lsp.analysis.durations import parse_duration
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.pure_base import as_list
from athena_lsp.analysis.scope import Runtime, dotted, resolve_node
from athena_lsp.analysis.static import read_value
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import RESULT, Expr, Gather, Hole, JoinKind, Kind, Output, Step, StepRef
from athena_lsp.ir.types import UNRESOLVED, AnyType, ListOf, Type, Unresolved
from athena_lsp.ir.values import Duration, Number, Text
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span

JOINS: dict[str, JoinKind] = {
    "All": "All",
    "AnyOf": "AnyOf",
    "Quorum": "Quorum",
    "Percentage": "Percentage",
    "AtLeast": "AtLeast",
    "Within": "Within",
}
NO_ATTEMPT = ".attempt"
"""Stands for the text that `_attempting` finds."""
EXAMPLES = "`All()`, `AnyOf()`, `Quorum(n)`, `Percentage(p)`, `AtLeast(n)` or `Within(time)`"


@dataclass(frozen=True, slots=True)
class Join:
    kind: JoinKind
    number: float
    span: Span


class JoinError(Exception):
    """A join that cannot be met or read; never leaves this module."""

    def __init__(self, node: ast.expr, message: str, hint: str, rewrite: str = "") -> None:
        super().__init__(message)
        self.node, self.message, self.hint, self.rewrite = node, message, hint, rewrite


def lower_gather(low: Lowering, node: ast.Call, name: str) -> Expr:
    """`gather(f.attempt(a), g.attempt(b), join=...)`, `gather([f.attempt(x) for x in xs], join=...)`."""
    branches = tuple(lower_expression(low, argument) for argument in node.args)
    for branch in branches:
        if isinstance(branch, Hole):
            return branch
    try:
        join = _join(low, node)
        is_list, value = _branches(node, branches)
        _check(node, join, None if is_list else len(branches))
        if join.kind == "Within":
            _limit(low, node, branches, int(join.number))
    except JoinError as error:
        found = hole(low, error.node, "invalid-join", error.message, error.hint)
        return (
            _attempting(low, node, branches, found)
            if error.rewrite is NO_ATTEMPT
            else replace(found, rewrite=error.rewrite)
        )
    task = low.new_task("joined")
    span = low.span(node)
    output = Output(span=span, name=RESULT, type=ListOf(value))
    low.statements.append(
        Gather(
            span=span,
            task=task,
            branches=branches,
            is_list=is_list,
            join=join.kind,
            number=0 if join.kind == "Within" else join.number,
            join_span=join.span,
            outputs=(output,),
        )
    )
    return StepRef(span=span, task=task, type=output.type, name=name)


def _attempting(low: Lowering, node: ast.Call, branches: tuple[Expr, ...], found: Hole) -> Hole:
    """The hole over all branches that are no attempts, with `.attempt` behind the steps that they call."""
    calls = [
        (argument, argument.func)
        for argument, branch in zip(node.args, branches, strict=True)
        if attempted(branch.type) is None and isinstance(argument, ast.Call) and dotted(argument.func)
    ]
    if not calls:
        return found
    span = Span(low.span(calls[0][0]).start, low.span(calls[-1][0]).end)
    ends = [low.span(function).end - span.start for _, function in calls]
    text = span.of(low.tree.text)
    for end in reversed(ends):
        text = f"{text[:end]}.attempt{text[end:]}"
    return replace(found, span=span, rewrite=text)


def _branches(node: ast.Call, branches: tuple[Expr, ...]) -> tuple[bool, Type]:
    if not branches:
        raise JoinError(node, "`gather` joins attempts, and there is none", "write `gather(step.attempt(...), ...)`")
    types = [branch.type for branch in branches]
    item = as_list(types[0]) if len(branches) == 1 else None
    if item is not None:
        types = [item]
    elif len(branches) == 1 and attempted(types[0]) is not None:
        raise JoinError(node.args[0], "one attempt alone needs no join", "ask with `isinstance(..., Ok)`")
    if any(isinstance(each, Unresolved | AnyType) for each in types):
        return item is not None, UNRESOLVED
    for number, each in enumerate(types):
        if attempted(each) is None:
            message = f"`gather` joins attempts, and this is `{show(each)}`"
            raise JoinError(node.args[number], message, "call the step with `.attempt(...)`", NO_ATTEMPT)
    return item is not None, union([found for each in types if (found := attempted(each)) is not None])


def _join(low: Lowering, node: ast.Call) -> Join:
    written = None
    for keyword in node.keywords:
        if keyword.arg != "join":
            raise JoinError(keyword.value, f"`gather` has no argument `{keyword.arg or '**'}`", "write `join=...`")
        written = keyword.value
    if written is None:
        return Join("All", 0, low.span(node.func))
    called = written.func if isinstance(written, ast.Call) else written
    entity = resolve_node(low.view, low.path, called)
    kind = JOINS.get(entity.name) if isinstance(entity, Runtime) else None
    if kind is None or not isinstance(written, ast.Call):
        rewrite = f"{dotted(called)}()" if kind in ("All", "AnyOf") else ""
        raise JoinError(written, "this is no join", f"write {EXAMPLES}", rewrite)
    arguments = [*written.args, *(keyword.value for keyword in written.keywords)]
    if kind in ("All", "AnyOf"):
        if arguments:
            raise JoinError(written, f"`{kind}` takes nothing", f"write `{kind}()`", f"{dotted(called)}()")
        return Join(kind, 0, low.span(written))
    if len(arguments) != 1:
        raise JoinError(written, f"`{kind}` takes one argument", f"write {EXAMPLES}")
    return Join(kind, _number(low, kind, arguments[0]), low.span(written))


def _number(low: Lowering, kind: JoinKind, node: ast.expr) -> float:
    value = read_value(low.place, node)
    match value:
        case Number(value=number) if kind == "Percentage" and 0 < number <= 1:
            return float(number)
        case Number(value=int(number)) if kind in ("Quorum", "AtLeast") and number >= 1:
            return number
        case Number(value=int(number)) if kind == "Within" and number > 0:
            return number
        case Duration(seconds=seconds) if kind == "Within" and seconds > 0 and float(seconds).is_integer():
            return seconds
        case Text(value=text) if kind == "Within" and isinstance(found := parse_duration(text), int):
            return found
        case _:
            needs = {
                "Percentage": ("a share above 0 and at most 1", "`Percentage(0.5)`"),
                "Within": ("a time such as `10m`", '`Within("10m")`'),
            }
            what, example = needs.get(kind, ("a whole number, 1 or more", f"`{kind}(2)`"))
            raise JoinError(node, f"`{kind}` takes {what}", f"write {example}, for example")


def _check(node: ast.Call, join: Join, count: int | None) -> None:
    if count is not None and join.kind in ("Quorum", "AtLeast") and join.number > count:
        message = f"`{join.kind}({int(join.number)})` can never be met: there are {count} branches"
        written = next(keyword.value for keyword in node.keywords if keyword.arg == "join")
        function = dotted(written.func) if isinstance(written, ast.Call) else ""
        raise JoinError(written, message, f"ask for {count} at most", f"{function}({count})" if function else "")


def _limit(low: Lowering, node: ast.Call, branches: tuple[Expr, ...], seconds: int) -> None:
    """Each branch gets the time limit: its pod ends after it."""
    for number, branch in enumerate(branches):
        step = next((each for each in low.statements if _makes(each, branch)), None)
        if not isinstance(step, Step) or step.callee.kind is not Kind.CONTAINER:
            message = "`Within` limits containers that are called right here: Argo has no time limit for anything else"
            raise JoinError(node.args[number], message, "call the containers in this body, or give them `timeout=`")
        low.statements[low.statements.index(step)] = replace(step, time_limit=seconds)


def _makes(statement: object, value: Expr) -> bool:
    return isinstance(statement, Step) and isinstance(value, StepRef) and statement.task == value.task

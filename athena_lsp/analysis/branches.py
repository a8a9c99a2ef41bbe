"""Lowering `if` and its kin: each arm by itself, then one value for every name that the arms bind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import partial

from athena_lsp.analysis.calling import has_calls
from athena_lsp.analysis.expressions import lower_expression, reading_of
from athena_lsp.analysis.joining import VALUE, End, is_false, is_true, join, left, negated, suppose, truth
from athena_lsp.analysis.lowering import Lowering, hole, refuse
from athena_lsp.analysis.narrowing import assuming, hold
from athena_lsp.analysis.paths import falls_through, may_leave
from athena_lsp.analysis.pure_base import NotExactError, bare
from athena_lsp.analysis.pure_base import truth as truth_of
from athena_lsp.analysis.unfolding import Chosen, Hidden
from athena_lsp.ir.model import Bare, Branch, BranchForm, Computed, Expr, Hole, StepRef, Unhandled
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import BOOL, UNRESOLVED, AnyType, Type, Unresolved
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span

MAX_ARMS = 40
"""So many arms stand in one branch: what leaves it is one expression that asks each of them."""
MAX_DEPTH = 30
"""So many regions may stand in each other; Argo takes some hundred calls in all."""


@dataclass(slots=True)
class Plan:
    """An arm as it is written."""

    name: str
    span: Span
    condition: Expr | None
    nodes: Sequence[ast.stmt]
    begin: Callable[[], None]
    """What holds at its start."""
    covers: tuple[Type, ...] = ()
    before: Sequence[ast.stmt] = ()
    """What has run before the branch, and may have left already: the body of a `try`, before its `else`."""

    leaves: bool = False
    """It never reaches the statements after the branch, though no statement in it says so."""

    @property
    def may_leave(self) -> bool:
        return self.leaves or may_leave((*self.before, *self.nodes))

    @property
    def goes_on(self) -> bool:
        return not self.leaves and falls_through((*self.before, *self.nodes))


def lower_if(low: Lowering, node: ast.If, rest: Sequence[ast.stmt]) -> None:
    """`if`, `elif`, `else`, and the statements after them."""
    plans: list[Plan] = []
    conditions: tuple[Expr, ...] = ()
    form: BranchForm = "choice" if isinstance(node, Chosen) else "rest" if isinstance(node, Hidden) else "if"
    head = low.span(node if isinstance(node, Chosen) else node.test)
    while True:
        with assuming(low, (), conditions):
            condition = lower_condition(low, node.test)
        name = f"elif-{len(plans)}" if plans else "then"
        plans.append(
            Plan(name, low.span(node.test), condition, node.body, partial(hold, low, (condition,), conditions))
        )
        conditions = (*conditions, condition)
        orelse: Sequence[ast.stmt] = node.orelse
        # Statements after arms that all leave are the other arm.
        if not orelse and rest and not any(falls_through(plan.nodes) for plan in plans):
            orelse, rest = rest, ()
        match orelse:
            case [ast.If() as inner] if not has_calls(low, inner.test):
                node = inner
            case [ast.If(orelse=[]) as inner, *others] if not (
                has_calls(low, inner.test) or rest or falls_through(inner.body)
            ):
                node, rest = inner, others
            case _:
                break
    span = low.span(orelse[0]) if orelse else plans[0].span
    plans.append(Plan("else", span, None, orelse, partial(hold, low, (), conditions)))
    lower_arms(low, "if", head, plans, rest, form=form)


def lower_conditional(
    low: Lowering, node: ast.IfExp | ast.BoolOp, name: str, target: ast.expr | None, *, as_truth: bool = False
) -> Expr:
    """`a() if c else b()`, `c and a()`: what is not reached does not run.

    `as_truth`: only whether the value is true matters. Else `c and a()` is `c` itself when that is false.
    """
    span = low.span(node)
    if isinstance(node, ast.IfExp):
        condition = lower_condition(low, node.test)
        written: tuple[ast.expr | Expr, ast.expr | Expr] = node.body, node.orelse
    else:
        first = lower_expression(low, node.values[0])
        condition = _truth(low, node.values[0], first)
        is_and = isinstance(node.op, ast.And)
        decided = truth(span, value=not is_and) if as_truth or bare(low.view, first.type) == BOOL else first
        further = node.values[1] if len(node.values) == 2 else _others(node, node.values[1:])
        written = (further, decided) if is_and else (decided, further)
    if isinstance(condition, Hole):
        return condition

    found: list[Expr] = []

    def begin(number: int) -> Callable[[], None]:
        def run() -> None:
            hold(low, *(((condition,), ()) if number == 0 else ((), (condition,))))
            part = written[number]
            if isinstance(part, ast.expr):
                part = _value(low, part, name, target, as_truth)
                found.append(part)
            low.names[VALUE] = part

        return run

    spans = [low.span(part) if isinstance(part, ast.expr) else span for part in written]
    plans = [Plan("then", spans[0], condition, (), begin(0)), Plan("else", spans[1], None, (), begin(1))]
    lower_arms(low, "if", span, plans, (), form="rest" if _is_linked(node) else "choice")
    value = low.names.pop(VALUE, None) or too_deep(span)
    if isinstance(value, StepRef) and isinstance(node, ast.BoolOp):
        word: Operation = "and" if isinstance(node.op, ast.And) else "or"
        parts = (condition, found[0]) if found else (condition,)
        meaning = Computed(span=span, operation=word, operands=parts, type=BOOL)
        low.meanings[value.task, value.output] = meaning
    return replace(value, span=span, name=name) if isinstance(value, StepRef) else value


def _is_linked(node: ast.IfExp | ast.BoolOp) -> bool:
    """Whether it is a chain of comparisons, each of which stands where the chain does."""
    first, last = (node.values[0], node.values[-1]) if isinstance(node, ast.BoolOp) else (node.test, node.orelse)
    return (first.end_lineno, first.end_col_offset) == (last.end_lineno, last.end_col_offset)


def _value(low: Lowering, part: ast.expr, name: str, target: ast.expr | None, as_truth: bool) -> Expr:
    """An arm of an expression."""
    value = lower_condition(low, part) if as_truth else lower_expression(low, part, name, target)
    if not isinstance(value, StepRef):
        low.statements.append(Bare(span=low.span(part), value=value))
    return value


def _others(node: ast.BoolOp, values: list[ast.expr]) -> ast.BoolOp:
    made = ast.BoolOp(op=node.op, values=values)
    ast.copy_location(made, values[0])
    made.end_lineno, made.end_col_offset = values[-1].end_lineno, values[-1].end_col_offset
    return made


def lower_condition(low: Lowering, node: ast.expr) -> Expr:
    """Whether Python takes the value for true, as a `bool`; or the hole that says why that cannot be told."""
    match node:
        case ast.IfExp(body=body, orelse=orelse) if has_calls(low, body, orelse):
            return lower_conditional(low, node, "", None, as_truth=True)
        case ast.BoolOp(values=[_, *others]) if has_calls(low, *others):
            return lower_conditional(low, node, "", None, as_truth=True)
        case _:
            return _truth(low, node, lower_expression(low, node))


def _truth(low: Lowering, node: ast.expr, value: Expr) -> Expr:
    if isinstance(value, Hole) or isinstance(value.type, Unresolved | AnyType):
        return value
    if bare(low.view, value.type) == BOOL:
        return value
    try:
        return truth_of(reading_of(low), node, value)
    except NotExactError as found:
        return hole(low, node, "unsupported-expression", found.message, found.hint)


def lower_arms(
    low: Lowering,
    kind: str,
    head: Span,
    plans: list[Plan],
    rest: Sequence[ast.stmt],
    subject: Expr | None = None,
    unhandled: Unhandled | None = None,
    *,
    catches: bool = False,
    form: BranchForm = "if",
) -> None:
    """The arms of a branch, then the statements after it.

    When some arm leaves (`return`, `break`) and one alone goes on, the rest belongs to that one. When several go on,
    the rest runs under the condition that the branch was not left.
    """
    if low.depth >= MAX_DEPTH:
        refuse(low, too_deep(head), (*(node for plan in plans for node in plan.nodes), *rest))
        return
    leaving = any(plan.may_leave for plan in plans)
    going_on = [plan for plan in plans if plan.goes_on]
    if rest and leaving and len(going_on) == 1:
        going_on[0].nodes, rest = (*going_on[0].nodes, *rest), ()
    if len(plans) > MAX_ARMS:
        further = partial(lower_arms, low, kind, head, plans[MAX_ARMS - 1 :], (), subject, form=form)
        plans = [*plans[: MAX_ARMS - 1], Plan("else", head, None, (), further)]
    task = low.new_task(kind)
    low.tasks.update(f"{task}-{plan.name}" for plan in plans)
    ends = tuple(_end(low, plan) for plan in plans)
    branch = Branch(
        span=head,
        task=task,
        arms=(),
        outputs=(),
        subject=subject,
        unhandled=unhandled,
        catches=catches,
        form=form,
    )
    join(low, branch, ends)
    run_rest(low, head, rest)


def too_deep(head: Span) -> Hole:
    message = f"branches and loops stand in each other more than {MAX_DEPTH} deep"
    hints = ("put the inner ones into a `@workflow`, and call that",)
    return Hole(span=head, rule="unsupported-statement", message=message, hints=hints, type=UNRESOLVED)


def run_rest(low: Lowering, head: Span, rest: Sequence[ast.stmt]) -> None:
    """The statements after a region: under the condition that it was not left, when it may have been."""
    if not rest:
        return
    passed_over = left(low, head)
    if is_false(passed_over) or is_true(passed_over):
        low.further.block(low, rest)
        return
    span = low.span(rest[0])
    then = Plan("then", span, negated(passed_over), rest, partial(suppose, low, span, was_left=False))
    otherwise = Plan("else", span, None, (), partial(suppose, low, span, was_left=True))
    lower_arms(low, "if", span, [then, otherwise], (), form="rest")


def _end(low: Lowering, plan: Plan) -> End:
    """Lower an arm on its own: what it binds is seen by the arm alone, until the arms are joined."""
    outside = low.names, low.partly, low.narrowed, low.statements
    low.names, low.partly, low.narrowed, low.statements = dict(low.names), dict(low.partly), dict(low.narrowed), []
    low.depth += 1
    plan.begin()
    if plan.before:
        run_rest(low, plan.span, plan.nodes)
    else:
        low.further.block(low, plan.nodes)
    end = End(
        plan.name,
        plan.span,
        plan.condition,
        plan.covers,
        plan.may_leave,
        low,
        low.names,
        low.partly,
        low.narrowed,
        tuple(low.statements),
    )
    low.depth -= 1
    low.names, low.partly, low.narrowed, low.statements = outside
    return end

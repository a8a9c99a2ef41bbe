"""Lowering `try` with `except StepFailed as error`: calls in the body are attempts, so that a failure has a name.

The body runs as it is written, one statement after the other: what stands behind a call is an arm that is taken when
the call succeeded. A failure is thrown as `break` leaves a loop: a flag, and the failure beside it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

from athena_lsp.analysis.attempts import FAILED_TYPE, STEP_FAILED_TYPE, attempted, field_value
from athena_lsp.analysis.bounded import note_values
from athena_lsp.analysis.branches import Plan, lower_arms, run_rest
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.joining import (
    CAUGHT,
    ERROR,
    RETURNED,
    THROWN,
    is_false,
    negated,
    no_value,
    truth,
)
from athena_lsp.analysis.kinds import type_test
from athena_lsp.analysis.lowering import Lowering, read_key
from athena_lsp.analysis.paths import falls_through, leaving, raises_again
from athena_lsp.analysis.pure_base import as_list
from athena_lsp.analysis.unfolding import Throwing, unfolded
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    REGIONS,
    Bare,
    Computed,
    Constant,
    Each,
    Expr,
    Gather,
    Hole,
    Statement,
    Step,
    StepRef,
    Tried,
    Wait,
)
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import BOOL, INT, UNRESOLVED, ListOf, Type
from athena_lsp.ir.values import Number
from athena_lsp.records import replace


def lower_caught(low: Lowering, node: ast.Try, name: str, rest: Sequence[ast.stmt]) -> None:
    """The `try`, and the statements after it; `name` is the failure's in the handler."""
    handler = node.handlers[0]
    assert handler.type is not None  # by the caller
    span = low.span(handler.type)
    outside = {each: low.names.pop(each) for each in (THROWN, ERROR) if each in low.names}
    known = {*low.names, *low.parameters}
    around, first = (low.trying, low.throwing), len(low.statements)
    low.trying, low.throwing = low.trying + 1, True
    low.further.block(low, unfolded(low, node.body))
    low.trying, low.throwing = around
    _refuse_unnamed(low, name, tuple(low.statements[first:]))
    thrown = low.names.pop(THROWN, truth(span, value=False))
    error = low.names.pop(ERROR, no_value(span))
    low.names |= outside
    if is_false(thrown):
        run_rest(low, span, [*node.orelse, *rest])
        return

    def begin(*, failed: bool) -> None:
        if failed:
            for each in (each for each in low.own_names if each not in known):
                low.partly[each] = frozenset(read_key(ref.task, ref.output) for ref in walk(low.names[each], StepRef))
                del low.names[each]
            low.names |= {name: _as_failure(error), CAUGHT: _as_failure(error)}
            low.names |= {each: truth(span, value=False) for each in (RETURNED,) if each in low.names}
        elif not falls_through(node.body) and all(isinstance(each, ast.Return | ast.Raise) for each in _exits(node)):
            low.names[RETURNED] = truth(span, value=True)

    done = Plan("else", span, negated(thrown), node.orelse, partial(begin, failed=False), before=node.body)
    failed = Plan("except", span, None, handler.body, partial(begin, failed=True))
    lower_arms(low, "try", span, [done, failed], rest, catches=not raises_again(handler.body), form="except")


def lower_throwing(low: Lowering, node: Throwing, rest: Sequence[ast.stmt]) -> None:
    """A call in the body, as an attempt; what stands behind it is left out when it failed."""
    (target,) = node.targets
    assert isinstance(target, ast.Name)  # it is made so
    hidden = "-" in target.id
    attempt = lower_expression(low, node.value, "" if hidden else target.id, None if hidden else target)
    found = _parts(low, attempt)
    if isinstance(attempt, Hole) or found is None:
        low.statements.append(Bare(span=attempt.span, value=attempt))
        low.names[target.id] = attempt
        low.further.block(low, rest)
        return
    condition, error, value = found
    span = attempt.span

    def throw() -> None:
        note_values(low)
        low.names |= {THROWN: truth(span, value=True), ERROR: error}

    def go_on() -> None:
        low.names[target.id] = value
        low.partly.pop(target.id, None)

    plans = [Plan("failed", span, condition, (), throw, leaves=True), Plan("else", span, None, rest, go_on)]
    lower_arms(low, "try", span, plans, (), form="rest")


def _parts(low: Lowering, attempt: Expr) -> tuple[Expr, Expr, Expr] | None:
    """Whether an attempt failed, the failure, and the value; of a fan-out the first failure, and the list."""
    value = attempted(attempt.type)
    if value is not None:
        found = type_test(low.view, attempt, FAILED_TYPE)
        if found is None:
            return None
        return found[0], _typed(attempt, FAILED_TYPE), field_value(attempt.span, attempt, "value", value)
    span, item = attempt.span, as_list(attempt.type)
    inner = attempted(item) if item is not None else None
    if item is None or inner is None:
        return None
    element = ItemRef(span=span, name="attempt", type=item, loop=low.new_task("each"))
    test = type_test(low.view, element, FAILED_TYPE)
    if test is None:
        return None

    def each(operation: Literal["each", "keep"], type_: Type, inside: Expr) -> Computed:
        return Computed(span=span, operation=operation, operands=(attempt, inside), item=element, type=type_)

    zero = Constant(span=span, value=Number(span=span, value=0), type=INT)
    failed = each("keep", ListOf(FAILED_TYPE), test[0])
    length = Computed(span=span, operation="length", operands=(failed,), type=INT)
    some = Computed(span=span, operation="greater", operands=(length, zero), type=BOOL)
    first = Computed(span=span, operation="item", operands=(failed, zero), type=FAILED_TYPE)
    return some, first, each("each", ListOf(inner), field_value(span, element, "value", inner))


def _typed(value: Expr, type_: Type) -> Expr:
    return value if isinstance(value, Hole) else replace(value, type=type_)


def _as_failure(error: Expr) -> Expr:
    return _typed(error, STEP_FAILED_TYPE)


def _exits(node: ast.Try) -> Iterator[ast.stmt]:
    return (each for inner in node.body for each in leaving(inner))


def _refuse_unnamed(low: Lowering, name: str, statements: tuple[Statement, ...]) -> None:
    """What can fail in the body without saying how: everything but calls of steps."""
    for statement in statements:
        match statement:
            case Step(attempted=False, item=None) | Gather() | Tried() | Wait(kind="approval" | "ask") | Each():
                if isinstance(statement, Tried) and statement.final is None:
                    continue
                message = f"what `{name}` says is known of calls of steps alone, and not of this"
                hint = "put it into a `@workflow`, and call that in the `try`; or catch it without a name"
                value = Hole(
                    span=statement.span, rule="unsupported-statement", message=message, hints=(hint,), type=UNRESOLVED
                )
                low.statements.append(Bare(span=statement.span, value=value))
            case Step(attempted=False):
                _refuse_unnamed(low, name, (replace(statement, item=None),))
            case _ if isinstance(statement, REGIONS):
                for body in statement.bodies:
                    _refuse_unnamed(low, name, body.statements)
            case _:
                pass

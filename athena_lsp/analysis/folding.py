"""Lowering a `for` over a list whose turns know of each other: they hand on names, or one of them ends the loop."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from athena_lsp.analysis.bounded import Turn, leaves, lower_turn, names_stored, settled, value_before
from athena_lsp.analysis.branches import MAX_DEPTH, Plan, lower_arms, run_rest, too_deep
from athena_lsp.analysis.joining import (
    BROKE,
    ERROR,
    RETURN,
    RETURNED,
    THROWN,
    is_false,
    negated,
    no_value,
    truth,
)
from athena_lsp.analysis.lowering import Lowering, refuse
from athena_lsp.analysis.paths import leaving
from athena_lsp.analysis.sources import Loop, lower_loop
from athena_lsp.analysis.unfolding import Throwing
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Bare, Carried, Expr, Fold, Hole, Inner, StepRef, handed_on
from athena_lsp.ir.types import BOOL, Type
from athena_lsp.text import Span


def is_fold(low: Lowering, node: ast.For) -> bool:
    """Whether a turn ends the loop, binds a name that is known before it, or throws a failure."""
    own = names_stored([node.target])
    if any(value_before(low, name, low.span(node.iter)) is not None for name in _names_handed_on(node, own)):
        return True
    exits = (found for inner in node.body for found in leaving(inner))
    if any(not isinstance(found, ast.Continue | ast.Raise) for found in exits):
        return True
    return low.throwing and any(
        isinstance(inner, Throwing | ast.Raise) for each in node.body for inner in ast.walk(each)
    )


def lower_fold(low: Lowering, node: ast.For, rest: Sequence[ast.stmt]) -> None:
    """The loop, its `else`, and the statements after it."""
    head = low.span(node.iter)
    if low.depth >= MAX_DEPTH:
        refuse(low, too_deep(head), (node, *rest))
        return
    names, partly = dict(low.names), dict(low.partly)
    loop = lower_loop(low, node.target, node.iter, [])
    own = {name: value for name, value in low.names.items() if names.get(name) is not value}
    low.names, low.partly = names, partly
    if isinstance(loop, Hole):
        low.statements.append(Bare(span=loop.span, value=loop))
        refuse(low, loop, node.body)
        run_rest(low, head, [*node.orelse, *rest])
        return
    fold, broke = _fold(low, node, loop, own, head)
    low.statements.append(fold)
    if node.orelse and not is_false(broke):
        span = low.span(node.orelse[0])
        plans = [Plan("then", span, negated(broke), node.orelse, _nothing), Plan("else", span, None, (), _nothing)]
        lower_arms(low, "if", span, plans, rest, form="rest")
    else:
        run_rest(low, head, [*node.orelse, *rest])


def _fold(low: Lowering, node: ast.For, loop: Loop, own: dict[str, Expr], head: Span) -> tuple[Fold, Expr]:
    """The loop, after which every name has its value; and whether it was left by a `break`."""
    task = low.new_task("for")
    low.tasks.update(f"{task}-{part}" for part in ("turn", "more", "first", "second"))
    firsts: dict[str, Expr] = {}
    stored = _names_handed_on(node, tuple(own))
    for name in stored:
        value = value_before(low, name, head)
        if value is not None and not isinstance(value, Hole):
            firsts[name] = value
    turn, types = settled(low, firsts, lambda types: lower_turn(low, node.body, own, task, types, ()))
    nexts = {name: turn.names.get(name, first) for name, first in firsts.items()}
    _add_exits(turn, head, types, firsts, nexts)
    carried = tuple(
        Carried(span=head, item=ItemRef(span=head, name=name, type=types[name], loop=task), first=firsts[name])
        for name in firsts
    )
    gives = (leaves(turn.names, head), *(nexts[name] for name in firsts))
    body = Inner(span=head, name=f"{task}-turn", statements=turn.statements, gives=gives)
    broke: Expr = truth(head, value=False)
    for each in carried:
        name = each.item.name
        shown = "" if "-" in name else name
        value = StepRef(span=head, task=task, type=each.item.type, name=shown, output=handed_on(name))
        if name == BROKE:
            broke = value
        else:
            low.names[name] = value
            low.partly.pop(name, None)
    for name in (*stored, *own):
        if name not in firsts and not isinstance(low.names.get(name), Hole):
            low.names.pop(name, None)
            low.partly.setdefault(name, frozenset())
    return Fold(span=head, task=task, item=loop.item, source=loop.source, carried=carried, body=body), broke


def _add_exits(turn: Turn, head: Span, types: dict[str, Type], firsts: dict[str, Expr], nexts: dict[str, Expr]) -> None:
    """Whether the loop was left, and how, is handed on as a name is."""
    for flag, name in ((BROKE, ""), (RETURNED, RETURN), (THROWN, ERROR)):
        reached = turn.names.get(flag)
        if reached is None or is_false(reached):
            continue
        firsts[flag], nexts[flag], types[flag] = truth(head, value=False), reached, BOOL
        if name:
            value = turn.names[name]
            firsts[name], nexts[name], types[name] = no_value(head), value, value.type


def _names_handed_on(node: ast.For, own: Sequence[str]) -> tuple[str, ...]:
    """What a turn may bind, without the names of its element."""
    return tuple(name for name in names_stored(node.body) if name not in own)


def _nothing() -> None:
    """An arm at whose start nothing more is known."""

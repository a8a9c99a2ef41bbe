"""Lowering `match`: each case is a condition on the subject, which is worked out once."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

from athena_lsp.analysis.branches import Plan, lower_arms, lower_condition
from athena_lsp.analysis.calling import has_calls
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.joining import choose, negated, truth
from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.narrowing import assuming, hold, members
from athena_lsp.analysis.paths import is_irrefutable
from athena_lsp.analysis.pattern_cases import Case, case_of
from athena_lsp.ir.model import (
    Bare,
    Computed,
    Expr,
    Hole,
    Unhandled,
)
from athena_lsp.ir.types import BOOL, NONE, UNRESOLVED, EnumOf, LiteralOf, Type
from athena_lsp.text import Span

DECIDED = "athena-decided"
"""The name under which a guard that calls a step reads whether the pattern fits and no case before it did."""


def lower_match(low: Lowering, node: ast.Match, rest: Sequence[ast.stmt]) -> None:
    """`match` with its cases, and the statements after it."""
    subject = lower_expression(low, node.subject)
    if isinstance(subject, Hole):
        low.statements.append(Bare(span=low.span(node.subject), value=subject))
    plans: list[Plan] = []
    failed: tuple[Expr, ...] = ()
    covered: set[Type] = set()
    all_members = members(low.view, subject.type)
    for number, written in enumerate(node.cases, 1):
        with assuming(low, (), failed):
            case = case_of(low, subject, written.pattern)
            if case.covers and covered.issuperset(part for each in case.covers for part in members(low.view, each)):
                _never(low, written.pattern)
            if isinstance(case.condition, Hole):
                named = (inner for inner in ast.walk(written.pattern) if isinstance(inner, ast.MatchAs) and inner.name)
                case.binds |= {inner.name: case.condition for inner in named if inner.name}
            condition = _guarded(
                low, case, written, tuple(plan.condition for plan in plans if plan.condition is not None)
            )
        begin = partial(_begin, low, (condition,), failed, case.binds)
        last = is_irrefutable(written)
        span = low.span(written.pattern)
        plans.append(Plan(f"case-{number}", span, None if last else condition, written.body, begin, case.covers))
        if last:
            break
        if written.guard is None:
            failed = (*failed, condition)
            covered |= {part for member in case.covers for part in members(low.view, member)}
    missing = [member for member in all_members if member not in covered]
    if not is_irrefutable(node.cases[len(plans) - 1]) and missing:
        plans.append(Plan("else", low.span(node.subject), None, (), partial(hold, low, (), failed)))
    unhandled = _unhandled(low, node, covered, missing)
    lower_arms(low, "match", low.span(node.subject), plans, rest, subject, unhandled, form="match")


def _begin(low: Lowering, holding: tuple[Expr, ...], failing: tuple[Expr, ...], binds: dict[str, Expr]) -> None:
    hold(low, holding, failing)
    for name, value in binds.items():
        low.names[name] = low.known(value) if not isinstance(value, Hole) else value
        low.partly.pop(name, None)


def _guarded(low: Lowering, case: Case, written: ast.match_case, before: tuple[Expr, ...]) -> Expr:
    """The condition of a case with its guard, which reads what the pattern binds."""
    guard = written.guard
    if guard is None:
        return case.condition
    if has_calls(low, guard):
        return _calling(low, case, guard, before)
    outside = dict(low.names)
    with assuming(low, (case.condition,), ()):
        _begin(low, (), (), case.binds)
        condition = lower_condition(low, guard)
    low.names = outside
    if isinstance(condition, Hole):
        return condition
    return choose(case.condition, condition, truth(condition.span, value=False), BOOL)


def _calling(low: Lowering, case: Case, guard: ast.expr, before: tuple[Expr, ...]) -> Expr:
    """A guard that calls a step, which it does only when its pattern fits and no case before it was taken."""
    if isinstance(case.condition, Hole) or any(isinstance(each, Hole) for each in before):
        return case.condition
    span = low.span(guard)
    parts = (*(negated(each) for each in before), case.condition)
    outside = dict(low.names)
    with assuming(low, (case.condition,), ()):
        _begin(low, (), (), case.binds)
        decided = Computed(span=span, operation="and", operands=parts, type=BOOL)
        low.names[DECIDED] = case.condition if len(parts) == 1 else decided
        name = ast.copy_location(ast.Name(id=DECIDED, ctx=ast.Load()), guard)
        condition = lower_condition(low, ast.copy_location(ast.BoolOp(op=ast.And(), values=[name, guard]), guard))
    low.names = outside
    return condition


def _never(low: Lowering, pattern: ast.pattern) -> None:
    span = low.span(pattern)
    message = "this case is never reached: the ones above take all that it takes"
    value = Hole(span=span, rule="unreachable-step", message=message, hints=("remove it",), type=UNRESOLVED)
    low.statements.append(Bare(span=span, value=value))


def _is_closed(type_: Type) -> bool:
    """Whether the type is one case of a known few."""
    return type_ == NONE or isinstance(type_, LiteralOf) or (isinstance(type_, EnumOf) and bool(type_.case))


def _unhandled(low: Lowering, node: ast.Match, covered: set[Type], missing: list[Type]) -> Unhandled | None:
    """The cases that nobody takes, when all can be named and some are taken by name."""
    if any(map(is_irrefutable, node.cases)) or not covered or not missing or not all(map(_is_closed, missing)):
        return None
    spelled = []
    for member in missing:
        match member:
            case EnumOf(name=name, case=case):
                spelled.append(f"{_spelled_enum(node) or name}.{case}")
            case LiteralOf(values=(value,)):
                spelled.append(repr(value))
            case _:
                spelled.append("None")
    last, source = node.cases[-1], low.tree.source
    line = source.line_span(source.line_of(low.span(last.pattern).start)).of(source.text)
    indent = line[: len(line) - len(line.lstrip())]
    end = low.span(last.body[-1]).end
    return Unhandled(span=Span(end, end), cases=tuple(spelled), indent=indent)


def _spelled_enum(node: ast.Match) -> str:
    """How the program writes the enum in the cases that are there."""
    for written in node.cases:
        for inner in ast.walk(written.pattern):
            if isinstance(inner, ast.MatchValue) and isinstance(inner.value, ast.Attribute):
                return ast.unparse(inner.value.value)
    return ""

"""Lowering a workflow's body: from Python's statements to steps wired by data. Never raises, never reports."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from athena_lsp.analysis.advice import statement_advice
from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.appending import Appending, with_assignments
from athena_lsp.analysis.bounded import EMPTY, break_out, is_bounded, is_empty_list, lower_bounded, unbounded
from athena_lsp.analysis.branches import lower_conditional, lower_if
from athena_lsp.analysis.caught import lower_throwing
from athena_lsp.analysis.expressions import lower_call, lower_expression
from athena_lsp.analysis.fanout import is_in_order, lower_comprehension, lower_for
from athena_lsp.analysis.folding import is_fold, lower_fold
from athena_lsp.analysis.joining import RETURN, RETURNED, has_left, is_true, no_value, truth
from athena_lsp.analysis.liveness import needed
from athena_lsp.analysis.lowering import Further, Lowering, refuse
from athena_lsp.analysis.patterns import lower_match
from athena_lsp.analysis.pure import SYMBOLS
from athena_lsp.analysis.pure_base import as_list, bare
from athena_lsp.analysis.raising import as_branch, lower_raise
from athena_lsp.analysis.special_calls import lower_special
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.tries import lower_try
from athena_lsp.analysis.types import item_type
from athena_lsp.analysis.unfolding import Throwing
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import (
    Access,
    Annotated,
    Bare,
    Computed,
    Expr,
    Hole,
    Parameter,
    Projection,
    Return,
    StepRef,
    Unpack,
    WorkflowBody,
)
from athena_lsp.ir.types import UNRESOLVED, DictOf, ListOf, SetOf, TupleOf, TupleRest, Type
from athena_lsp.records import replace
from athena_lsp.syntax.tree import Tree, descend
from athena_lsp.text import Span

CHANGED_IN_PLACE = (ListOf, SetOf, DictOf)
"""Types whose values `+=` and its kin change."""
FanOut = Callable[[Lowering, ast.ListComp, str, ast.expr | None], Expr]
"""What lowers a comprehension."""


def lower_body(
    view: View,
    path: str,
    tree: Tree,
    node: FunctionNode,
    parameters: tuple[Parameter, ...],
    fan_out: FanOut = lower_comprehension,
) -> WorkflowBody:
    """The steps of a workflow's body, with holes where it could not be understood."""
    stored = frozenset(
        inner.id for inner in descend(*node.body) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    )
    by_name = {parameter.name: parameter for parameter in parameters}
    low = Lowering(view, path, tree, by_name, stored, Further(fan_out, lower_conditional, lower_block, lower_special))
    lower_block(low, with_assignments(node.body))
    gives = any(isinstance(inner, ast.Return) and inner.value is not None for inner in descend(*node.body))
    return WorkflowBody(
        span=tree.span(node),
        statements=needed(low, result := low.names.get(RETURN) if gives else None),
        result=result,
        always_returns=is_true(low.names.get(RETURNED)),
    )


def lower_block(low: Lowering, nodes: Sequence[ast.stmt]) -> None:
    """Statements one after the other. A branch takes those after it: an early `return` makes them one more arm."""
    for index, node in enumerate(nodes):
        if has_left(low):
            _unreachable(low, node)
            return
        if isinstance(node, ast.Assert):
            node = as_branch(node)
        if isinstance(node, Throwing):
            lower_throwing(low, node, nodes[index + 1 :])
            return
        if isinstance(node, ast.If):
            lower_if(low, node, nodes[index + 1 :])
            return
        if isinstance(node, ast.Match):
            lower_match(low, node, nodes[index + 1 :])
            return
        if isinstance(node, ast.For) and is_bounded(low, node):
            lower_bounded(low, node, nodes[index + 1 :])
            return
        if isinstance(node, ast.For) and is_in_order(low, node) and is_fold(low, node):
            lower_fold(low, node, nodes[index + 1 :])
            return
        if isinstance(node, ast.Try):
            lower_try(low, node, nodes[index + 1 :])
            return
        _statement(low, node)


def _unreachable(low: Lowering, node: ast.stmt) -> None:
    message = "this never runs: every path above leaves before"
    value = Hole(span=_head(low, node), rule="unreachable-step", message=message, hints=("remove it",), type=UNRESOLVED)
    low.statements.append(Bare(span=value.span, value=value))


def _statement(low: Lowering, node: ast.stmt) -> None:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant(value=str())):
            return
        case ast.Expr(value=ast.Constant(value=value)) if value is ...:
            return
        case ast.Expr(value=ast.Call() as call):
            result = lower_call(low, call, "", None, nested=False)
            if not isinstance(result, StepRef):
                low.statements.append(Bare(span=low.span(node), value=result))
        case ast.Expr(value=value):
            low.statements.append(Bare(span=low.span(node), value=lower_expression(low, value)))
        case Appending(targets=[ast.Name(id=name)], value=value):
            _bind(low, name, _longer(low, name, lower_expression(low, value)))
        case ast.Assign(targets=targets, value=value) if all(_is_target(target) for target in targets):
            _assign(low, targets, value)
        case ast.AnnAssign(target=ast.Name() as target, value=value, annotation=annotation) if value is not None:
            _annotated(low, target, value, annotation)
        case ast.For():
            lower_for(low, node)
        case ast.AugAssign(target=ast.Name() as target):
            _augmented(low, node, target)
        case ast.AnnAssign(target=ast.Name(), value=None):
            return
        case ast.Raise():
            lower_raise(low, node)
        case ast.Delete(targets=targets) if all(
            isinstance(each, ast.Name) and each.id in low.names for each in targets
        ):
            for each in targets:
                assert isinstance(each, ast.Name)  # by the guard
                del low.names[each.id]
        case ast.Break() | ast.Continue() if break_out(low, node):
            return
        case ast.While():
            refuse(low, unbounded(low, node), (node,))
        case ast.Return(value=value):
            _return(low, node, value)
        case _:
            _hole_statement(low, node, *_statement_advice(node))


def _return(low: Lowering, node: ast.Return, value: ast.expr | None) -> None:
    returned = lower_expression(low, value) if value is not None else None
    low.statements.append(Return(span=low.span(value or node), value=returned))
    low.names[RETURN] = returned if returned is not None else no_value(low.span(node))
    low.names[RETURNED] = truth(low.span(node), value=True)


def _statement_advice(node: ast.stmt) -> tuple[str, str]:
    if isinstance(node, ast.Assign):
        return "only names can be assigned in a workflow body", "bind the result to a name of its own"
    return statement_advice(node)


def _hole_statement(low: Lowering, node: ast.stmt, message: str, hint: str) -> None:
    span = _head(low, node)
    hole = Hole(span=span, rule="unsupported-statement", message=message, hints=(hint,), type=UNRESOLVED)
    refuse(low, hole, (node,))


def _head(low: Lowering, node: ast.stmt) -> Span:
    """A simple statement whole; of a compound one its first line, up to the colon."""
    span = low.span(node)
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if not body:
        return span
    line = low.tree.source.line_of(span.start)
    return Span(span.start, max(min(span.end, low.tree.source.line_span(line).end), span.start))


def _augmented(low: Lowering, node: ast.AugAssign, target: ast.Name) -> None:
    """`x += y` as `x = x + y`, but for lists, which Python changes where they are: other names would see it."""
    old = ast.copy_location(ast.Name(id=target.id, ctx=ast.Load()), target)
    value = ast.copy_location(ast.BinOp(left=old, op=node.op, right=node.value), node)
    known = low.names.get(target.id) or low.parameters.get(target.id)
    if known is not None and not isinstance(known, Hole) and isinstance(bare(low.view, known.type), CHANGED_IN_PLACE):
        text, span = low.tree.source.text, low.span(node)
        symbol, right = SYMBOLS[type(node.op)], low.span(node.value).of(text)
        rewrite = f"{target.id} = {target.id} {symbol} {right}"
        message = f"`{symbol}=` changes a list where it is, and steps exchange copies"
        hint = f"write `{rewrite}`"
        found = Hole(
            span=span, rule="unsupported-statement", message=message, hints=(hint,), rewrite=rewrite, type=UNRESOLVED
        )
        refuse(low, found, (node,))
        return
    _assign(low, [target], value)


def _is_target(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(isinstance(item, ast.Name) for item in target.elts) and bool(target.elts)
    return isinstance(target, ast.Name)


def _assign(low: Lowering, targets: list[ast.expr], value: ast.expr) -> None:
    first = targets[0]
    name = first.id if isinstance(first, ast.Name) else ""
    lowered = lower_expression(low, value, name, first)
    if name and isinstance(lowered, Hole | Projection):
        low.statements.append(Bare(span=low.span(value), value=lowered))
    for target in targets:
        if isinstance(target, ast.Name):
            _bind(low, target.id, lowered)
        elif isinstance(target, ast.Tuple | ast.List):
            _unpack(low, target, lowered)


def _bind(low: Lowering, name: str, value: Expr) -> None:
    low.names[name] = value
    low.partly.pop(name, None)


def _longer(low: Lowering, name: str, value: Expr) -> Expr:
    """A list with more in it; that of an empty one is known by what is appended to it, here and in other turns."""
    if not isinstance(value, Computed) or value.operation != "chain":
        return value
    before, more = value.operands
    item = as_list(more.type) or UNRESOLVED
    if name in low.filled:
        low.filled[name].append(item)
    is_new = name in low.filled and before.type == EMPTY
    return replace(value, type=ListOf(item)) if is_new or is_empty_list(before) else value


def _unpack(low: Lowering, target: ast.Tuple | ast.List, value: Expr) -> None:
    span = low.span(target)
    low.statements.append(Unpack(span=span, count=len(target.elts), value=value))
    for index, item in enumerate(target.elts):
        assert isinstance(item, ast.Name)  # by _is_target
        access = Access(span=low.span(item), key=index, attribute=False)
        type_ = _unpacked_type(low, value.type, index)
        if isinstance(value, Hole):
            part: Expr = value
        elif isinstance(value, Computed):
            part = _part_of_display(low, target, value, index)
        elif isinstance(value, Projection):
            part = replace(value, path=(*value.path, access), type=type_, span=low.span(item))
        else:
            part = Projection(span=low.span(item), base=value, path=(access,), type=type_)
        _bind(low, item.id, part)


def _part_of_display(low: Lowering, target: ast.Tuple | ast.List, value: Computed, index: int) -> Expr:
    """`a, b = b, a`: each name gets its own part."""
    if value.operation in ("tuple", "list") and index < len(value.operands):
        return value.operands[index]
    message = "a computed value cannot be taken apart"
    hints = ("bind the parts one by one",)
    return Hole(span=low.span(target), rule="unsupported-expression", message=message, hints=hints, type=UNRESOLVED)


def _unpacked_type(low: Lowering, type_: Type, index: int) -> Type:
    found = item_type(low.view, type_, index) if isinstance(type_, TupleOf | TupleRest) else None
    return UNRESOLVED if found is None else found


def _annotated(low: Lowering, target: ast.Name, value: ast.expr, annotation: ast.expr) -> None:
    lowered = lower_expression(low, value, target.id, target)
    type_, _ = read_type(low.view, low.path, annotation)
    low.statements.append(
        Annotated(span=low.span(value), name=target.id, type=type_, annotation_span=low.span(annotation), value=lowered)
    )
    _bind(low, target.id, lowered)

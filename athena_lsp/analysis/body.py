"""Lowering a workflow's body: from Python's statements to steps wired by data. Never raises, never reports."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from athena_lsp.analysis.advice import statement_advice
from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.appending import Appending, with_assignments
from athena_lsp.analysis.bounded import EMPTY, break_out, is_bounded, lower_bounded, unbounded
from athena_lsp.analysis.branches import lower_conditional, lower_if
from athena_lsp.analysis.caught import lower_throwing
from athena_lsp.analysis.expressions import lower_call, lower_expression
from athena_lsp.analysis.fanout import is_in_order, lower_comprehension, lower_for
from athena_lsp.analysis.folding import is_fold, lower_fold
from athena_lsp.analysis.joining import RETURN, RETURNED, has_left, is_true, no_value, truth
from athena_lsp.analysis.liveness import needed
from athena_lsp.analysis.lowering import Further, Lowering, refuse
from athena_lsp.analysis.paths import may_leave
from athena_lsp.analysis.patterns import lower_match
from athena_lsp.analysis.pure import SYMBOLS
from athena_lsp.analysis.pure_base import as_list, bare, is_empty_list
from athena_lsp.analysis.raising import as_branch, lower_raise
from athena_lsp.analysis.sources import lower_source
from athena_lsp.analysis.special_calls import lower_special
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.tries import lower_try
from athena_lsp.analysis.types import item_type, show
from athena_lsp.analysis.unfolding import Throwing
from athena_lsp.analysis.unpacking import parts_of
from athena_lsp.analysis.values import widened
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
from athena_lsp.ir.types import ANY, UNRESOLVED, DictOf, ListOf, SetOf, TupleOf, TupleRest, Type
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
    inside = descend(*node.body)
    stored = frozenset(
        (
            *(each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)),
            *(each.name for each in inside if isinstance(each, ast.ExceptHandler) and each.name),
        )
    )
    by_name = {parameter.name: parameter for parameter in parameters}
    low = Lowering(
        view, path, tree, by_name, stored, Further(fan_out, lower_source, lower_conditional, lower_block, lower_special)
    )
    try:
        lower_block(low, with_assignments(node.body))
    except RecursionError:
        low.statements = [Bare(span=tree.span(node), value=_too_long(tree, node))]
    gives = any(isinstance(inner, ast.Return) and inner.value is not None for inner in inside)
    return WorkflowBody(
        span=tree.span(node),
        statements=needed(low, result := low.names.get(RETURN) if gives else None),
        result=result,
        always_returns=is_true(low.names.get(RETURNED)),
    )


def _too_long(tree: Tree, node: FunctionNode) -> Hole:
    """What is said of a body that is nested deeper than the reader goes."""
    start = tree.span(node.body[0]).start
    message = "this body has too many statements that may leave it, one behind the other, to be read"
    hints = ("put the later ones into a `@workflow`, and call that",)
    return Hole(
        span=Span(start, start + 1), rule="unsupported-statement", message=message, hints=hints, type=UNRESOLVED
    )


def lower_block(low: Lowering, nodes: Sequence[ast.stmt]) -> None:
    """Statements one after the other. One that may leave takes those after it: an early `return` makes them an arm."""
    for index, node in enumerate(nodes):
        if has_left(low):
            _unreachable(low, node)
            return
        leaves = low.throwing or may_leave((node,)) or isinstance(node, Throwing | ast.Assert)
        rest = nodes[index + 1 :] if leaves else ()
        if _lower_compound(low, node, rest):
            if leaves:
                return
        else:
            _statement(low, node)


def _lower_compound(low: Lowering, node: ast.stmt, rest: Sequence[ast.stmt]) -> bool:
    """A statement that holds others, and those after it where it may leave; False for any other statement."""
    match node:
        case ast.Assert():
            lower_if(low, as_branch(node), rest)
        case Throwing():
            lower_throwing(low, node, rest)
        case ast.If():
            lower_if(low, node, rest)
        case ast.Match():
            lower_match(low, node, rest)
        case ast.For() if is_bounded(low, node):
            lower_bounded(low, node, rest)
        case ast.For() if is_in_order(low, node) and is_fold(low, node):
            lower_fold(low, node, rest)
        case ast.Try():
            lower_try(low, node, rest)
        case _:
            return False
    return True


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
    """A name, or names in brackets, with a star at most once."""
    if isinstance(target, ast.Tuple | ast.List):
        inner = [item.value if isinstance(item, ast.Starred) else item for item in target.elts]
        return bool(inner) and all(map(_is_target, inner))
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
    """`a, (b, *rest) = value`: each name gets its own part."""
    span = low.span(target)
    star = next((n for n, item in enumerate(target.elts) if isinstance(item, ast.Starred)), None)
    parts = parts_of(low, value, span)
    fits = parts is None or (len(parts) == len(target.elts) if star is None else len(parts) >= len(target.elts) - 1)
    if star is not None and parts is None and not isinstance(value, Hole):
        message = f"how many items a `{show(value.type)}` has is not known, so `*` takes an unknown part of it"
        hint = "bind the whole value to one name, and write `rows[0]` and `rows[1:]`"
        value = Hole(span=span, rule="unsupported-expression", message=message, hints=(hint,), type=UNRESOLVED)
        low.statements.append(Bare(span=span, value=value))
    elif star is None and not (parts is not None and fits and not isinstance(value.type, TupleOf)):
        low.statements.append(Unpack(span=span, count=len(target.elts), value=value))
    elif not fits:
        low.statements.append(Unpack(span=span, count=len(target.elts) - 1, value=value))
    behind = len(target.elts) - (star if star is not None else 0) - 1
    for index, item in enumerate(target.elts):
        if isinstance(item, ast.Starred):
            rest = parts[index : len(parts) - behind] if parts is not None and fits else ()
            type_ = ListOf(union([widened(each.type) for each in rest]) if rest else ANY)
            part: Expr = Computed(span=low.span(item), operation="list", operands=rest, type=type_)
            _target(low, item.value, value if isinstance(value, Hole) else part)
        elif parts is not None and fits:
            number = index if star is None or index < star else len(parts) - len(target.elts) + index
            _target(low, item, _placed(parts[number], low.span(item)))
        else:
            _target(low, item, _part(low, target, value, item, index))


def _target(low: Lowering, target: ast.expr, value: Expr) -> None:
    if isinstance(target, ast.Name):
        _bind(low, target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(low, target, value)


def _placed(value: Expr, span: Span) -> Expr:
    return replace(value, span=span) if isinstance(value, Projection) else value


def _part(low: Lowering, target: ast.Tuple | ast.List, value: Expr, item: ast.expr, index: int) -> Expr:
    """An item of a value whose length is not known."""
    access = Access(span=low.span(item), key=index, attribute=False)
    type_ = _unpacked_type(low, value.type, index)
    match value:
        case Hole():
            return value
        case Computed():
            message, hints = "a computed value cannot be taken apart", ("bind the parts one by one",)
            span = low.span(target)
            return Hole(span=span, rule="unsupported-expression", message=message, hints=hints, type=UNRESOLVED)
        case Projection(path=path):
            return replace(value, path=(*path, access), type=type_, span=low.span(item))
        case _:
            return Projection(span=low.span(item), base=value, path=(access,), type=type_)


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

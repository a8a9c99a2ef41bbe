"""Lowering a comprehension over a step: one call for each element, all at once, and a list of their results."""

from __future__ import annotations

import ast
from collections.abc import Callable

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.expressions import lower_call, lower_expression
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.pure_base import bare
from athena_lsp.analysis.scope import Builtin, resolve_node
from athena_lsp.analysis.types import show
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Constant, Expr, Hole, Step, StepRef
from athena_lsp.ir.types import (
    ANY,
    BOOL,
    INT,
    UNRESOLVED,
    AnyType,
    ArtifactOf,
    ListOf,
    Opaque,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    Unresolved,
)
from athena_lsp.ir.values import Number, Sequence
from athena_lsp.records import replace

MAX_RANGE = 10_000
ONE_CALL = "a fan-out calls one step for each element"
SPLIT = "put the steps of one element into a `@workflow`, and call that"


def lower_comprehension(low: Lowering, node: ast.ListComp, name: str, target: ast.expr | None) -> Expr:
    """`[step(x, k) for x in xs if condition]`: a step that runs once for each element."""
    if len(node.generators) != 1 or node.generators[0].is_async:
        message = "a comprehension with more than one `for` is not lowered"
        return hole(low, node, "unsupported-expression", message, SPLIT, read=node)
    loop = node.generators[0]
    if not isinstance(loop.target, ast.Name):
        message = "the element of a fan-out needs one name"
        return hole(low, loop.target, "unsupported-expression", message, "write `for item in ...`", read=node)
    if not isinstance(node.elt, ast.Call):
        return hole(low, node.elt, "unsupported-expression", ONE_CALL, "call a step here", read=node)
    source = _source(low, loop.iter)
    if isinstance(source, Hole):
        return source
    element = element_type(source.type)
    if element is None:
        message = f"a fan-out needs a list, and this is `{show(source.type)}`"
        return hole(low, loop.iter, "not-iterable", message, "return a list from the step", read=node)
    item = ItemRef(span=low.span(loop.target), name=loop.target.id, type=element, loop=low.new_task("each"))
    return _with_item(low, item, lambda: _each(low, node, loop, item, source, name, target))


def element_type(type_: Type) -> Type | None:
    """What the elements of a list are; None for what is no list. A set has no order, and a dict's keys are no list."""
    match type_:
        case ListOf(item=item) | TupleRest(item=item):
            return item
        case TupleOf(items=items) if items:
            return union(items)
        case SetOf(item=item):
            return item  # its JSON form is a sorted list
        case AnyType() | Opaque():
            return ANY
        case Unresolved():
            return UNRESOLVED
        case _:
            return None


def _with_item(low: Lowering, item: ItemRef, lower: Callable[[], Expr]) -> Expr:
    """Lower with the loop variable in scope, and only then."""
    before = low.names.get(item.name)
    low.names[item.name] = item
    try:
        return lower()
    finally:
        if before is None:
            del low.names[item.name]
        else:
            low.names[item.name] = before


def _each(
    low: Lowering,
    node: ast.ListComp,
    loop: ast.comprehension,
    item: ItemRef,
    source: Expr,
    name: str,
    target: ast.expr | None,
) -> Expr:
    count = len(low.statements)
    condition = _condition(low, loop.ifs)
    if isinstance(condition, Hole):
        return condition
    assert isinstance(node.elt, ast.Call)
    found = lower_call(low, node.elt, name, target, nested=target is None)
    made = low.statements[count:]
    if isinstance(found, Hole) or not isinstance(found, StepRef):
        del low.statements[count:]
        return found
    step = made[-1]
    if len(made) != 1 or not isinstance(step, Step):
        del low.statements[count:]
        return hole(low, node.elt, "unsupported-expression", f"{ONE_CALL}, and this needs more", SPLIT, read=node)
    if isinstance(step.callee.returns, ArtifactOf):
        del low.statements[count:]
        message = f"a fan-out over `{step.callee.declaration.name}` would give a list of artifacts, and Argo has none"
        return hole(low, node.elt, "unsupported-expression", message, "return plain data from the step", read=node)
    span = low.span(node)
    low.statements[-1] = replace(step, span=span, item=item, source=source, condition=condition)
    return StepRef(span=span, task=found.task, type=ListOf(found.type), name=name)


def _condition(low: Lowering, conditions: list[ast.expr]) -> Expr | None:
    if not conditions:
        return None
    node = conditions[0] if len(conditions) == 1 else ast.BoolOp(op=ast.And(), values=conditions)
    if len(conditions) > 1:
        ast.copy_location(node, conditions[0])
        node.end_lineno, node.end_col_offset = conditions[-1].end_lineno, conditions[-1].end_col_offset
    count = len(low.statements)
    value = lower_expression(low, node)
    if len(low.statements) > count:
        del low.statements[count:]
        message = "a step cannot decide about the elements of a fan-out"
        return hole(low, conditions[0], "unsupported-expression", message, "filter the list in a `@container`")
    if isinstance(value, Hole) or isinstance(value.type, Unresolved | AnyType) or bare(low.view, value.type) == BOOL:
        return value
    message = f"a condition must be a `bool`, not `{show(value.type)}`"
    return hole(low, conditions[0], "unsupported-expression", message, "compare it with something")


def _source(low: Lowering, node: ast.expr) -> Expr:
    """What is iterated over; a `range` of known numbers is a list."""
    match node:
        case ast.Call(func=ast.Name(id="range") as function, keywords=[]):
            if isinstance(resolve_node(low.view, low.path, function), Builtin):
                return _range(low, node)
        case _:
            pass
    return lower_expression(low, node)


def _range(low: Lowering, node: ast.Call) -> Expr:
    bounds: list[int] = []
    for argument in node.args:
        value = lower_expression(low, argument)
        if not (isinstance(value, Constant) and isinstance(value.value, Number) and isinstance(value.value.value, int)):
            message = "the bounds of a `range` must be known without running the program"
            return hole(low, argument, "unsupported-expression", message, "return the list of numbers from a step")
        bounds.append(value.value.value)
    try:
        numbers = range(*bounds)
    except (TypeError, ValueError) as error:
        return hole(low, node, "unsupported-expression", f"this is no range: {error}", "correct its bounds")
    if len(numbers) > MAX_RANGE:
        message = f"a fan-out over {len(numbers)} elements is too large to be written down"
        return hole(low, node, "unsupported-expression", message, "return the list of numbers from a step")
    span = low.span(node)
    items = tuple(Number(span=span, value=number) for number in numbers)
    return Constant(span=span, value=Sequence(span=span, kind="list", items=items), type=ListOf(INT))

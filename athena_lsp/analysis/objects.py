"""Values that a workflow's body makes: of the program's classes (`Params(rate, depth=3)`), dates, paths and such."""

from __future__ import annotations

import ast
from collections.abc import Callable

from athena_lsp.analysis.default_nodes import Default
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.making import Making, Misused, Unfit, class_of, class_with_fields, made, making
from athena_lsp.analysis.scope import Declared, External, dotted, resolve_node, unaliased
from athena_lsp.analysis.spelled import MAKERS
from athena_lsp.analysis.static import read_default, read_value
from athena_lsp.analysis.values import is_static, type_of_value
from athena_lsp.ir.model import Computed, Constant, Expr, Hole
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassInfo


def object_class(low: Lowering, function: ast.expr) -> tuple[Declaration, ClassInfo] | None:
    """The class with fields that a call of `function` makes a value of; None for any other call."""
    entity = unaliased(low.view, resolve_node(low.view, low.path, function))
    if not isinstance(entity, Declared) or entity.function:
        return None
    info = class_with_fields(low.view, entity.declaration)
    return (entity.declaration, info) if info is not None else None


def library_value(low: Lowering, node: ast.Call) -> Constant | None:
    """A value of the standard library that is written down, such as `date(2026, 1, 2)`; None for any other call."""
    if not is_library_value(low, node.func):
        return None
    value = read_value(low.place, node)
    return Constant(span=low.span(node), value=value, type=type_of_value(low.view, value)) if is_static(value) else None


def is_library_value(low: Lowering, function: ast.expr) -> bool:
    """Whether a class of the standard library is called whose values may be written down."""
    entity = resolve_node(low.view, low.path, function)
    return isinstance(entity, External) and (entity.name in MAKERS or entity.name == "datetime.timedelta")


def lower_object(
    low: Lowering, node: ast.Call, class_: tuple[Declaration, ClassInfo], lower: Callable[[ast.expr], Expr]
) -> Expr:
    """The value, or the hole that says why it cannot be made here."""
    declaration, info = class_
    match making(low.view, declaration, info, node):
        case Making() as found:
            return _made(low, node, found, lower)
        case Misused(node=part, message=message, hint=hint):
            return hole(low, part, "wrong-arity", message, hint, read=node)
        case Unfit(reason=reason):
            message = f"a workflow cannot make a `{dotted(node.func) or declaration.name}`: it {reason}"
            hint = "build it in a `@container` that returns it"
            return hole(low, node.func, "not-a-template", message, hint, read=node)


def _made(low: Lowering, node: ast.Call, found: Making, lower: Callable[[ast.expr], Expr]) -> Expr:
    span, class_ = low.span(node), found.declaration.name
    values: list[Expr] = []
    for field, given in found.fields:
        if isinstance(given, Default):
            default = read_default(low.view, given, span)
            if not is_static(default):
                message = f"only the running program knows the default of `{field.name}` of `{class_}`"
                return hole(low, node.func, "not-a-template", message, f"give `{field.name}=...`", read=node)
            values.append(Constant(span=span, value=default, type=type_of_value(low.view, default)))
        else:
            values.append(lower(given))
    if (lost := next((each for each in values if isinstance(each, Hole)), None)) is not None:
        return lost
    type_ = class_of(found, [each.type for each in values])
    known = [each.value for each in values if isinstance(each, Constant)]
    if len(known) == len(values):
        return Constant(span=span, value=made(span, type_, found, known), type=type_)
    keys = tuple(field.name for field, _ in found.fields)
    return Computed(span=span, operation="make", operands=tuple(values), keys=keys, type=type_)

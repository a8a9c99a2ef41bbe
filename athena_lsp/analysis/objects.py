"""Values that a workflow's body makes: of the program's classes (`Params(rate, depth=3)`), dates, paths and such."""

from __future__ import annotations

import ast
from collections.abc import Callable

from athena_lsp.analysis.default_nodes import Default
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.making import Making, Misused, Unfit, class_of, class_with_fields, key_of, making
from athena_lsp.analysis.scope import Declared, External, dotted, resolve_node, unaliased
from athena_lsp.analysis.spelled import MAKERS
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.values import is_static, type_of_value
from athena_lsp.ir.model import Computed, Constant, Expr, Hole
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassInfo
from athena_lsp.ir.values import Made, Part


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
            return _made(low, node, declaration, found, lower)
        case Misused(node=part, message=message, hint=hint):
            return hole(low, part, "wrong-arity", message, hint, read=node)
        case Unfit(reason=reason):
            message = f"a workflow cannot make a `{dotted(node.func) or declaration.name}`: it {reason}"
            hint = "build it in a `@container` that returns it"
            return hole(low, node.func, "not-a-template", message, hint, read=node)


def _made(low: Lowering, node: ast.Call, class_: Declaration, found: Making, lower: Callable[[ast.expr], Expr]) -> Expr:
    span = low.span(node)
    values: list[Expr] = []
    for field, given in found.fields:
        if isinstance(given, Default):
            default = read_value(Place(low.view, given.path, given.tree, at=span), given.node)
            if not is_static(default):
                message = f"only the running program knows the default of `{field.name}` of `{class_.name}`"
                return hole(low, node.func, "not-a-template", message, f"give `{field.name}=...`", read=node)
            values.append(Constant(span=span, value=default, type=type_of_value(low.view, default)))
        else:
            values.append(lower(given))
    for value in values:
        if isinstance(value, Hole):
            return value
    names = [field.name for field, _ in found.fields]
    type_ = class_of(class_, found, [(name, v.type) for name, v in zip(names, values, strict=True)])
    if all(isinstance(value, Constant) for value in values):
        parts = tuple(
            Part(span=value.span, name=field.name, key=key_of(field), value=value.value)
            for (field, _), value in zip(found.fields, values, strict=True)
            if isinstance(value, Constant)
        )
        return Constant(span=span, value=Made(span=span, type=type_, parts=parts), type=type_)
    return Computed(span=span, operation="make", operands=tuple(values), keys=tuple(names), type=type_)

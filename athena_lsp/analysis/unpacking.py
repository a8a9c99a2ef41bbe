"""Values taken apart: `f(*pair)`, `f(**{"a": 1})`, and the targets of `a, (b, *rest) = value`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from athena_lsp.analysis.attempts import STEP_FAILED_TYPE
from athena_lsp.analysis.classes import class_info, fields_of
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.types import show
from athena_lsp.analysis.values import type_of_value
from athena_lsp.ir.model import Access, Computed, Constant, Expr, Given, Hole, Projection
from athena_lsp.ir.types import AnyType, ClassKind, ClassOf, TupleOf, Type, Unresolved
from athena_lsp.ir.values import Mapping, Sequence, Text
from athena_lsp.records import replace
from athena_lsp.text import Span

Lower: TypeAlias = Callable[[ast.expr], Expr]
ONE_BY_ONE = "write the arguments one by one"


def given_by(low: Lowering, argument: ast.expr | ast.keyword, lower: Lower) -> Iterator[Given]:
    """The arguments that one stands for: itself, or what is unpacked from it."""
    match argument:
        case ast.keyword(arg=None, value=value):
            yield from _words(low, value, lower)
        case ast.keyword(arg=str(name), value=value):
            start = low.span(argument).start
            keyword_span = Span(start, start + len(name))
            lowered = _data(low, value, lower(value))
            yield Given(span=low.span(value), keyword=name, keyword_span=keyword_span, value=lowered)
        case ast.Starred(value=value):
            yield from _items(low, argument, value, lower)
        case ast.expr():
            lowered = _data(low, argument, lower(argument))
            yield Given(span=low.span(argument), keyword="", keyword_span=None, value=lowered)


def _data(low: Lowering, node: ast.expr, value: Expr) -> Expr:
    """The value, unless it is a failure that a handler has a name for: an exception in Python, and no data."""
    if value.type != STEP_FAILED_TYPE:
        return value
    written = ast.unparse(node)
    message = "an exception cannot go to a step: only data travels between steps"
    found = hole(low, node, "unsupported-expression", message, f"write `str({written})`, or pass a field of it")
    return replace(found, rewrite=f"str({written})")


def parts_of(low: Lowering, value: Expr, span: Span) -> tuple[Expr, ...] | None:
    """The items of a value whose number is known: a tuple, a NamedTuple, a display; None for any other."""
    match value:
        case Computed(operation="tuple" | "list", operands=operands):
            return operands
        case Constant(value=Sequence(kind="tuple" | "list", items=items)):
            return tuple(Constant(span=span, value=item, type=type_of_value(low.view, item)) for item in items)
        case _:
            pass
    type_ = value.type
    if isinstance(type_, TupleOf):
        return tuple(_item(value, number, inner, span) for number, inner in enumerate(type_.items))
    info = class_info(low.view, type_.declaration) if isinstance(type_, ClassOf) else None
    if isinstance(type_, ClassOf) and info is not None and info.kind is ClassKind.NAMED_TUPLE:
        return tuple(_item(value, field.name, field.type, span) for field in fields_of(low.view, type_))
    return None


def _items(low: Lowering, argument: ast.Starred, node: ast.expr, lower: Lower) -> Iterator[Given]:
    span = low.span(argument)
    value = lower(node)
    parts = parts_of(low, value, span)
    if isinstance(value, Constant) and parts is not None:
        value = lower(_as_tuple(node))  # each item with its own type
        parts = parts_of(low, value, span)
    if parts is None:
        shown = "this" if isinstance(value.type, Unresolved | AnyType) else f"a `{show(value.type)}`"
        message = f"how many arguments {shown} stands for is not known"
        found = value if isinstance(value, Hole) else hole(low, argument, "unsupported-expression", message, ONE_BY_ONE)
        yield Given(span=span, keyword="*", keyword_span=None, value=found)
        return
    for part in parts:
        yield Given(span=span, keyword="", keyword_span=None, value=part)


def _words(low: Lowering, node: ast.expr, lower: Lower) -> Iterator[Given]:
    """`**{"a": 1}`, `**options`: of a dict that is written down, or of a TypedDict that has all its keys."""
    span = low.span(node)
    value = lower(node)
    for name, part in _entries(low, value, span) or ():
        yield Given(span=span, keyword=name, keyword_span=None, value=part)
    if _entries(low, value, span) is None:
        message = f"the keywords that a `{show(value.type)}` stands for are not known"
        found = value if isinstance(value, Hole) else hole(low, node, "unsupported-expression", message, ONE_BY_ONE)
        yield Given(span=span, keyword="**", keyword_span=None, value=found)


def _entries(low: Lowering, value: Expr, span: Span) -> tuple[tuple[str, Expr], ...] | None:
    match value:
        case Computed(operation="dict", operands=operands, keys=keys):
            return tuple(zip(keys, operands, strict=True))
        case Constant(value=Mapping(entries=entries)) if all(isinstance(each.key, Text) for each in entries):
            return tuple(
                (each.key.value, Constant(span=span, value=each.value, type=type_of_value(low.view, each.value)))
                for each in entries
                if isinstance(each.key, Text)
            )
        case _:
            pass
    info = class_info(low.view, value.type.declaration) if isinstance(value.type, ClassOf) else None
    if isinstance(value.type, ClassOf) and info is not None and info.kind is ClassKind.TYPED_DICT:
        fields = fields_of(low.view, value.type)
        if all(field.required for field in fields):
            return tuple((field.name, _item(value, field.name, field.type, span)) for field in fields)
    return None


def _as_tuple(node: ast.expr) -> ast.expr:
    """A list that is written down, as the tuple of its items."""
    return ast.copy_location(ast.Tuple(elts=node.elts, ctx=ast.Load()), node) if isinstance(node, ast.List) else node


def _item(value: Expr, key: int | str, type_: Type, span: Span) -> Expr:
    access = Access(span=span, key=key, attribute=isinstance(key, str))
    if isinstance(value, Hole):
        return value
    if isinstance(value, Projection):
        return replace(value, span=span, path=(*value.path, access), type=type_)
    return Projection(span=span, base=value, path=(access,), type=type_)

"""What all pure expressions share: where they are read, how a type counts, when a value is true."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from athena_lsp.analysis.annotations import union
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.types import show
from athena_lsp.analysis.values import widened
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Computed, Constant, Expr
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    UNRESOLVED,
    AnyType,
    DictOf,
    EnumOf,
    ListOf,
    NewTypeOf,
    Scalar,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
    Unresolved,
)
from athena_lsp.ir.values import Number, Sequence, Text
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree

HINT = "compute it in a `@container`"
EXACT = (STR, INT, FLOAT, BOOL)
NUMBERS = (INT, FLOAT)
SIZED = (ListOf, SetOf, DictOf, TupleRest)


class NotExactError(Exception):
    """An expression that Argo would not compute as Python does; never leaves this module's callers in `analysis`."""

    def __init__(self, node: ast.expr, message: str, hint: str = HINT) -> None:
        super().__init__(message)
        self.node, self.message, self.hint = node, message, hint


@dataclass(frozen=True, slots=True)
class Reading:
    """Where an expression is read; `lower` gives the parts that are no operations."""

    view: View
    tree: Tree
    lower: Callable[[ast.expr], Expr]
    lower_when: Callable[[ast.expr, tuple[Expr, ...], bool], Expr]
    """The same for a part that counts only when all of these conditions hold, or none of them does."""
    lower_items: Callable[[ast.expr], Expr]
    """The same for what is gone through: a generator and `range(...)` are lists there."""
    is_written: Callable[[Expr], bool]
    """Whether a value's JSON text is known to be spelled by Python."""

    def made(
        self, node: ast.expr, operation: Operation, type_: Type, *operands: Expr, keys: tuple[str, ...] = ()
    ) -> Computed:
        lost = any(isinstance(operand.type, Unresolved) for operand in operands)
        return Computed(
            span=self.tree.span(node),
            operation=operation,
            operands=operands,
            keys=keys,
            type=UNRESOLVED if lost else type_,
        )

    def text(self, node: ast.expr, value: str) -> Constant:
        span = self.tree.span(node)
        return Constant(span=span, value=Text(span=span, value=value), type=STR)

    def number(self, node: ast.expr, value: int) -> Constant:
        span = self.tree.span(node)
        return Constant(span=span, value=Number(span=span, value=value), type=INT)

    def bare(self, value: Expr) -> Type:
        return bare(self.view, value.type)


def bare(view: View, type_: Type) -> Type:
    """What a type is when it is computed with: without NewType and Literal; an enum that is also text or a number."""
    found = widened(type_)
    while isinstance(found, NewTypeOf):
        found = widened(found.base)
    if isinstance(found, EnumOf):
        info = class_info(view, found.declaration)
        return Scalar(info.mixin) if info is not None and info.mixin else found
    return found


def present(type_: Type) -> Type:
    """The type without None."""
    members = [member for member in type_.members if member != NONE] if isinstance(type_, UnionOf) else [type_]
    return union(members) if members else type_


def as_list(type_: Type) -> Type | None:
    """What the elements are of a value whose JSON form is a list in the order of Python; None for any other."""
    match type_:
        case ListOf(item=item) | TupleRest(item=item):
            return item
        case TupleOf(items=items) if items and all(item == items[0] for item in items):
            return items[0]
        case _:
            return None


def is_empty_list(value: Expr) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, Sequence) and not value.value.items


def deciding(values: Iterable[Expr]) -> list[Expr]:
    """The values that say what type one of them has: an empty list is a list of whatever the others are lists of."""
    known = list(values)
    lists = [value for value in known if as_list(value.type) is not None and not is_empty_list(value)]
    return [value for value in known if not (lists and is_empty_list(value))]


def truth(reading: Reading, node: ast.expr, value: Expr) -> Expr:
    """Whether Python takes a value for true: not zero, not empty, not None. Raises NotExactError."""
    kind = reading.bare(value)
    match kind:
        case Unresolved() | AnyType():
            return value
        case UnionOf(members=members) if NONE in members:
            rest = [member for member in members if member != NONE]
            inner = _holds(reading, node, value, bare(reading.view, rest[0])) if len(rest) == 1 else None
            present = reading.made(node, "is-not-none", BOOL, value)
            return reading.made(node, "and", BOOL, present, inner) if inner is not None else _refused(node, value)
        case _:
            found = _holds(reading, node, value, kind)
            return found if found is not None else _refused(node, value)


def _holds(reading: Reading, node: ast.expr, value: Expr, kind: Type) -> Expr | None:
    if kind == BOOL:
        return value
    if kind == STR:
        return reading.made(node, "unequal", BOOL, value, reading.text(node, ""))
    if kind in NUMBERS:
        return reading.made(node, "unequal", BOOL, value, reading.number(node, 0))
    if isinstance(kind, SIZED):
        length = reading.made(node, "length", INT, value)
        return reading.made(node, "greater", BOOL, length, reading.number(node, 0))
    return None


def _refused(node: ast.expr, value: Expr) -> Expr:
    hint = f"compare it, for example `{ast.unparse(node)} is not None`" if isinstance(node, ast.Name) else HINT
    raise NotExactError(
        node, f"a condition must be a `bool`, a number, a text or a list, not `{show(value.type)}`", hint
    )

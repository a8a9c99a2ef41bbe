"""What a container visibly returns: literals, displays, texts, conditions, calls of known classes.

All else is a type checker's work, and nothing is said of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from athena_lsp.analysis.algebra import rebuilt
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.scope import Builtin, Declared, Entity, External, follow, unaliased
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.values import is_static, type_of_value
from athena_lsp.analysis.view import View
from athena_lsp.ir.node import walk
from athena_lsp.ir.returns import VisibleReturn
from athena_lsp.ir.types import (
    ANY,
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    UNRESOLVED,
    AnyType,
    ClassKind,
    ClassOf,
    EnumOf,
    ListOf,
    Scalar,
    ScalarKind,
    SetKind,
    SetOf,
    Type,
    UnionOf,
    Unresolved,
)
from athena_lsp.ir.values import Bytes, Entry, EnumCase, Flag, Number, Text, Value
from athena_lsp.records import dataclass

BUILTINS: dict[str, Type] = {
    "bool": BOOL,
    "bytes": BYTES,
    "float": FLOAT,
    "frozenset": SetOf(ANY, SetKind.FROZENSET),
    "int": INT,
    "isinstance": BOOL,
    "len": INT,
    "list": ListOf(ANY),
    "repr": STR,
    "set": SetOf(ANY),
    "sorted": ListOf(ANY),
    "str": STR,
}
"""What calls of built-in names give. Not `dict` and `tuple`, whose results fit types that they do not name."""
LIBRARY: dict[str, Type] = {
    "datetime.date": Scalar(ScalarKind.DATE),
    "datetime.time": Scalar(ScalarKind.TIME),
    "decimal.Decimal": Scalar(ScalarKind.DECIMAL),
    "pathlib.Path": Scalar(ScalarKind.PATH),
    "uuid.UUID": Scalar(ScalarKind.UUID),
}


@dataclass(frozen=True, slots=True)
class Code:
    """How the code of one function is read: its place, and what a dotted name in it means."""

    view: View
    place: Place
    resolve: Callable[[ast.expr], Entity | None]


def visible_returns(code: Code, node: ast.Return) -> Iterator[VisibleReturn | None]:
    """What one `return` gives, one for each arm of a conditional expression; None for what cannot be told."""
    if node.value is None:
        yield VisibleReturn(span=code.place.tree.span(node), type=NONE)
        return
    for arm in _arms(node.value):
        type_, value = _visible(code, arm)
        is_known = not isinstance(type_, Unresolved)
        yield VisibleReturn(span=code.place.span(arm), type=type_, value=value) if is_known else None


def _arms(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from _arms(node.body)
        yield from _arms(node.orelse)
    else:
        yield node


def _visible(code: Code, node: ast.expr) -> tuple[Type, Value | None]:
    match node:
        case ast.Call():
            return _made(code, node)
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return BOOL, None
        case ast.JoinedStr():
            return STR, None
        case ast.Name() | ast.Attribute():
            # Other values of module-level names may have changed since: an empty list is there to be filled.
            value = read_value(code.place, node)
            if isinstance(value, EnumCase | Text | Number | Flag | Bytes):
                return type_of_value(code.view, value), value
            return UNRESOLVED, None
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() if any(
            isinstance(inner, ast.Starred) for inner in ast.walk(node)
        ):
            return UNRESOLVED, None
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Constant() | ast.UnaryOp():
            value = read_value(code.place, node)
            type_ = type_of_value(code.view, value)
            if isinstance(type_, Unresolved) or any(not is_static(entry.key) for entry in walk(value, Entry)):
                return UNRESOLVED, None  # a key that is made while the program runs may be any of the keys
            return _known(type_), value
        case _:
            return UNRESOLVED, None


def _made(code: Code, node: ast.Call) -> tuple[Type, Value | None]:
    """What a call of a class gives, and of some built-in functions."""
    called = code.resolve(node.func)
    entity = unaliased(code.view, follow(code.view, called)) if called is not None else None
    match entity:
        case Builtin(name=name):
            return BUILTINS.get(name, UNRESOLVED), None
        case External(name="datetime.timedelta"):
            return Scalar(ScalarKind.TIMEDELTA), None
        case External(name=name):
            return LIBRARY.get(name, UNRESOLVED), None
        case Declared(declaration=declaration) if entity.class_:
            info = class_info(code.view, declaration)
            if info is None or info.kind is ClassKind.PLAIN:
                return UNRESOLVED, None
            is_enum = info.kind is ClassKind.ENUM
            name = entity.class_.name
            return (EnumOf(declaration, name) if is_enum else ClassOf(declaration, name)), None
        case _:
            return UNRESOLVED, None


def _known(type_: Type) -> Type:
    """A display's type with Any for the parts that cannot be told."""
    if isinstance(type_, Unresolved):
        return ANY
    inner = rebuilt(type_, _known)
    is_open = isinstance(inner, UnionOf) and any(isinstance(member, AnyType) for member in inner.members)
    return ANY if is_open else inner

"""What statements say about `__all__`, the names that `from module import *` takes (typing specification)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Literal

from athena_lsp.records import dataclass

Action = Literal["set", "add", "remove", "unknown"]


@dataclass(frozen=True, slots=True)
class Export:
    """What one statement does to `__all__`. `modules` are those, as written, whose own `__all__` it takes over."""

    action: Action
    names: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


UNKNOWN = Export("unknown")


def export_of(statement: ast.stmt) -> Export | None:
    """What a statement does to `__all__`; None when it is about something else."""
    match statement:
        case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
            return _listed("set", value)
        case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
            return _listed("set", value)
        case ast.AugAssign(target=ast.Name(id="__all__"), op=ast.Add(), value=value):
            return _listed("add", value)
        case ast.Expr(value=ast.Call(func=ast.Attribute(ast.Name(id="__all__"), attr=method), args=[value])):
            return _called(method, value)
        case _:
            return None


def names_of(statements: tuple[Export, ...], names_in: Callable[[str], frozenset[str] | None]) -> frozenset[str] | None:
    """The names in `__all__` after these statements; None when there are none, or when it cannot be known.

    `names_in` gives those of another module, by the dotted name that leads to it.
    """
    names: set[str] = set()
    for statement in statements:
        taken = [names_in(module) for module in statement.modules]
        if statement.action == "unknown" or None in taken:
            return None
        if statement.action == "set":
            names.clear()
        if statement.action == "remove":
            names.difference_update(statement.names)
        else:
            names.update(statement.names, *(each or () for each in taken))
    return frozenset(names) if statements else None


def _called(method: str, value: ast.expr) -> Export:
    match method, value:
        case "extend", _:
            return _listed("add", value)
        case "append", ast.Constant(value=str(name)):
            return Export("add", (name,))
        case "remove", ast.Constant(value=str(name)):
            return Export("remove", (name,))
        case _:
            return UNKNOWN


def _listed(action: Action, value: ast.expr) -> Export:
    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return _joined(action, [_item(item) for item in items])
        case ast.Attribute(value=module, attr="__all__"):
            return Export(action, (), (ast.unparse(module),))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined(action, [_listed("add", left), _listed("add", right)])
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[inner]):
            return _listed(action, inner)
        case _:
            return UNKNOWN


def _item(item: ast.expr) -> Export:
    match item:
        case ast.Constant(value=str(name)):
            return Export("add", (name,))
        case ast.Starred(value=value):
            return _listed("add", value)
        case _:
            return UNKNOWN


def _joined(action: Action, parts: list[Export]) -> Export:
    if any(part.action == "unknown" for part in parts):
        return UNKNOWN
    names = tuple(name for part in parts for name in part.names)
    return Export(action, names, tuple(module for part in parts for module in part.modules))

"""Conditions around imports and definitions that are known beforehand: a pod runs Linux and a Python of today."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

OLDEST = (3, 10)
"""The oldest Python that a pod may have."""
KNOWN: Mapping[str, str] = {"sys.platform": "linux", "os.name": "posix"}
ORDERS: Mapping[type[ast.cmpop], Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def known_truth(test: ast.expr, *, checking: bool) -> bool | None:
    """Whether a condition holds; None when that is known at run time only. `checking`: what `TYPE_CHECKING` is."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return checking
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = known_truth(operand, checking=checking)
            return None if inner is None else not inner
        case ast.BoolOp(op=op, values=values):
            each = {known_truth(value, checking=checking) for value in values}
            decides = isinstance(op, ast.Or)
            return decides if decides in each else None if None in each else not decides
        case ast.Call(func=ast.Attribute(value=base, attr="startswith"), args=[ast.Constant(value=str(start))]):
            known = KNOWN.get(ast.unparse(base))
            return None if known is None else known.startswith(start)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right)
        case _:
            return None


def reached(statement: ast.If, *, checking: bool) -> list[ast.stmt]:
    """The statements of both arms, without those that never run."""
    truth = known_truth(statement.test, checking=checking)
    return [*(statement.body if truth is not False else ()), *(statement.orelse if truth is not True else ())]


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
    if (known := KNOWN.get(ast.unparse(left))) is not None:
        return _is_word(known, op, right)
    wanted = _numbers(right)
    if not wanted or type(op) not in ORDERS:
        return None
    versions: tuple[tuple[int, ...], ...]
    match ast.unparse(left):
        case "sys.version_info":
            versions = ((*OLDEST, 0), (OLDEST[0], 999, 0))
        case "sys.version_info[:2]":
            versions = (OLDEST, (OLDEST[0], 999))
        case _:
            return None
    answers = {ORDERS[type(op)](version, wanted) for version in versions}
    return answers.pop() if len(answers) == 1 else None


def _is_word(known: str, op: ast.cmpop, right: ast.expr) -> bool | None:
    match op, right:
        case (ast.Eq(), ast.Constant(value=str(word))):
            return known == word
        case (ast.NotEq(), ast.Constant(value=str(word))):
            return known != word
        case ((ast.In() | ast.NotIn()), (ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items))):
            words = [item.value for item in items if isinstance(item, ast.Constant)]
            return (known in words) == isinstance(op, ast.In) if len(words) == len(items) else None
        case _:
            return None


def _numbers(node: ast.expr) -> tuple[int, ...]:
    """A tuple of numbers, as versions are written; empty for anything else."""
    items = node.elts if isinstance(node, ast.Tuple) else []
    found = tuple(item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, int))
    return found if len(found) == len(items) else ()

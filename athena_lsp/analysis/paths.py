"""Which ways lead through statements, as far as their shape tells: to their end, or out of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

LOOPS = (ast.For, ast.AsyncFor, ast.While)
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def falls_through(nodes: Sequence[ast.stmt]) -> bool:
    """Whether the statement after them may be reached."""
    return not any(_always_leaves(node) for node in nodes)


def raises_again(nodes: Sequence[ast.stmt]) -> bool:
    """Whether every way out of a handler is a `raise`."""
    exits = [found for node in nodes for found in leaving(node)]
    return not falls_through(nodes) and all(isinstance(each, ast.Raise) for each in exits)


def may_leave(nodes: Sequence[ast.stmt]) -> bool:
    """Whether a `return` or a `raise` is in them, or a `break` or `continue` of the loop around them."""
    return any(True for node in nodes for _ in leaving(node))


def leaving(node: ast.stmt, *, in_loop: bool = False) -> Iterator[ast.stmt]:
    """The statements inside that leave what stands around it."""
    if isinstance(node, ast.Return | ast.Raise) or (isinstance(node, ast.Break | ast.Continue) and not in_loop):
        yield node
    if isinstance(node, NESTED):
        return
    inside = in_loop or isinstance(node, LOOPS)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield from leaving(child, in_loop=inside)
        elif isinstance(child, ast.match_case | ast.ExceptHandler):
            for inner in child.body:
                yield from leaving(inner, in_loop=inside)


def is_irrefutable(case: ast.match_case) -> bool:
    """`case _:` and `case name:`, without a guard."""
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _always_leaves(node: ast.stmt) -> bool:
    match node:
        case ast.Return() | ast.Break() | ast.Continue() | ast.Raise():
            return True
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and not falls_through(body) and not falls_through(orelse)
        case ast.Match(cases=cases):
            return any(map(is_irrefutable, cases)) and not any(falls_through(case.body) for case in cases)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            left = not falls_through([*body, *orelse]) and not any(falls_through(each.body) for each in handlers)
            return left or not falls_through(final)
        case _:
            return False

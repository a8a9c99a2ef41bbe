"""Lists that a body fills: `found.append(x)` as `found = [*found, x]`, where no other name can see the list.

Steps exchange copies. So a list may be filled where all that happens to it is being filled, read, and handed to steps;
with a second name for the same list the two ways of writing it would differ.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy

from athena_lsp.syntax.tree import descend

FILLING = ("append", "extend")
READING = (ast.Call, ast.keyword, ast.Return, ast.Compare, ast.Subscript, ast.BinOp, ast.UnaryOp)
"""What reads a list, or makes a new one of it."""
DISPLAYS = (ast.Tuple, ast.List, ast.Dict)
LOOPS = (ast.For, ast.comprehension)


class Appending(ast.Assign):
    """`found.append(x)`, as the assignment that it comes to."""


def with_assignments(nodes: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The statements with such calls as assignments; the same ones when there are none."""
    filled = {name for inner in descend(*nodes) if isinstance(inner, ast.Expr) and (name := _filled(inner))}
    if not filled:  # nearly always, and quicker to tell than the rest
        return nodes
    own = filled - set(_shared(nodes)) - set(_filled_at_once(nodes))
    if not own:
        return nodes
    made = [deepcopy(node) for node in nodes]
    for node in (inner for each in made for inner in ast.walk(each)):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                block[:] = [_assigned(each, own) for each in block]
    return [_assigned(node, own) for node in made]


def _filled(node: ast.AST) -> str:
    """The list that a statement fills; empty for any other."""
    match node:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=[argument], keywords=[])
        ) if method in FILLING and not isinstance(argument, ast.Starred):
            return name
        case _:
            return ""


def _filled_at_once(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """Lists that turns under `parallel` fill, which know nothing of each other."""
    for node in (inner for each in nodes for inner in ast.walk(each)):
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Call) and "parallel" in ast.unparse(node.iter.func):
            yield from (_filled(inner) for each in node.body for inner in ast.walk(each))


def _assigned(node: ast.stmt, own: set[str]) -> ast.stmt:
    name = _filled(node)
    if name not in own:
        return node
    assert isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)  # by _filled
    call, function = node.value, node.value.func
    assert isinstance(function, ast.Attribute)  # by _filled
    more: ast.expr = call.args[0]
    if function.attr == "append":
        more = ast.copy_location(ast.List(elts=[more], ctx=ast.Load()), more)
    value = ast.copy_location(ast.BinOp(left=function.value, op=ast.Add(), right=more), call)
    target = ast.copy_location(ast.Name(id=name, ctx=ast.Store()), function.value)
    return ast.copy_location(Appending(targets=[target], value=value), node)


def _shared(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """Names whose list may have another name: those bound to what is no new list, or read in a way that keeps it."""
    above: dict[ast.AST, ast.AST] = {}
    pending: list[ast.AST] = [*nodes]
    while pending:
        node = pending.pop()
        for child in ast.iter_child_nodes(node):
            above[child] = node
            pending.append(child)
        if isinstance(node, ast.Name) and not (_is_new(node, above) if _is_bound(node) else _is_read(node, above)):
            yield node.id


def _is_bound(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _is_new(node: ast.Name, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether a name is bound to a list that nothing else holds."""
    match above.get(node):
        case ast.Assign(targets=[_], value=ast.List() | ast.ListComp() | ast.Call(func=ast.Name())):
            return True  # what a function gives is new: a step's result is a copy
        case ast.AnnAssign(value=ast.List() | ast.ListComp()):
            return True
        case _:
            return False


def _is_read(node: ast.Name, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether a name stands where its list is read, filled, or copied."""
    here: ast.AST = node
    around = above.get(here)
    while isinstance(around, DISPLAYS):
        here, around = around, above.get(around)
    if isinstance(around, ast.Attribute):
        return here is node and around.attr in FILLING and bool(_filled(above[above[around]]))
    if isinstance(around, LOOPS):
        inside = around.body if isinstance(around, ast.For) else []
        return around.iter is here and not any(_filled(inner) == node.id for each in inside for inner in ast.walk(each))
    if isinstance(around, ast.If | ast.IfExp | ast.Assert):
        return around.test is here
    return isinstance(around, READING)

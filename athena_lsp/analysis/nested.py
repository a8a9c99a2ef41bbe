"""Comprehensions whose conditions or inner lists call steps, as others whose turns give lists."""

from __future__ import annotations

import ast

from athena_lsp.analysis.calling import has_calls
from athena_lsp.analysis.lowering import Lowering


def in_turns(low: Lowering, node: ast.ListComp) -> ast.ListComp | None:
    """`[f(x) for x in xs if check(x)]` as `[[f(x)] if check(x) else [] for x in xs]`, whose lists are to be joined.

    None for a comprehension that calls steps for its elements alone.
    """
    first, others = node.generators[0], node.generators[1:]
    if any(generator.is_async for generator in node.generators):
        return None
    number = next((n for n, condition in enumerate(first.ifs) if has_calls(low, condition)), None)
    if number is not None:
        inner = ast.ListComp(elt=node.elt, generators=others) if others else _list(node, [node.elt])
        conditions = first.ifs[number:]
        test = conditions[0] if len(conditions) == 1 else ast.BoolOp(op=ast.And(), values=conditions)
        chosen = ast.IfExp(test=_at(test, conditions[0]), body=_at(inner, node.elt), orelse=_list(node, []))
        outer = ast.comprehension(target=first.target, iter=first.iter, ifs=first.ifs[:number], is_async=0)
        return _comprehension(node, _at(chosen, node.elt), [outer])
    if any(has_calls(low, each.iter, *each.ifs) for each in others):
        inside = ast.ListComp(elt=node.elt, generators=others)
        return _comprehension(node, _at(inside, node.elt), [first])
    return None


def _comprehension(node: ast.ListComp, element: ast.expr, generators: list[ast.comprehension]) -> ast.ListComp:
    return ast.copy_location(ast.ListComp(elt=element, generators=generators), node)


def _list(node: ast.ListComp, items: list[ast.expr]) -> ast.expr:
    return _at(ast.List(elts=items, ctx=ast.Load()), node.elt)


def _at(node: ast.expr, place: ast.expr) -> ast.expr:
    """A node that was made, at the place of one that is written."""
    return node if hasattr(node, "lineno") else ast.copy_location(node, place)

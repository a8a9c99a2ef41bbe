"""From a loop over one step to a comprehension, and back."""

from __future__ import annotations

import ast

from athena_lsp.analysis.extracting import Change
from athena_lsp.analysis.references import functions_of
from athena_lsp.syntax.tree import Tree, parse
from athena_lsp.text import Span, TextEdit


def loop_to_comprehension(block: str, function: str, offset: int) -> Change | None:
    """`for x in xs: f(x)` as `[f(x) for x in xs]`; with an `if` around the call, and with `found.append(f(x))` behind
    `found = []`, too. None for a loop that is more than that."""
    tree = parse(block)
    for body in _bodies(tree, function):
        for number, statement in enumerate(body):
            if isinstance(statement, ast.For) and _is_at(tree, statement, offset) and not statement.orelse:
                return _comprehension(tree, body, number, statement)
    return None


def comprehension_to_loop(block: str, function: str, offset: int) -> Change | None:
    """`[f(x) for x in xs]` as a loop; None where the list is not the whole statement, or has several loops in it."""
    tree = parse(block)
    for body in _bodies(tree, function):
        for statement in body:
            if tree.span(statement).touches(offset):
                return _loop(tree, statement)
    return None


def _comprehension(tree: Tree, body: list[ast.stmt], number: int, loop: ast.For) -> Change | None:
    inner, condition = loop.body, ""
    if len(inner) == 1 and isinstance(inner[0], ast.If) and not inner[0].orelse:
        condition = f" if {_text(tree, inner[0].test)}"
        inner = inner[0].body
    only = inner[0] if len(inner) == 1 else None
    call = only.value if isinstance(only, ast.Expr) and isinstance(only.value, ast.Call) else None
    if call is None:
        return None
    head = f"for {_text(tree, loop.target)} in {_text(tree, loop.iter)}{condition}"
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value], keywords=[]):
            before = body[number - 1] if number else None
            if not _is_empty_list(before, name) or before is None:
                return None
            span = Span(tree.span(before).start, tree.span(loop).end)
            return Change((TextEdit(span, f"{name} = [{_text(tree, value)} {head}]"),))
        case _:
            return Change((TextEdit(tree.span(loop), f"[{_text(tree, call)} {head}]"),))


def _loop(tree: Tree, statement: ast.stmt) -> Change | None:
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.ListComp) or len(value.generators) != 1 or value.generators[0].is_async:
        return None
    line = tree.source.line_of(tree.start(statement))
    indent = tree.text[tree.source.line_starts[line] : tree.start(statement)]
    if indent.strip():
        return None
    generator = value.generators[0]
    head = f"for {_text(tree, generator.target)} in {_text(tree, generator.iter)}:"
    step = _text(tree, value.elt)
    lines: list[str] = []
    match statement:
        case ast.Expr():
            pass
        case ast.Assign(targets=[ast.Name(id=name)]):
            lines, step = [f"{name} = []"], f"{name}.append({step})"
        case _:
            return None
    lines.append(head)
    depth = "    "
    for condition in generator.ifs:
        lines.append(f"{depth}if {_text(tree, condition)}:")
        depth += "    "
    lines.append(f"{depth}{step}")
    return Change((TextEdit(tree.span(statement), f"\n{indent}".join(lines)),))


def _bodies(tree: Tree, function: str) -> list[list[ast.stmt]]:
    """The bodies of statements in a function, its own first."""
    found: list[list[ast.stmt]] = []
    for node in functions_of(tree, function):
        for inner in ast.walk(node):
            for name in ("body", "orelse"):
                part = getattr(inner, name, None)
                if isinstance(part, list) and part and isinstance(part[0], ast.stmt):
                    found.append(part)
    return found


def _is_at(tree: Tree, loop: ast.For, offset: int) -> bool:
    """Whether the cursor is in the loop's head."""
    return tree.start(loop) <= offset <= tree.span(loop.iter).end


def _is_empty_list(statement: ast.stmt | None, name: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=bound)], value=ast.List(elts=[])):
            return bound == name
        case _:
            return False


def _text(tree: Tree, node: ast.expr) -> str:
    return " ".join(tree.span(node).of(tree.text).split())

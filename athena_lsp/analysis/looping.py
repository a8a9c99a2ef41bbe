"""From a loop over steps to a comprehension, and back."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from athena_lsp.analysis.extracting import Change
from athena_lsp.analysis.references import functions_of
from athena_lsp.analysis.removing import bodies
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree, descend, parse
from athena_lsp.text import Span, TextEdit

PARALLEL = "parallel"


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop in another form. `in_order`: its turns run one after the other, and those of the other form at once."""

    change: Change
    in_order: bool


def loop_to_comprehension(block: str, function: str, offset: int) -> Loop | None:
    """`for x in xs: f(x)` as `[f(x) for x in xs]`; with an `if` around the call, with names that are used once, and
    with `found.append(f(x))` behind `found = []`, too. None for a loop that is more than that."""
    tree = parse(block)
    for body in _bodies(tree, function):
        for number, statement in enumerate(body):
            if isinstance(statement, ast.For) and _is_at(tree, statement, offset) and not statement.orelse:
                return _comprehension(tree, body, number, statement)
    return None


def loop_around(block: str, span: Span) -> Loop | None:
    """The same for the innermost loop around a span."""
    tree = parse(block)
    for body in reversed(list(bodies(tree))):
        for number, statement in enumerate(body):
            if isinstance(statement, ast.For) and not statement.orelse:
                whole = tree.span(statement)
                if whole.start <= span.start and span.end <= whole.end:
                    return _comprehension(tree, body, number, statement)
    return None


def comprehension_to_loop(block: str, function: str, offset: int) -> Loop | None:
    """`[f(x) for x in xs]` as a loop: at once, where nobody takes the list; else turn by turn, with `append`. None
    where the list is not the whole statement."""
    tree = parse(block)
    for body in _bodies(tree, function):
        for statement in body:
            if tree.span(statement).touches(offset):
                return _loop(tree, statement)
    return None


def _comprehension(tree: Tree, body: list[ast.stmt], number: int, loop: ast.For) -> Loop | None:
    inner, condition = loop.body, ""
    if len(inner) == 1 and isinstance(inner[0], ast.If) and not inner[0].orelse:
        condition = f" if {_text(tree, inner[0].test)}"
        inner = inner[0].body
    only = inner[-1]
    call = only.value if isinstance(only, ast.Expr) and isinstance(only.value, ast.Call) else None
    iterated, in_order = _iterated(tree, loop.iter)
    if call is None or iterated is None:
        return None
    head = f"for {_text(tree, loop.target)} in {iterated}{condition}"
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value], keywords=[]):
            before = body[number - 1] if number else None
            text = _inlined(tree, inner[:-1], value, body[number + 1 :])
            if not _is_empty_list(before, name) or before is None or text is None:
                return None
            span = Span(tree.span(before).start, tree.span(loop).end)
            return Loop(Change((TextEdit(span, f"{name} = [{text} {head}]"),)), in_order)
        case _:
            text = _inlined(tree, inner[:-1], call, body[number + 1 :])
            if text is None:
                return None
            return Loop(Change((TextEdit(tree.span(loop), f"[{text} {head}]"),)), in_order)


def _iterated(tree: Tree, node: ast.expr) -> tuple[str | None, bool]:
    """The list of a loop as text, and whether its turns run in order; no list for a number of turns at a time."""
    if not (isinstance(node, ast.Call) and _last_word(node.func) == PARALLEL):
        return _text(tree, node), True
    return (_text(tree, node.args[0]) if len(node.args) == 1 and not node.keywords else None), False


def _inlined(tree: Tree, before: Sequence[ast.stmt], value: ast.expr, after: Sequence[ast.stmt]) -> str | None:
    """The value with the calls in place of the names that are bound to them; None where one is used twice, or later."""
    texts: dict[str, str] = {}
    for statement in before:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if name not in texts:
                found = _with(tree, call, texts)
            case _:
                return None
        if found is None or _uses(name, *after):
            return None
        texts[name] = found
    used = [_uses(name, *before, value) for name in texts]
    return _with(tree, value, texts) if all(count == 1 for count in used) else None


def _with(tree: Tree, node: ast.expr, texts: dict[str, str]) -> str | None:
    """The text of a node with others in place of names."""
    whole, source = tree.span(node), tree.text
    text, done = "", whole.start
    names = (each for each in descend(node) if isinstance(each, ast.Name) and each.id in texts)
    for name in sorted(names, key=tree.start):
        text += source[done : tree.start(name)] + texts[name.id]
        done = tree.span(name).end
    return " ".join((text + source[done : whole.end]).split())


def _uses(name: str, *nodes: ast.AST) -> int:
    found = (each for each in descend(*nodes) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load))
    return sum(each.id == name for each in found)


def _loop(tree: Tree, statement: ast.stmt) -> Loop | None:
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.ListComp) or any(each.is_async for each in value.generators):
        return None
    line = tree.source.line_of(tree.start(statement))
    indent = tree.text[tree.source.line_starts[line] : tree.start(statement)]
    if indent.strip():
        return None
    step, lines, at_once = _text(tree, value.elt), list[str](), True
    match statement:
        case ast.Expr():
            pass
        case ast.Assign(targets=[ast.Name(id=name)]):
            lines, step, at_once = [f"{name} = []"], f"{name}.append({step})", False
        case _:
            return None
    depth = ""
    for generator in value.generators:
        iterated = _text(tree, generator.iter)
        iterated = f"{PARALLEL}({iterated})" if at_once else iterated
        lines.append(f"{depth}for {_text(tree, generator.target)} in {iterated}:")
        depth += "    "
        for condition in generator.ifs:
            lines.append(f"{depth}if {_text(tree, condition)}:")
            depth += "    "
    lines.append(f"{depth}{step}")
    imports = (NewImport("athena_runtime", PARALLEL),) if at_once else ()
    change = Change((TextEdit(tree.span(statement), f"\n{indent}".join(lines)),), imports)
    return Loop(change, in_order=not at_once)


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


def _last_word(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(tree: Tree, node: ast.expr) -> str:
    return " ".join(tree.span(node).of(tree.text).split())

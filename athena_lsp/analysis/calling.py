"""Which expressions call steps, and which are data of the body."""

from __future__ import annotations

import ast

from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.objects import is_library_value, object_class
from athena_lsp.analysis.pure_calls import FUNCTIONS, METHODS
from athena_lsp.analysis.scope import Builtin, Declared, dotted, resolve_node
from athena_lsp.analysis.signatures import signature

OPERATIONS = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict,
    ast.DictComp,
)  # fmt: skip
NO_STEPS = ("isinstance", "zip", "enumerate", "range", "reversed")


def has_calls(low: Lowering, *nodes: ast.AST) -> bool:
    """Whether evaluating them would call a step, or bind a name."""
    found = (inner for node in nodes for inner in ast.walk(node))
    return any(
        isinstance(inner, ast.NamedExpr) or (isinstance(inner, ast.Call) and not is_pure(low, inner.func))
        for inner in found
    )


def linked(low: Lowering, node: ast.Compare) -> ast.BoolOp:
    """`a < b() < c` as `a < (b' := b()) and b' < c`: Python calls once, and what is not reached not at all."""
    pairs: list[ast.expr] = []
    left = node.left
    for number, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True), 1):
        taken = right
        if number < len(node.ops) and has_calls(low, right):
            name = low.new_task("athena-link")
            target = ast.copy_location(ast.Name(id=name, ctx=ast.Store()), right)
            taken = ast.copy_location(ast.NamedExpr(target=target, value=right), right)
            right = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), right)
        made = ast.copy_location(ast.Compare(left=left, ops=[op], comparators=[taken]), node)
        pairs.append(made)
        left = right
    return ast.copy_location(ast.BoolOp(op=ast.And(), values=pairs), node)


def is_pure(low: Lowering, function: ast.expr) -> bool:
    """A built-in function, a method of a value, or a class: those that Argo can compute."""
    match function:
        case ast.Name(id=name) if name in (*FUNCTIONS, *NO_STEPS):
            return is_builtin(low, function)
        case ast.Attribute(value=owner, attr=method) if method in METHODS and is_value(low, owner):
            return True
        case _:
            return object_class(low, function) is not None or is_library_value(low, function)


def is_builtin(low: Lowering, node: ast.expr) -> bool:
    root = dotted(node)
    return root not in low.bound_somewhere and isinstance(resolve_node(low.view, low.path, node), Builtin)


def is_value(low: Lowering, node: ast.expr) -> bool:
    """Whether an expression is data of the body, and no module, class or template."""
    return isinstance(node, (ast.Constant, *OPERATIONS)) or (is_local(low, node) and not is_template(low, node))


def is_template(low: Lowering, node: ast.expr) -> bool:
    entity = resolve_node(low.view, low.path, node) if not isinstance(node, ast.Call) else None
    return isinstance(entity, Declared) and signature(low.view, entity.declaration) is not None


def is_local(low: Lowering, node: ast.expr) -> bool:
    """Whether a path begins at a parameter, a name of the body, or a call of a template."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        return node.id in low.names or node.id in low.parameters or node.id in low.bound_somewhere
    return isinstance(node, ast.Call | ast.NamedExpr)

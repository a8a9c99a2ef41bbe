"""What an expression that is no static value is called in messages."""

from __future__ import annotations

import ast

from athena_lsp.analysis.scope import dotted

SHAPES: dict[type[ast.expr], str] = {
    ast.Lambda: "a lambda",
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), "a comprehension"),
    ast.IfExp: "a conditional expression",
    ast.Subscript: "an index",
    ast.Compare: "a comparison",
    ast.BoolOp: "a logical expression",
    ast.Await: "an `await`",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: "an assignment expression",
    ast.Starred: "a starred expression",
}


def shape(node: ast.expr) -> str:
    """What kind of expression this is, in a phrase."""
    match node:
        case ast.Call(func=function):
            return f"a call of `{dotted(function)}`" if dotted(function) else "a call"
        case ast.Name(id=name):
            return f"`{name}`"
        case ast.Attribute():
            return f"`{dotted(node)}`" if dotted(node) else "an attribute"
        case _:
            return SHAPES.get(type(node), "a computed value")

"""Calls of a NewType: `UserId(3)` is what stands in the brackets, and nothing happens when it runs."""

from __future__ import annotations

import ast

from athena_lsp.analysis.scope import Declared, Entity, canonical, follow_node
from athena_lsp.analysis.view import View


def wrapped(view: View, entity: Entity | None, call: ast.Call) -> ast.expr | None:
    """The value that a call of a NewType is given; None for any other call. `entity` is what is called."""
    if not isinstance(entity, Declared) or entity.assigned is None or entity.assigned.code is None:
        return None
    made = entity.assigned.code.node
    if not isinstance(made, ast.Call) or len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
        return None
    maker = follow_node(view, entity.declaration.path, made.func)
    return call.args[0] if maker is not None and canonical(maker) == "NewType" else None

"""Calls in a workflow's body that are no plain steps: attempts, `isinstance`, joins, waits."""

from __future__ import annotations

import ast

from athena_lsp.analysis.call_options import lower_written
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.joins import lower_gather
from athena_lsp.analysis.kinds import type_test
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.pattern_cases import named_type
from athena_lsp.analysis.scope import Builtin, Runtime, resolve_node
from athena_lsp.analysis.types import show
from athena_lsp.analysis.waits import PARAMETERS, lower_wait
from athena_lsp.ir.model import Expr, Hole


def lower_special(low: Lowering, node: ast.Call, name: str, target: ast.expr | None, nested: bool) -> Expr | None:
    """The value of a call that is no plain step; None for a plain one."""
    written = lower_written(low, node, name, target, nested)
    if written is not None:
        return written
    if isinstance(node.func, ast.Name) and node.func.id == "isinstance" and len(node.args) == 2 and not node.keywords:
        entity = resolve_node(low.view, low.path, node.func)
        return _isinstance(low, node, node.args[1]) if isinstance(entity, Builtin) else None
    entity = resolve_node(low.view, low.path, node.func)
    if isinstance(entity, Runtime) and entity.name == "gather":
        return lower_gather(low, node, name)
    if isinstance(entity, Runtime) and entity.name in PARAMETERS:
        return lower_wait(low, node, entity.name, name)
    return None


def _isinstance(low: Lowering, node: ast.Call, class_: ast.expr) -> Expr:
    value, wanted = lower_expression(low, node.args[0]), named_type(low, class_)
    if isinstance(value, Hole):
        return value
    found = type_test(low.view, value, wanted) if wanted is not None else None
    if found is None:
        message = f"the JSON of `{show(value.type)}` does not tell whether it is a `{ast.unparse(class_)}`"
        return hole(low, node, "unsupported-expression", message, "ask in a `@container`", read=node)
    return found[0]

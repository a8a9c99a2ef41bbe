"""Lowering `try`: its body is tried as a whole, then one of two arms runs, as after an `if`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

from athena_lsp.analysis.branches import Plan, lower_arms
from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.paths import may_leave
from athena_lsp.analysis.scope import Runtime, resolve_node
from athena_lsp.ir.model import Bare, Expr, Hole, Inner, Output, StepRef, Tried, calls
from athena_lsp.ir.names import plain_name
from athena_lsp.ir.types import BOOL, UNRESOLVED

OK = "succeeded"
"""The output that says whether the body succeeded; no name of Python that is bound gets it, for those end in a dash."""


def lower_try(low: Lowering, node: ast.Try, rest: Sequence[ast.stmt]) -> None:
    """`try` with one `except StepFailed`, and the statements after it."""
    problem = _problem(low, node)
    if problem is not None:
        low.statements.append(Bare(span=problem.span, value=problem))
        low.further.block(low, [*node.body, *node.orelse, *rest])
        return
    handler = node.handlers[0]
    assert handler.type is not None  # by _problem
    span, task = low.span(handler.type), low.new_task("try")
    low.tasks.add(f"{task}-body")
    before = dict(low.names)
    outside, low.statements, names = low.statements, [], low.names
    low.names = dict(names)
    low.depth += 1
    low.further.block(low, node.body)
    low.depth -= 1
    made, inside = low.names, tuple(low.statements)
    low.names, low.statements = names, outside
    bound = {name: value for name, value in made.items() if value != before.get(name) and not isinstance(value, Hole)}
    outputs = [Output(span=span, name=OK, type=BOOL)]
    refs: dict[str, Expr] = {name: value for name, value in made.items() if isinstance(value, Hole)}
    for name, value in bound.items():
        output = Output(span=span, name=f"{plain_name(name)}-", type=value.type)
        outputs.append(output)
        refs[name] = StepRef(span=span, task=task, type=value.type, name=name, output=output.name)
    body = Inner(span=span, name=f"{task}-body", statements=inside, gives=tuple(bound.values()))
    if not calls(inside):
        low.names |= made
        low.statements += inside
        low.further.block(low, [*node.orelse, *rest])
        return
    low.statements.append(Tried(span=span, task=task, body=body, outputs=tuple(outputs)))
    ended_well = StepRef(span=span, task=task, type=BOOL, output=OK)
    done = Plan("else", span, ended_well, node.orelse, partial(low_names_update, low, refs))
    failed = Plan("except", span, None, handler.body, lambda: None)
    lower_arms(low, task, span, [done, failed], rest)


def low_names_update(low: Lowering, refs: dict[str, Expr]) -> None:
    """What the body has bound is there after a success, and only then."""
    low.names |= refs


def _problem(low: Lowering, node: ast.Try) -> Hole | None:
    if node.finalbody:
        message = "`finally` is not lowered"
        return _hole(
            low, node.finalbody[0], message, "call the step with `.options(on_exit=...)`, which runs in any case"
        )
    if len(node.handlers) != 1:
        where = node.handlers[1].type or node.handlers[1].body[0]
        return _hole(
            low, where, "a failed step is a `StepFailed`, whatever its pod raised", "write one `except StepFailed:`"
        )
    handler = node.handlers[0]
    entity = resolve_node(low.view, low.path, handler.type) if handler.type is not None else None
    if handler.type is None or not isinstance(entity, Runtime) or entity.name != "StepFailed":
        where = handler.type or handler.body[0]
        return _hole(low, where, "a workflow catches failed steps, and nothing else", "write `except StepFailed:`")
    if handler.name is not None:
        message = "the failure itself is not known here"
        return _hole(
            low, handler.type, message, "call the step with `.attempt(...)`, whose `Failed` says what happened"
        )
    if may_leave(node.body):
        message = "what is tried cannot leave the workflow or the loop"
        return _hole(low, node.body[0], message, "bind the value, and return in `else` or after the `try`")
    return None


def _hole(low: Lowering, node: ast.expr | ast.stmt, message: str, hint: str) -> Hole:
    return Hole(span=low.span(node), rule="unsupported-statement", message=message, hints=(hint,), type=UNRESOLVED)

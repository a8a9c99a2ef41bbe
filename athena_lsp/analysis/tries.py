"""Lowering `try`: its body is tried as a whole, then one of two arms runs, as after an `if`; or `finally` does."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from athena_lsp.analysis.branches import Plan, lower_arms, run_rest
from athena_lsp.analysis.caught import lower_caught
from athena_lsp.analysis.joining import CAUGHT
from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.paths import leaving, raises_again
from athena_lsp.analysis.scope import Runtime, resolve_node
from athena_lsp.ir.model import Bare, Constant, Expr, Hole, Inner, Output, Statement, StepRef, Tried, calls
from athena_lsp.ir.names import plain_name
from athena_lsp.ir.types import BOOL, STR, UNRESOLVED
from athena_lsp.ir.values import Text
from athena_lsp.records import replace
from athena_lsp.syntax.tree import descend
from athena_lsp.text import Span

FAILED = "a step within `try` has failed"
"""What is raised again where the failure has no name."""
OK = "succeeded"
"""The output that says whether the body succeeded; no name of Python that is bound gets it, for those end in a dash."""


def lower_try(low: Lowering, node: ast.Try, rest: Sequence[ast.stmt]) -> None:
    """`try` with one `except StepFailed`, and the statements after it."""
    problem = _problem(low, node)
    if problem is not None:
        low.statements.append(Bare(span=problem.span, value=problem))
        _mention(low, node.finalbody)
        low.further.block(low, [*node.body, *node.orelse, *rest])
        return
    if node.finalbody:
        _lower_finally(low, node, rest)
        return
    handler = node.handlers[0]
    assert handler.type is not None  # by _problem
    low.handlers |= {each for inner in handler.body for each in ast.walk(inner) if isinstance(each, ast.Raise)}
    if handler.name is not None:
        lower_caught(low, node, handler.name, rest)
        return
    span, task = low.span(handler.type), low.new_task("try")
    low.tasks.add(f"{task}-body")
    with _inside_try(low):
        made, inside = _apart(low, node.body)
    if not calls(inside):
        low.names |= made
        low.statements += inside
        run_rest(low, span, [*node.orelse, *rest])
        return
    tried, refs = _tried(low, span, task, made, inside)
    low.statements.append(replace(tried, is_handled=not raises_again(handler.body)))
    # Where the last statement binds a name, a failure means that it did not.
    early = node.body if not isinstance(node.body[-1], ast.Assign | ast.AnnAssign) else node.body[:-1]
    stored = {each.id for each in descend(*early) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    unsure = _unsure(low, handler.body[0], {name: value for name, value in made.items() if name in stored})
    ended_well = StepRef(span=span, task=task, type=BOOL, output=OK)
    caught = {CAUGHT: _text(span, FAILED)}
    done = Plan("else", span, ended_well, node.orelse, partial(low_names_update, low, refs), before=node.body)
    failed = Plan("except", span, None, handler.body, partial(low_names_update, low, unsure | caught))
    lower_arms(low, task, span, [done, failed], rest, form="except")


def _lower_finally(low: Lowering, node: ast.Try, rest: Sequence[ast.stmt]) -> None:
    """`finally` around all that stands before it, which is a `try` of its own when it has a handler."""
    nodes = node.body
    if node.handlers:
        inner = ast.Try(body=node.body, handlers=node.handlers, orelse=node.orelse, finalbody=[])
        nodes = [ast.copy_location(inner, node)]
    span, task = low.span(node.finalbody[0]), low.new_task("try")
    low.tasks.update((f"{task}-body", f"{task}-finally", f"{task}-check"))
    with _inside_try(low, caught=False):
        made, inside = _apart(low, nodes)
    names, partly = low.names, low.partly
    _mention(low, node.finalbody)
    low.names, low.partly = names | _unsure(low, node.finalbody[0], made), dict(partly)
    before = low.names
    last, ending = _apart(low, node.finalbody)
    low.names, low.partly = names, partly
    changed = {name: value for name, value in last.items() if value != before.get(name) and "-" not in name}
    if not calls(inside) or not calls(ending):
        low.statements += (*inside, *ending)
        low.names |= made | changed
    else:
        tried, refs = _tried(low, span, task, made, inside)
        final = Inner(span=span, name=f"{task}-finally", statements=ending, gives=())
        low.statements.append(replace(tried, final=final))
        message, hint = "what `finally` binds is known in it alone", "bind it after the `try`"
        low.names |= refs | dict.fromkeys(changed, _hole(low, node.finalbody[0], message, hint))
    run_rest(low, span, rest)


def _unsure(low: Lowering, node: ast.stmt, made: dict[str, Expr]) -> dict[str, Expr]:
    """The names that had another value before the body: in a handler and in `finally` they may have either."""
    hint = "give it a name of its own in the `try`, or bind it above"
    return {
        name: _hole(low, node, f"whether the `try` came as far as to bind `{name}` is not known here", hint)
        for name, value in made.items()
        if name in low.names and "-" not in name and value != low.names[name] and not isinstance(value, Hole)
    }


def _mention(low: Lowering, nodes: Sequence[ast.stmt]) -> None:
    """Names count as used where they are written, whatever becomes of that place."""
    for inner in (inner for node in nodes for inner in ast.walk(node)):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            low.reads(inner.id)


def _apart(low: Lowering, nodes: Sequence[ast.stmt]) -> tuple[dict[str, Expr], tuple[Statement, ...]]:
    """Statements lowered on their own, and the names after them."""
    outside = low.names, low.statements
    low.names, low.statements = dict(low.names), []
    low.depth += 1
    low.further.block(low, nodes)
    low.depth -= 1
    made, inside = low.names, tuple(low.statements)
    low.names, low.statements = outside
    return made, inside


def _tried(
    low: Lowering, span: Span, task: str, made: dict[str, Expr], inside: tuple[Statement, ...]
) -> tuple[Tried, dict[str, Expr]]:
    """The region of a body, and the names as they are known after it."""
    before = low.names
    bound = {name: value for name, value in made.items() if value != before.get(name) and not isinstance(value, Hole)}
    outputs = [Output(span=span, name=OK, type=BOOL)]
    refs: dict[str, Expr] = {name: value for name, value in made.items() if isinstance(value, Hole)}
    known = {name: value for name, value in bound.items() if "-" in name and isinstance(value, Constant)}
    refs |= known
    for name, value in bound.items():
        if name in known:
            continue
        output = Output(span=span, name=f"{plain_name(name)}-", type=value.type)
        outputs.append(output)
        refs[name] = StepRef(span=span, task=task, type=value.type, name=name, output=output.name)
    body = Inner(
        span=span,
        name=f"{task}-body",
        statements=inside,
        gives=tuple(bound[name] for name in bound if name not in known),
    )
    return Tried(span=span, task=task, body=body, outputs=tuple(outputs)), refs


def low_names_update(low: Lowering, refs: dict[str, Expr]) -> None:
    """What the body has bound is there after a success, and only then."""
    low.names |= refs


def _problem(low: Lowering, node: ast.Try) -> Hole | None:
    if node.finalbody:
        exits = [each for inner in node.finalbody for each in leaving(inner) if not isinstance(each, ast.Raise)]
        if exits:
            message = "what stands in a `finally` cannot leave the workflow or the loop"
            return _hole(low, exits[0], message, "leave after the `try`")
        return None
    handler = node.handlers[0]
    entity = resolve_node(low.view, low.path, handler.type) if handler.type is not None else None
    if handler.type is None or not isinstance(entity, Runtime) or entity.name != "StepFailed":
        start = low.tree.source.offset_of_bytes(handler.lineno, handler.col_offset)
        where = low.span(handler.type) if handler.type is not None else Span(start, start + len("except"))
        return Hole(
            span=where,
            rule="unsupported-statement",
            message="a workflow catches failed steps, and nothing else",
            hints=("write `except StepFailed:`",),
            rewrite="StepFailed" if handler.type is not None else "except StepFailed",
            type=UNRESOLVED,
        )
    if len(node.handlers) != 1:
        further = node.handlers[1].type or node.handlers[1].body[0]
        return _hole(
            low, further, "a failed step is a `StepFailed`, whatever its pod raised", "write one `except StepFailed:`"
        )
    return None


@contextmanager
def _inside_try(low: Lowering, *, caught: bool = True) -> Iterator[None]:
    """Lower what is tried: its failures are no values there, and have a handler when they are caught."""
    before = low.trying, low.throwing
    low.trying, low.throwing = low.trying + caught, False
    try:
        yield
    finally:
        low.trying, low.throwing = before


def _text(span: Span, text: str) -> Constant:
    return Constant(span=span, value=Text(span=span, value=text), type=STR)


def _hole(low: Lowering, node: ast.expr | ast.stmt, message: str, hint: str) -> Hole:
    return Hole(span=low.span(node), rule="unsupported-statement", message=message, hints=(hint,), type=UNRESOLVED)

"""Lowering `raise` and `assert`: they end the workflow as a failed step does, and say why."""

from __future__ import annotations

import ast

from athena_lsp.analysis.attempts import STEP_FAILED_TYPE, failure, said
from athena_lsp.analysis.bounded import note_values
from athena_lsp.analysis.expressions import lower_expression, reading_of
from athena_lsp.analysis.joining import CAUGHT, ERROR, RETURN, RETURNED, THROWN, no_value, truth
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.pure_base import NotExactError
from athena_lsp.analysis.pure_calls import as_text
from athena_lsp.analysis.scope import Builtin, Declared, Runtime, dotted, resolve_node
from athena_lsp.ir.model import Bare, Computed, Constant, Expr, Fail, Hole
from athena_lsp.ir.types import STR, Unresolved
from athena_lsp.ir.values import Text
from athena_lsp.records import dataclass
from athena_lsp.text import Span

STEP_FAILURES = ("StepFailed", "JoinNotMet")
"""What `except StepFailed` catches when a workflow raises it."""
NO_EXCEPTION = "a workflow raises an exception with one text, which says why it fails"
WRITE = 'write `raise StepFailed("why")`, for example'


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception as it is raised."""

    name: str
    text: Expr | None
    """What it says; None for nothing."""
    is_step_failure: bool
    again: Expr | None = None
    """The failure that is raised once more."""


def lower_raise(low: Lowering, node: ast.Raise) -> None:
    """`raise`: the run fails here, unless a `try` around catches it. Nothing below it is reached."""
    found = _raised(low, node)
    span = low.span(node)
    if isinstance(found, Hole):
        low.statements.append(Bare(span=found.span, value=found))
    elif low.throwing and found.is_step_failure:
        note_values(low)
        low.names[ERROR] = found.again or failure(span, found.text or _text(span, ""))
        low.names[THROWN] = truth(span, value=True)
        return
    elif low.trying and not found.is_step_failure:
        message = (
            f"`except StepFailed` does not catch the `{found.name}` that the workflow itself raises, "
            "and Argo cannot tell it from a failed step"
        )
        hint = "raise a `StepFailed`, or raise it outside of the `try`"
        value = hole(low, node.exc, "unsupported-statement", message, hint) if node.exc else None
        low.statements.append(Bare(span=span, value=value or _no_exception(low, node)))
    else:
        low.statements.append(Fail(span=span, task=low.new_task("fail"), message=_message(span, found)))
    low.names[RETURN] = no_value(span)
    low.names[RETURNED] = truth(span, value=True)


def as_branch(node: ast.Assert) -> ast.If:
    """`assert c, m` as `if not c: raise AssertionError(m)`."""
    name = ast.copy_location(ast.Name(id="AssertionError", ctx=ast.Load()), node)
    called = ast.copy_location(ast.Call(func=name, args=[node.msg] if node.msg else [], keywords=[]), node)
    raised = ast.copy_location(ast.Raise(exc=called, cause=None), node)
    negated = ast.copy_location(ast.UnaryOp(op=ast.Not(), operand=node.test), node.test)
    return ast.copy_location(ast.If(test=negated, body=[raised], orelse=[]), node)


def _raised(low: Lowering, node: ast.Raise) -> Raised | Hole:
    match node.exc:
        case None:
            caught = low.names.get(CAUGHT)
            if caught is None or node not in low.handlers:
                message, hint = "there is no failure here to raise again", WRITE
                return Hole(span=low.span(node), rule="unsupported-statement", message=message, hints=(hint,), type=STR)
            return _again(caught)
        case ast.Name(id=name) if name in low.names and low.names[name].type == STEP_FAILED_TYPE:
            return _again(lower_expression(low, node.exc))
        case ast.Call(func=function, args=args, keywords=[]) if len(args) <= 1:
            name = _exception(low, function)
            text = _said(low, args[0]) if args else None
            if isinstance(text, Hole):
                return text
        case written:
            name, text = _exception(low, written), None
    if not name or (name in STEP_FAILURES and text is None):
        return _no_exception(low, node)
    return Raised(name, text, name in STEP_FAILURES)


def _again(caught: Expr) -> Raised:
    """What was caught, once more; a text of what is known of it, or the failure itself."""
    known = caught.type == STEP_FAILED_TYPE
    return Raised("StepFailed", caught if not known else None, is_step_failure=True, again=caught if known else None)


def _exception(low: Lowering, node: ast.expr) -> str:
    """The name of the exception's class; empty for what is none that is known."""
    entity = resolve_node(low.view, low.path, node) if dotted(node) else None
    match entity:
        case Builtin(name=name) if name.endswith(("Error", "Exception", "Exit", "Interrupt", "Warning", "Timeout")):
            return name
        case Runtime(name=name) if name.endswith(("Error", "Failed", "Met")):
            return name
        case Declared() if entity.class_ is not None:
            return entity.declaration.name
        case _:
            return ""


def _said(low: Lowering, node: ast.expr) -> Expr:
    """The text of an exception."""
    value = lower_expression(low, node)
    if isinstance(value, Hole) or isinstance(value.type, Unresolved):
        return value
    try:
        return as_text(reading_of(low), node, value)
    except NotExactError as error:
        return hole(low, error.node, "unsupported-expression", error.message, error.hint)


def _message(span: Span, found: Raised) -> Expr:
    """`ValueError: too large`: the text with which the run fails."""
    text = found.text if found.again is None else said(span, found.again)
    if text is None:
        return _text(span, found.name)
    return _made(span, _text(span, f"{found.name}: "), text)


def _made(span: Span, *parts: Expr) -> Expr:
    return Computed(span=span, operation="concatenate", operands=parts, type=STR)


def _text(span: Span, text: str) -> Constant:
    return Constant(span=span, value=Text(span=span, value=text), type=STR)


def _no_exception(low: Lowering, node: ast.Raise) -> Hole:
    where = low.span(node.exc) if node.exc is not None else low.span(node)
    return Hole(span=where, rule="unsupported-statement", message=NO_EXCEPTION, hints=(WRITE,), type=STR)

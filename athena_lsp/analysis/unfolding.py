"""Statements taken apart: each call of a step in a statement of its own, in the order in which Python calls them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from copy import copy
from typing import TypeVar

from athena_lsp.analysis.calling import has_calls, linked
from athena_lsp.analysis.lowering import Lowering
from athena_lsp.analysis.scope import Declared, dotted, resolve_node
from athena_lsp.analysis.signatures import signature
from athena_lsp.ir.model import Kind

HIDDEN = "athena-part"
"""What stands before a number in the name of a value that the program has no name for."""
N = TypeVar("N", bound=ast.AST)


class Throwing(ast.Assign):
    """An attempt of a step, bound to a name: its failure leaves the `try`."""


class Chosen(ast.If):
    """A conditional expression, or `a and b()`, as a statement."""


class Hidden(ast.If):
    """A branch that the program does not have as such."""


def unfolded(low: Lowering, nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements, with a `Throwing` for each call of a step that no other `try` is around."""
    return [made for node in nodes for made in _statement(low, node)]


def _statement(low: Lowering, node: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    match node:
        case ast.Assign(targets=[ast.Name() as target], value=value) if _is_attempted(low, value):
            found.append(_throwing(target, _attempt(low, value, found)))
        case ast.Expr(value=value) if _is_attempted(low, value):
            found.append(_throwing(_hidden(low, value, ast.Store()), _attempt(low, value, found)))
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Return() if node.value is not None:
            found.append(_changed(node, value=_hoisted(low, node.value, found)))
        case ast.Raise(exc=ast.Call(args=args) as call):
            made = _changed(call, args=[_hoisted(low, each, found) for each in args])
            found.append(_changed(node, exc=made))
        case ast.If(test=test, body=body, orelse=orelse):
            test = _hoisted(low, test, found)
            found.append(_changed(node, test=test, body=unfolded(low, body), orelse=unfolded(low, orelse)))
        case ast.Assert(test=test):
            found.append(_changed(node, test=_hoisted(low, test, found)))
        case ast.Match(subject=subject, cases=cases):
            subject = _hoisted(low, subject, found)
            cases = [_changed(case, body=unfolded(low, case.body)) for case in cases]
            found.append(_changed(node, subject=subject, cases=cases))
        case ast.For(iter=iterated, body=body, orelse=orelse):
            iterated = _hoisted(low, iterated, found)
            found.append(_changed(node, iter=iterated, body=unfolded(low, body), orelse=unfolded(low, orelse)))
        case ast.Try(handlers=[_, *_] as handlers, orelse=orelse):
            handlers = [_changed(handler, body=unfolded(low, handler.body)) for handler in handlers]
            found.append(_changed(node, handlers=handlers, orelse=unfolded(low, orelse)))
        case _:
            found.append(node)
    return found


def _hoisted(low: Lowering, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
    """The expression without calls of steps, which stand in statements before it."""
    if not has_calls(low, node):
        return node
    match node:
        case _ if _is_attempted(low, node):
            attempt = _attempt(low, node, before)
            before.append(_throwing(_hidden(low, node, ast.Store()), attempt))
            return _again(before)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            test = _hoisted(low, test, before)
            name = _hidden(low, node, ast.Store())
            arms: tuple[list[ast.stmt], list[ast.stmt]] = [], []
            for arm, value in zip(arms, (body, orelse), strict=True):
                arm.append(_assigned(name, _hoisted(low, value, arm)))
            before.append(ast.copy_location(Chosen(test=test, body=arms[0], orelse=arms[1]), node))
            return _loaded(name)
        case ast.BoolOp(op=op, values=[first, *others]) if has_calls(low, *others):
            name = _hidden(low, node, ast.Store())
            before.append(_assigned(name, _hoisted(low, first, before)))
            then: list[ast.stmt] = []
            further = others[0] if len(others) == 1 else ast.copy_location(ast.BoolOp(op=op, values=others), node)
            then.append(_assigned(name, _hoisted(low, further, then)))
            branch: ast.If = Chosen(test=_loaded(name), body=then, orelse=[])
            if isinstance(op, ast.Or):
                decided = ast.copy_location(ast.UnaryOp(op=ast.Not(), operand=_loaded(name)), node)
                branch = Hidden(test=decided, body=then, orelse=[])
            before.append(ast.copy_location(branch, node))
            return _loaded(name)
        case ast.Compare(ops=[_, _, *_], comparators=others) if has_calls(low, *others):
            return _hoisted(low, linked(low, node), before)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.Lambda():
            return node
        case _:
            return _with_parts(low, node, before)


def _with_parts(low: Lowering, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
    """The expression with its parts hoisted, from left to right."""
    made = copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.expr):
            setattr(made, name, _hoisted(low, value, before))
        elif isinstance(value, list):
            setattr(made, name, [_part(low, each, before) for each in value])
    return made


def _part(low: Lowering, node: object, before: list[ast.stmt]) -> object:
    if isinstance(node, ast.keyword):
        return _changed(node, value=_hoisted(low, node.value, before))
    return _hoisted(low, node, before) if isinstance(node, ast.expr) else node


def _is_attempted(low: Lowering, node: ast.expr) -> bool:
    """A call of a step; or a list of such calls, one for each element of a list."""
    match node:
        case ast.Call(func=function):
            return _is_step(low, function)
        case ast.ListComp(elt=ast.Call(func=function) as call, generators=[generator]):
            inner = (*call.args, *(each.value for each in call.keywords), *generator.ifs)
            return _is_step(low, function) and not has_calls(low, *inner)
        case _:
            return False


def _attempt(low: Lowering, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
    """The same with `.attempt`, and with the calls in its arguments hoisted."""
    match node:
        case ast.ListComp(elt=ast.Call() as call, generators=[generator]):
            iterated = _hoisted(low, generator.iter, before)
            made = _changed(call, func=ast.copy_location(_attempted(call.func), call.func))
            return _changed(node, elt=made, generators=[_changed(generator, iter=iterated)])
        case ast.Call(func=function, args=args, keywords=keywords):
            args = [_hoisted(low, each, before) for each in args]
            keywords = [_changed(each, value=_hoisted(low, each.value, before)) for each in keywords]
            return _changed(node, func=ast.copy_location(_attempted(function), function), args=args, keywords=keywords)
        case _:
            return node


def _attempted(function: ast.expr) -> ast.Attribute:
    return ast.Attribute(value=function, attr="attempt", ctx=ast.Load())


def _is_step(low: Lowering, function: ast.expr) -> bool:
    """Whether a call of this is a call of a step: of a template, or of one with options."""
    while isinstance(function, ast.Call) and isinstance(function.func, ast.Attribute):
        if function.func.attr != "options":
            return False
        function = function.func.value
    root = dotted(function).partition(".")[0]
    if not root or root in low.parameters or root in low.bound_somewhere:
        return False
    entity = resolve_node(low.view, low.path, function)
    callee = signature(low.view, entity.declaration) if isinstance(entity, Declared) else None
    return callee is not None and callee.kind is not Kind.FRAGMENT


def _throwing(target: ast.Name, value: ast.expr) -> Throwing:
    return ast.copy_location(Throwing(targets=[target], value=value), value)


def _assigned(target: ast.Name, value: ast.expr) -> ast.Assign:
    return ast.copy_location(ast.Assign(targets=[target], value=value), value)


def _hidden(low: Lowering, node: ast.expr, context: ast.expr_context) -> ast.Name:
    return ast.copy_location(ast.Name(id=low.new_task(HIDDEN), ctx=context), node)


def _loaded(name: ast.Name) -> ast.Name:
    return ast.copy_location(ast.Name(id=name.id, ctx=ast.Load()), name)


def _again(before: list[ast.stmt]) -> ast.Name:
    """The name that the last statement binds."""
    last = before[-1]
    assert isinstance(last, ast.Assign)  # the caller has appended it
    (target,) = last.targets
    assert isinstance(target, ast.Name)
    return _loaded(target)


def _changed(node: N, **changes: object) -> N:
    """A copy with other fields: trees are shared, and never changed."""
    made = copy(node)
    for name, value in changes.items():
        setattr(made, name, value)
    return made

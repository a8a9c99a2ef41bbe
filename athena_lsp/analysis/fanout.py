"""Lowering comprehensions and `for`: what is done for each element of a list, and the list of what it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.lowering import LoopAround, Lowering, hole
from athena_lsp.analysis.nested import in_turns
from athena_lsp.analysis.paths import leaving
from athena_lsp.analysis.pure_base import as_list
from athena_lsp.analysis.scope import Runtime, resolve_node
from athena_lsp.analysis.sources import Loop, lower_loop, made, product
from athena_lsp.analysis.static import read_value
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import RESULT, Bare, Each, Expr, Hole, Inner, Output, Statement, Step, StepRef
from athena_lsp.ir.operations import HoleRule
from athena_lsp.ir.types import ANY, UNRESOLVED, ArtifactOf, ListOf, UnionOf
from athena_lsp.ir.values import Number
from athena_lsp.records import replace
from athena_lsp.syntax.tree import descend
from athena_lsp.text import Span

NO_RETURN = (
    "a turn cannot end the loop: the turns under `parallel` know nothing of each other",
    "leave out `parallel`: then they follow each other",
)
IN_ORDER = 1
"""So many turns of a plain `for` run at a time."""


def lower_comprehension(low: Lowering, node: ast.ListComp, name: str, target: ast.expr | None) -> Expr:
    """`[step(x, k) for x in xs if condition]`: a step, several, or an expression, for each element."""
    if (nested := in_turns(low, node)) is not None:
        return _flat(low, node, lower_comprehension(low, nested, name, target))
    with _scope(low):
        loops: list[Loop] = []
        for number, generator in enumerate(node.generators):
            count = len(low.statements)
            if generator.is_async:
                return hole(low, node, "unsupported-expression", "a workflow is not `async`", "write `for`", read=node)
            loop = lower_loop(low, generator.target, generator.iter, generator.ifs)
            if isinstance(loop, Hole):
                return loop
            if number and len(low.statements) > count:
                del low.statements[count:]
                message = "a step cannot make the list of an inner `for`"
                hint = "call it in a comprehension of its own, inside this one"
                return hole(low, generator.iter, "unsupported-expression", message, hint, read=node)
            loops.append(loop)
        span = low.span(node)
        outside, low.statements = low.statements, []
        element = lower_expression(low, node.elt, name, target)
        inside, low.statements = low.statements, outside
        if isinstance(element, Hole):
            return element
        if not inside:
            return _pure(loops, element, span)
        if len(loops) > 1:  # the names are parts of one row now, so the element is read anew
            low.tasks -= {each.task for each in inside if isinstance(each, Step)}
            whole = product(low, loops, span)
            low.statements = []
            element = lower_expression(low, node.elt, name, target)
            inside, low.statements = low.statements, outside
        else:
            whole = loops[0]
        if isinstance(element.type, ArtifactOf):
            message = "a fan-out over this would give a list of artifacts, and Argo has none"
            return hole(low, node.elt, "unsupported-expression", message, "return plain data from the step", read=node)
        return _calls(low, whole, inside, element, name, span)


def _flat(low: Lowering, node: ast.ListComp, lists: Expr) -> Expr:
    """One list of the lists that the turns give."""
    item = as_list(lists.type)
    if isinstance(lists, Hole) or item is None:
        return lists
    members = item.members if isinstance(item, UnionOf) else (item,)
    found = [inner for each in members if (inner := as_list(each)) is not None]
    inner = union([each for each in found if each != ANY] or [ANY])
    span = low.span(node)
    element = ItemRef(span=span, name="part", type=item, loop=low.new_task("each"))
    return made(span, "each-flat", ListOf(inner), lists, element, item=element)


def lower_for(low: Lowering, node: ast.For) -> None:
    """`for x in xs:` one after the other, `for x in parallel(xs, limit=n):` at once."""
    span = low.span(node.iter)
    found = _problem(low, node)
    if found is not None:
        low.statements.append(Bare(span=found.span, value=found))
        return
    iterated, limit = _limit(low, node.iter)
    if isinstance(limit, Hole):
        low.statements.append(Bare(span=limit.span, value=limit))
        return
    targets = {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
    stored = {
        each.id
        for each in descend(*node.body)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id not in targets
    }
    with _scope(low):
        found_loop = lower_loop(low, node.target, iterated, [])
        loop = found_loop if isinstance(found_loop, Loop) else None
        if isinstance(found_loop, Hole):
            low.statements.append(Bare(span=found_loop.span, value=found_loop))
        low.names |= {name: _carried(name, span) for name in stored}
        outside, low.statements = low.statements, []
        low.depth += 1
        low.loops = [LoopAround((), can_break=False)]
        if loop is not None:
            low.further.block(low, node.body)
        low.depth -= 1
        inside, low.statements = low.statements, outside
    if loop is not None:
        task = loop.item.loop
        low.tasks.add(f"{task}-turn")
        body = Inner(span=span, name=f"{task}-turn", statements=tuple(inside), gives=())
        low.statements.append(
            Each(span=span, task=task, item=loop.item, source=loop.source, limit=limit, body=body, outputs=())
        )
    low.names |= {name: _carried(name, span) for name in stored}
    if node.orelse:
        low.further.block(low, node.orelse)


def is_in_order(low: Lowering, node: ast.For) -> bool:
    """Whether the turns follow each other, and fill no list."""
    entity = resolve_node(low.view, low.path, node.iter.func) if isinstance(node.iter, ast.Call) else None
    return not (isinstance(entity, Runtime) and entity.name == "parallel") and _filled(low, node) is None


def _problem(low: Lowering, node: ast.For) -> Hole | None:
    """What a turn cannot do: they know nothing of each other."""
    for inner in (found for each in node.body for found in leaving(each)):
        if isinstance(inner, ast.Return | ast.Break):
            return _told(low, inner, "unsupported-statement", *NO_RETURN)
    return _filled(low, node)


def _filled(low: Lowering, node: ast.For) -> Hole | None:
    for inner in descend(*node.body):
        match inner:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "add" | "update")):
                message = f"`{name}` would be filled turn by turn, and no turn hands it on"
                hint = "write a comprehension: its value is the list of results"
                return _told(low, inner, "loop-carried-fan-out", message, hint)
            case _:
                pass
    return None


def _told(low: Lowering, node: ast.expr | ast.stmt, rule: HoleRule, message: str, hint: str) -> Hole:
    return Hole(span=low.span(node), rule=rule, message=message, hints=(hint,), type=UNRESOLVED)


def _limit(low: Lowering, node: ast.expr) -> tuple[ast.expr, int | Hole | None]:
    """The list, and how many turns run at a time; None for no limit."""
    entity = resolve_node(low.view, low.path, node.func) if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or not isinstance(entity, Runtime) or entity.name != "parallel":
        return node, IN_ORDER
    limit: int | None = None
    for keyword in node.keywords:
        value = read_value(low.place, keyword.value)
        if keyword.arg != "limit" or not (
            isinstance(value, Number) and isinstance(value.value, int) and value.value > 0
        ):
            message = "`parallel` takes a list and `limit=`, a number of turns, 1 or more"
            return node, hole(low, keyword.value, "unsupported-expression", message, "write `limit=8`, for example")
        limit = value.value
    if len(node.args) != 1:
        message = "`parallel` takes one list"
        return node, hole(low, node, "unsupported-expression", message, "write `parallel(xs)`", read=node)
    return node.args[0], limit


def _carried(name: str, span: Span) -> Hole:
    message = f"`{name}` is bound in a turn of the loop, and no turn hands it on"
    hint = "bind it before the loop, and leave out `parallel`: then each turn hands it on; or write a comprehension"
    return Hole(span=span, rule="loop-carried-fan-out", message=message, hints=(hint,), type=UNRESOLVED)


def _pure(loops: list[Loop], element: Expr, span: Span) -> Expr:
    """A list that Argo computes."""
    found = made(span, "each", ListOf(element.type), loops[-1].source, element, item=loops[-1].item)
    for loop in reversed(loops[:-1]):
        found = made(span, "each-flat", found.type, loop.source, found, item=loop.item)
    return found


def _calls(low: Lowering, loop: Loop, inside: list[Statement], element: Expr, name: str, span: Span) -> Expr:
    """One call for each element, or a body of its own for whatever there is more."""
    only = inside[0] if len(inside) == 1 else None
    if isinstance(only, Step) and only.item is None and isinstance(element, StepRef) and element.task == only.task:
        low.statements.append(replace(only, span=span, item=loop.item, source=loop.source))
        return StepRef(span=span, task=only.task, type=ListOf(element.type), name=name)
    task = low.new_task(loop.item.loop)
    low.tasks.add(f"{task}-turn")
    body = Inner(span=span, name=f"{task}-turn", statements=tuple(inside), gives=(element,))
    output = Output(span=span, name=RESULT, type=ListOf(element.type))
    low.statements.append(
        Each(span=span, task=task, item=loop.item, source=loop.source, limit=None, body=body, outputs=(output,))
    )
    return StepRef(span=span, task=task, type=output.type, name=name)


@contextmanager
def _scope(low: Lowering) -> Iterator[None]:
    """Lower with loop variables in scope, and forget them afterwards; a `break` inside belongs to no loop around."""
    names, partly, loops = dict(low.names), dict(low.partly), low.loops
    low.loops = []
    try:
        yield
    finally:
        low.names, low.partly, low.loops = names, partly, loops

"""The text of a call's arguments: where one more can be written, and what to take away with one that is too many."""

from __future__ import annotations

import ast

from athena_lsp.ir.model import Given
from athena_lsp.ir.room import Named, Room, Spare
from athena_lsp.records import replace
from athena_lsp.syntax.tree import Tree
from athena_lsp.text import Span


def room_for_argument(tree: Tree, call: ast.Call, names: tuple[Named, ...]) -> Room | None:
    """Where a further argument can be inserted, when `names` are at hand.

    None for the one argument that must stand alone, a generator without brackets of its own.
    """
    if any(isinstance(argument, ast.GeneratorExp) for argument in call.args):
        return None
    extents = _extents(tree, call)
    at = extents[-1].end if extents else _start(tree, call)
    return Room(span=Span(at, at), separator=", " if extents else "", names=names)


def with_spares(
    tree: Tree,
    call: ast.Call,
    given: tuple[Given, ...],
    written: tuple[ast.expr | ast.keyword, ...],
    spare: tuple[Given, ...],
) -> tuple[Given, ...]:
    """Arguments that nothing takes, each with its text; `written` is where each of `given` comes from."""
    if not spare:
        return ()
    nodes = {id(argument): node for argument, node in zip(given, written, strict=True)}
    return tuple(replace(each, spare=_spare(tree, call, nodes[id(each)])) for each in spare)


def _spare(tree: Tree, call: ast.Call, argument: ast.expr | ast.keyword) -> Spare:
    nodes, extents = _in_order(tree, call), _extents(tree, call)
    number = nodes.index(argument)
    whole = extents[number]
    if number > 0:
        return Spare(whole, Span(extents[number - 1].end, whole.end))
    if len(extents) > 1:
        return Spare(whole, Span(whole.start, extents[1].start))
    return Spare(whole, Span(whole.start, tree.span(call).end - 1))


def _in_order(tree: Tree, call: ast.Call) -> list[ast.expr | ast.keyword]:
    nodes: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    return sorted(nodes, key=lambda node: tree.span(node).start)


def _extents(tree: Tree, call: ast.Call) -> list[Span]:
    """Where each argument stands, with the brackets around it that its node knows nothing of."""
    end = tree.span(call).end - 1
    at = _start(tree, call)
    nodes = _in_order(tree, call)
    found: list[Span] = []
    for node, following in zip(nodes, [*nodes[1:], None], strict=False):
        span = tree.span(node)
        start = _skipped(tree.text, at, span.start)
        limit = tree.span(following).start if following is not None else end
        last, at = _closed(tree.text, span.end, limit)
        found.append(Span(start, last))
    return found


def _start(tree: Tree, call: ast.Call) -> int:
    """The place behind the bracket that begins the arguments; the function may stand in brackets itself."""
    text, behind = tree.text, tree.span(call.func).end
    return next((at + 1 for at in _code(text, behind, tree.span(call).end) if text[at] == "("), behind)


def _skipped(text: str, start: int, end: int) -> int:
    """The first character that is neither blank nor in a comment."""
    return next((at for at in _code(text, start, end) if not text[at].isspace() and text[at] != "\\"), end)


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """The end of the brackets that close behind an argument, and the place behind its comma."""
    last = start
    for at in _code(text, start, end):
        if text[at] == ")":
            last = at + 1
        elif text[at] == ",":
            return last, at + 1
    return last, end


def _code(text: str, start: int, end: int) -> list[int]:
    """The offsets of a range that stand in no comment."""
    found: list[int] = []
    at = start
    while at < end:
        if text[at] == "#":
            while at < end and text[at] not in "\r\n":
                at += 1
            continue
        found.append(at)
        at += 1
    return found

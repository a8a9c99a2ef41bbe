"""Statements that use a name too early or on too many paths, moved to where it has a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from athena_lsp.analysis.removing import bodies, lines_of
from athena_lsp.syntax.tree import Tree, descend, parse
from athena_lsp.text import Span, TextEdit


def moved_into_arm(text: str, at: int, name: str) -> tuple[TextEdit, ...]:
    """The edits that move the statement at an offset to the end of the only arm, right above it, that binds a name."""
    tree = parse(text)
    for body, number in _places(tree, at):
        arms = [arm for arm in _arms(body[number - 1]) if name in _stored(*arm)] if number else []
        own, lines = body[number], lines_of(tree, body[number])
        later = body[number + 1 :]
        if len(arms) != 1 or lines is None or _stored(own) & _loaded(*later) or isinstance(own, ast.Return):
            continue
        last = arms[0][-1]
        target = lines_of(tree, last)
        if target is None or isinstance(last, ast.Return | ast.Break | ast.Continue | ast.Raise):
            continue
        moved = _indented(tree, own, lines, _indent(tree, last))
        if moved is not None:
            return _swap(tree, lines, target.end, moved)
    return ()


def moved_above(text: str, at: int, name: str) -> tuple[TextEdit, ...]:
    """The edits that move the statement which binds a name above the one at an offset, which uses it; none where it
    needs what stands between them."""
    tree = parse(text)
    for body, number in _places(tree, at):
        binding = next(
            (each for each in body[number + 1 :] if isinstance(each, ast.Assign) and name in _stored(each)), None
        )
        if binding is None:
            continue
        between = body[number : body.index(binding)]
        target, lines = lines_of(tree, body[number]), lines_of(tree, binding)
        if target is not None and lines is not None and not _stored(*between) & _loaded(binding):
            return _swap(tree, lines, target.start, lines.of(text))
    return ()


def _places(tree: Tree, at: int) -> Iterator[tuple[list[ast.stmt], int]]:
    """The statements around an offset, the innermost first, each with the list that it stands in."""
    found = [
        (body, number)
        for body in bodies(tree)
        for number, statement in enumerate(body)
        if tree.start(statement) <= at < tree.span(statement).end
    ]
    yield from reversed(found)


def _arms(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    match statement:
        case ast.If(body=body, orelse=orelse):
            yield body
            if len(orelse) == 1 and isinstance(orelse[0], ast.If):
                yield from _arms(orelse[0])
            elif orelse:
                yield orelse
        case ast.Match(cases=cases):
            yield from (case.body for case in cases)
        case ast.Try(body=body, handlers=handlers, orelse=orelse):
            yield orelse or body
            yield from (handler.body for handler in handlers)
        case _:
            return


def _swap(tree: Tree, lines: Span, at: int, moved: str) -> tuple[TextEdit, ...]:
    before = "" if at == 0 or tree.text[at - 1] == "\n" else "\n"
    return (TextEdit(Span(at, at), before + moved.rstrip("\n") + "\n"), TextEdit(lines, ""))


def _indented(tree: Tree, statement: ast.stmt, lines: Span, indent: str) -> str | None:
    """The lines with another indent; None where a text goes over several of them."""
    nodes = (each for each in descend(statement) if isinstance(each, ast.Constant | ast.JoinedStr))
    if any(each.lineno != each.end_lineno for each in nodes):
        return None
    old = _indent(tree, statement)
    rows = lines.of(tree.text).split("\n")
    return "\n".join(indent + row.removeprefix(old) if row.strip() else row for row in rows)


def _indent(tree: Tree, statement: ast.stmt) -> str:
    start = tree.start(statement)
    return tree.text[tree.source.line_starts[tree.source.line_of(start)] : start]


def _stored(*statements: ast.stmt) -> set[str]:
    return {each.id for each in _names(*statements) if isinstance(each.ctx, ast.Store)}


def _loaded(*statements: ast.stmt) -> set[str]:
    return {each.id for each in _names(*statements) if isinstance(each.ctx, ast.Load)}


def _names(*statements: ast.stmt) -> Iterator[ast.Name]:
    own = {
        id(name)
        for each in descend(*statements)
        if isinstance(each, ast.comprehension)
        for name in descend(each.target)
    }
    return (each for each in descend(*statements) if isinstance(each, ast.Name) and id(each) not in own)

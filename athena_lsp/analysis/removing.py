"""Taking a statement out of a block, or putting it elsewhere in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from athena_lsp.syntax.tree import Tree, descend, parse
from athena_lsp.text import Span, TextEdit

LISTS = ("body", "orelse", "finalbody")


def removal(text: str, span: Span) -> TextEdit | None:
    """The edit that removes the statements in a span with their lines; `pass` where they are all that a body has."""
    tree = parse(text)
    for body in bodies(tree):
        inside = [each for each in body if span.start <= tree.start(each) and tree.span(each).end <= span.end]
        if not inside:
            continue
        if len(inside) == len(body):
            return TextEdit(Span(tree.start(inside[0]), tree.span(inside[-1]).end), "pass")
        first, last = lines_of(tree, inside[0]), lines_of(tree, inside[-1])
        return TextEdit(Span(first.start, last.end), "") if first and last else None
    return None


def lines_of(tree: Tree, statement: ast.stmt) -> Span | None:
    """The lines of a statement, with their end; None where something else stands on them."""
    whole = tree.span(statement)
    start = tree.source.line_starts[tree.source.line_of(whole.start)]
    end = tree.text.find("\n", whole.end) + 1 or len(tree.text)
    behind = tree.text[whole.end : end].strip()
    is_alone = not tree.text[start : whole.start].strip() and (not behind or behind.startswith("#"))
    return Span(start, end) if is_alone else None


def bodies(tree: Tree) -> Iterator[list[ast.stmt]]:
    """Every list of statements inside others, the outer ones first."""
    for node in descend(*tree.statements):
        for name in LISTS:
            found = getattr(node, name, None)
            if isinstance(found, list) and found and isinstance(found[0], ast.stmt):
                yield found

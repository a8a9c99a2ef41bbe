"""What surrounds a place of a block, from the inside out, and which parts of a block can be folded."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from athena_lsp.analysis.references import functions_of
from athena_lsp.syntax.tree import Tree, parse
from athena_lsp.text import Span

NESTED = ast.expr | ast.stmt | ast.arg | ast.keyword


def nesting(block: str, offset: int) -> tuple[Span, ...]:
    """The parts of the tree around an offset, the smallest first; the block last. A block that does not parse has the
    lines of the cursor alone."""
    tree = parse(block)
    found = {Span(0, len(block))}
    pending: list[ast.AST] = [*tree.statements]
    while pending:
        node = pending.pop()
        if isinstance(node, NESTED):
            span = _whole(tree, node)
            if not span.touches(offset):
                continue
            found.add(span)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(_inside_text(span.of(block), span))
        pending += ast.iter_child_nodes(node)
    line = tree.source.line_of(min(offset, len(block)))
    found.add(tree.source.line_span(line))
    return tuple(sorted((span for span in found if span.touches(offset)), key=lambda span: span.end - span.start))


def folds(block: str, functions: frozenset[str], workflows: frozenset[str]) -> tuple[Span, ...]:
    """The decorators of functions, and the statements, calls and fan-outs of workflows, that take several lines."""
    tree = parse(block)
    found: list[Span] = []
    for name in sorted(functions | workflows):
        for function in functions_of(tree, name):
            decorators = [tree.span(each) for each in function.decorator_list]
            if decorators:
                found.append(Span(decorators[0].start, decorators[-1].end))
            inner = (node for statement in function.body for node in ast.walk(statement) if name in workflows)
            found += (tree.span(node) for node in inner if isinstance(node, ast.stmt | ast.Call | ast.ListComp))
    lines = tree.source.line_of
    return tuple(dict.fromkeys(span for span in sorted(found) if lines(span.start) < lines(max(span.end - 1, 0))))


def _whole(tree: Tree, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> Span:
    """A node's span; of a decorated function with its decorators."""
    span = tree.span(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.decorator_list:
        return Span(tree.span(node.decorator_list[0]).start - 1, span.end)
    return span


def _inside_text(literal: str, span: Span) -> Iterator[Span]:
    """The content of a text without its quotes."""
    prefix = len(literal) - len(literal.lstrip("rRbBuUfF"))
    quotes = 3 if literal[prefix : prefix + 3] in ('"""', "'''") else 1
    if len(literal) >= prefix + 2 * quotes:
        yield Span(span.start + prefix + quotes, span.end - quotes)

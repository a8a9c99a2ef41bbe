"""Edits of declarations: another annotation for a parameter or a result, and imports that the text needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from athena_lsp.analysis.spelling import NewImport
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.syntax.tree import Tree, parse
from athena_lsp.text import Span, TextEdit

Blocks = Sequence[tuple[int, str]]
"""The blocks of a file with their starts."""
RETURN = "return"
"""The member of a function that its return annotation is."""


def annotation_edits(blocks: Blocks, function: str, member: str, text: str) -> tuple[TextEdit, ...]:
    """The edit that writes another annotation of a parameter, or of the result for `return`; none where there is none.

    Offsets count from the file's start. `Annotated[...]` says more than a type, and is left alone.
    """
    for start, tree, statement in _statements(blocks):
        if isinstance(statement, FunctionNode) and statement.name == function:
            annotation = statement.returns if member == RETURN else annotation_of(statement, member)
            if annotation is None or _is_annotated(annotation):
                return ()
            return (TextEdit(tree.span(annotation).shift(start), text),)
    return ()


def annotation_of(function: FunctionNode, parameter: str) -> ast.expr | None:
    """What stands behind the colon of a parameter."""
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return next((argument.annotation for argument in every if argument.arg == parameter), None)


def import_edit(blocks: Blocks, wanted: NewImport) -> TextEdit:
    """The edit that makes a file import a name: in an import that is there already, else in a line of its own."""
    for start, tree, statement in _statements([each for each in blocks if wanted.module in each[1]]):
        if (
            isinstance(statement, ast.ImportFrom)
            and wanted.name
            and (statement.module, statement.level) == (wanted.module, 0)
            and statement.names[-1].name != "*"
        ):
            at = start + tree.span(statement.names[-1]).end
            return TextEdit(Span(at, at), f", {wanted.name}")
    at, before, after = _place_for_imports(blocks)
    line = f"from {wanted.module} import {wanted.name}" if wanted.name else f"import {wanted.module}"
    return TextEdit(Span(at, at), f"{before}{line}\n{after}")


def _statements(blocks: Blocks) -> Iterator[tuple[int, Tree, ast.stmt]]:
    for start, block in blocks:
        tree = parse(block)
        for statement in tree.statements:
            yield start, tree, statement


def _place_for_imports(blocks: Blocks) -> tuple[int, str, str]:
    """The line below the first imports, else below the docstring, else the first one; and the empty lines around it."""
    found = (0, "", "")
    for start, tree, statement in _statements(blocks):
        if not (isinstance(statement, ast.Import | ast.ImportFrom) or _is_doc(statement)):
            return found if found[0] else (start + _top(tree, statement), "", "\n\n")
        end = tree.text.find("\n", tree.span(statement).end) + 1
        at = end or len(tree.text)
        found = (start + at, "" if end else "\n", "")
        if _is_doc(statement):
            found = (start + at, f"{found[1]}\n", "")
    return found


def _top(tree: Tree, statement: ast.stmt) -> int:
    """The start of a statement with its decorators."""
    decorators = statement.decorator_list if isinstance(statement, FunctionNode | ast.ClassDef) else []
    return tree.span(decorators[0]).start - 1 if decorators else tree.span(statement).start


def _is_doc(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_annotated(annotation: ast.expr) -> bool:
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = outer.attr if isinstance(outer, ast.Attribute) else outer.id if isinstance(outer, ast.Name) else ""
    return name == "Annotated"

"""What functions without a decorator, and classes, call: code that runs in a pod and that nobody has marked as such."""

from __future__ import annotations

import ast

from athena_lsp.analysis.pod import mentions_in, reader_of
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.syntax.tree import parse


def helper_calls(view: View, declaration: Declaration) -> tuple[Declaration, ...]:
    """The functions and classes of the project that an undecorated function, or a class, mentions: each once, in the
    order of the source."""
    return view.ask(("helper-calls", declaration), lambda: _calls(view, declaration), ())


def _calls(view: View, declaration: Declaration) -> tuple[Declaration, ...]:
    block = view.block(declaration.path, declaration.name)
    tree = parse(block) if block is not None else None
    if tree is None:
        return ()
    for statement in tree.statements:
        if isinstance(statement, FunctionNode | ast.ClassDef) and statement.name == declaration.name:
            reader = reader_of(view, declaration.path, tree, statement)
            return tuple(dict.fromkeys(mention.target for mention, _ in mentions_in(reader, statement)))
    return ()

"""What functions without a decorator call: code that runs in a pod, and that nobody has marked as such."""

from __future__ import annotations

from athena_lsp.analysis.pod import calls_in, reader_of
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.syntax.tree import parse


def helper_calls(view: View, declaration: Declaration) -> tuple[Declaration, ...]:
    """The functions of the project that an undecorated one mentions, each once, in the order of the source."""
    return view.ask(("helper-calls", declaration), lambda: _calls(view, declaration), ())


def _calls(view: View, declaration: Declaration) -> tuple[Declaration, ...]:
    block = view.block(declaration.path, declaration.name)
    tree = parse(block) if block is not None else None
    for statement in tree.statements if tree is not None else ():
        if isinstance(statement, FunctionNode) and statement.name == declaration.name and tree is not None:
            reader = reader_of(view, declaration.path, tree, statement)
            return tuple(dict.fromkeys(call.target for call in calls_in(reader, statement)))
    return ()

"""The default of a class's field, as far as the class statement tells it."""

from __future__ import annotations

import ast

from athena_lsp.analysis.default_nodes import class_at, default_of
from athena_lsp.analysis.static import read_default
from athena_lsp.analysis.values import is_static
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Value


def field_default(view: View, declaration: Declaration) -> Value | None:
    """What a field is when nobody says; None when it has no default, or one that only the running program knows."""
    found = default_of(view, declaration)
    value = read_default(view, found) if found is not None else None
    return value if value is not None and is_static(value) else None


def class_doc(view: View, declaration: Declaration) -> str:
    """The first paragraph of a class's docstring, on one line; empty when there is none."""
    class_ = class_at(view, declaration)
    node = class_.code.node if class_ is not None else None
    doc = ast.get_docstring(node) if isinstance(node, ast.ClassDef) else None
    return " ".join(doc.split("\n\n", 1)[0].split()) if doc else ""

"""Whose Python a file's containers run in, told from their decorators alone, whatever stands in their bodies."""

from __future__ import annotations

import ast

from athena_lsp.analysis.memo import PODS
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.summary import Function
from athena_lsp.analysis.templates import definitions_of
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Text


def brings_everything(view: View, path: str) -> bool:
    """Whether functions of the file run in pods that athena brings a Python and packages into."""
    return view.ask((PODS, path), lambda: _brings_everything(view, path), False)


def _brings_everything(view: View, path: str) -> bool:
    containers = (face.declaration for face in definitions_of(view, path) if face.kind is Kind.CONTAINER)
    return any(not _is_own_image(view, each) for each in containers)


def _is_own_image(view: View, declaration: Declaration) -> bool:
    """Whether a container runs in the Python of its image, which may have packages of its own."""
    for binding in view.bindings(declaration.path, declaration.name):
        decorators = getattr(binding.code.node, "decorator_list", ()) if isinstance(binding, Function) else ()
        for keyword in (each for call in decorators if isinstance(call, ast.Call) for each in call.keywords):
            if keyword.arg == "interpreter" and isinstance(binding, Function):
                value = read_value(Place(view, declaration.path, binding.code.tree), keyword.value)
                return isinstance(value, Text) and value.value == "image"
    return False

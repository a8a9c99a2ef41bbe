"""What the user wrote where a type is declared: the name of an alias, which the type itself does not keep."""

from __future__ import annotations

import ast

from athena_lsp.analysis.annotating import RETURN, annotation_of
from athena_lsp.analysis.scope import Declared, dotted, resolve_node
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.types import show
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import Type


def declared_as(view: View, declaration: Declaration, type_: Type) -> str:
    """The type of a parameter, or of the result for the member `return`, as its declaration writes it.

    An alias keeps its name, and what it stands for is added: "`Rows` (`list[int]`)".
    """
    alias = _alias(view, declaration)
    return f"`{alias}` (`{show(type_)}`)" if alias and alias != show(type_) else f"`{show(type_)}`"


def _alias(view: View, declaration: Declaration) -> str:
    """The alias that an annotation is; empty for any other annotation."""
    function = Declared(declaration, view.bindings(declaration.path, declaration.name)).function
    node = function.code.node if function is not None else None
    if not isinstance(node, FunctionNode):
        return ""
    annotation = node.returns if declaration.member == RETURN else annotation_of(node, declaration.member)
    entity = resolve_node(view, declaration.path, annotation) if annotation is not None else None
    if annotation is None or not isinstance(entity, Declared) or entity.class_ or entity.assigned is None:
        return ""
    value = entity.assigned.code.node if entity.assigned.code is not None else None
    return "" if value is None or isinstance(value, ast.Call) else dotted(annotation)

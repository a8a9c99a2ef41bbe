"""Templates that athena did not write: `name = external("etl", inputs={...}, returns=T)` at module level."""

from __future__ import annotations

import ast

from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.classes import fields_of
from athena_lsp.analysis.scope import Declared, Runtime, follow_node
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Kind, ParameterFace, Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import NONE, ClassOf, Type
from athena_lsp.ir.values import Text

MAIN = "main"


def external_signature(view: View, declaration: Declaration) -> Signature | None:
    """The face of an external template; None when none stands at the declaration, or its name is not known."""
    assigned = Declared(declaration, view.bindings(declaration.path, declaration.name)).assigned
    node = assigned.code.node if assigned is not None and assigned.code is not None else None
    if assigned is None or assigned.code is None or not isinstance(node, ast.Call):
        return None
    entity = follow_node(view, declaration.path, node.func)
    if not isinstance(entity, Runtime) or entity.name != "external" or len(node.args) != 1:
        return None
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    place = Place(view, declaration.path, assigned.code.tree)
    name = _text(place, node.args[0])
    template = _text(place, given["template"]) if "template" in given else MAIN
    if not name or not template:
        return None
    returns: Type = read_type(view, declaration.path, given["returns"])[0] if "returns" in given else NONE
    parameters = _parameters(view, declaration.path, given.get("inputs"))
    return Signature(declaration, Kind.WORKFLOW, template, parameters, returns, True, external=name)


def _text(place: Place, node: ast.expr) -> str:
    value = read_value(place, node)
    return value.value if isinstance(value, Text) else ""


def _parameters(view: View, path: str, node: ast.expr | None) -> tuple[ParameterFace, ...]:
    """Of a dict keywords only; of a dataclass its fields, as its constructor takes them."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        named = ((key.value, value) for key, value in pairs if isinstance(key, ast.Constant))
        return tuple(
            ParameterFace(name, read_type(view, path, value)[0], has_default=False, keyword_only=True)
            for name, value in named
            if isinstance(name, str)
        )
    type_ = read_type(view, path, node)[0] if node is not None else None
    if not isinstance(type_, ClassOf):
        return ()
    return tuple(
        ParameterFace(each.name, each.type, has_default=not each.required, keyword_only=each.keyword_only)
        for each in fields_of(view, type_)
    )

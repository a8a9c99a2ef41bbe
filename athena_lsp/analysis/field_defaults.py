"""The default of a class's field, as far as the class statement tells it."""

from __future__ import annotations

import ast

from athena_lsp.analysis.field_specs import FIELD_CALLS
from athena_lsp.analysis.scope import Builtin, Declared, External, follow_node
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.summary import Class
from athena_lsp.analysis.values import is_static
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Mapping, Sequence, Value

FACTORIES = frozenset({"default_factory", "factory"})


def field_default(view: View, declaration: Declaration) -> Value | None:
    """What a field is when nobody says; None when it has no default, or one that only the running program knows."""
    class_ = _class_at(view, declaration)
    if class_ is None or not isinstance(class_.code.node, ast.ClassDef):
        return None
    for statement in class_.code.node.body:
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.target.id == declaration.member
            and statement.value is not None
        ):
            place = Place(view, declaration.path, class_.code.tree)
            found = _default(place, statement.value)
            return found if found is not None and is_static(found) else None
    return None


def class_doc(view: View, declaration: Declaration) -> str:
    """The first paragraph of a class's docstring, on one line; empty when there is none."""
    class_ = _class_at(view, declaration)
    node = class_.code.node if class_ is not None else None
    doc = ast.get_docstring(node) if isinstance(node, ast.ClassDef) else None
    return " ".join(doc.split("\n\n", 1)[0].split()) if doc else ""


def _class_at(view: View, declaration: Declaration) -> Class | None:
    return Declared(declaration, view.bindings(declaration.path, declaration.name)).class_


def _default(place: Place, node: ast.expr) -> Value | None:
    """The value of `= node`, which may be one of the libraries' `field(...)`."""
    if not isinstance(node, ast.Call):
        return read_value(place, node)
    entity = follow_node(place.view, place.path, node.func)
    if not isinstance(entity, External) or entity.name not in FIELD_CALLS:
        return read_value(place, node)
    if node.args and entity.name.startswith(("pydantic.", "attr.")):
        return read_value(place, node.args[0])
    for keyword in node.keywords:
        if keyword.arg == "default":
            return read_value(place, keyword.value)
        if keyword.arg in FACTORIES:
            return _made(place, keyword.value)
    return None


def _made(place: Place, factory: ast.expr) -> Value | None:
    """What `list`, `dict` and their like make; the body of a lambda without parameters."""
    span = place.span(factory)
    if isinstance(factory, ast.Lambda) and not (factory.args.args or factory.args.kwonlyargs):
        return read_value(place, factory.body)
    match follow_node(place.view, place.path, factory):
        case Builtin(name="list" | "tuple"):
            return Sequence(span=span, kind="list", items=())
        case Builtin(name="set" | "frozenset"):
            return Sequence(span=span, kind="set", items=())
        case Builtin(name="dict"):
            return Mapping(span=span, entries=())
        case _:
            return None

"""Where the default of a class's field is written."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from athena_lsp.analysis.field_specs import Spec, qualified, spec_of
from athena_lsp.analysis.scope import Builtin, Declared, follow_node
from athena_lsp.analysis.summary import Class
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree

ZEROS: Mapping[str, str | int | float] = {"str": "", "int": 0, "float": 0.0, "bool": False}


@dataclass(frozen=True, slots=True)
class Default:
    """What a field has when nothing is given: an expression, where it stands."""

    path: str
    tree: Tree
    node: ast.expr


def default_of(view: View, declaration: Declaration) -> Default | None:
    """The default of a field; None when it has none, or one that only the running program knows."""
    class_ = class_at(view, declaration)
    if class_ is None or not isinstance(class_.code.node, ast.ClassDef):
        return None
    for statement in class_.code.node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                metadata = qualified(view, declaration.path, annotation).metadata
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                metadata = ()
            case _:
                continue
        if name == declaration.member:
            spec = spec_of(view, declaration.path, value, metadata)
            calls = [each for each in (value, *metadata) if isinstance(each, ast.Call)]
            node = value if value is not None and not spec.is_call else _given(view, declaration.path, spec, calls)
            return Default(declaration.path, class_.code.tree, node) if node is not None else None
    return None


def class_at(view: View, declaration: Declaration) -> Class | None:
    """The class statement at the top level of a file."""
    return Declared(declaration, view.bindings(declaration.path, declaration.name)).class_


def _given(view: View, path: str, spec: Spec, calls: list[ast.Call]) -> ast.expr | None:
    """The default in one of the libraries' `field(...)`, of which the first argument may be one, too."""
    default = spec.keywords.get("default", next((call.args[0] for call in calls if call.args), None))
    factory = spec.keywords.get("default_factory", spec.keywords.get("factory"))
    if default is not None or factory is None:
        return default
    match factory:
        case ast.Lambda(args=ast.arguments(posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kwarg=None)):
            return factory.body
        case _:
            entity = follow_node(view, path, factory)
            made = _empty(entity.name) if isinstance(entity, Builtin) else None
            return ast.copy_location(made, factory) if made is not None else None


def _empty(name: str) -> ast.expr | None:
    """What a built-in class makes of nothing."""
    match name:
        case "list":
            return ast.List(elts=[], ctx=ast.Load())
        case "tuple":
            return ast.Tuple(elts=[], ctx=ast.Load())
        case "set" | "frozenset":
            return ast.Set(elts=[])
        case "dict":
            return ast.Dict(keys=[], values=[])
        case "str" | "int" | "float" | "bool":
            return ast.Constant(ZEROS[name])
        case _:
            return None

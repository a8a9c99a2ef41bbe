"""What callers see of a decorated function: kind, parameters, result. Nothing here changes while a body is edited."""

from __future__ import annotations

import ast

from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.candidates import kebab
from athena_lsp.analysis.externals import external_signature
from athena_lsp.analysis.scope import Declared, Runtime, canonical, follow_node
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.summary import FunctionNode, returns_value
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Kind, ParameterFace, Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import NONE, UNRESOLVED, Type
from athena_lsp.ir.values import Flag, Text
from athena_lsp.syntax.tree import Tree

KINDS = {kind.value: kind for kind in Kind}


def signature(view: View, declaration: Declaration) -> Signature | None:
    """The face of the definition at a declaration; None when no decorated function stands there."""
    return view.ask(("signature", declaration), lambda: _signature(view, declaration), None)


def kind_of(view: View, path: str, decorator: ast.expr) -> Kind | None:
    """Which of athena's decorators this is; None for another one."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    entity = follow_node(view, path, called)
    return KINDS.get(entity.name) if isinstance(entity, Runtime) else None


def face(
    view: View,
    declaration: Declaration,
    decorator: ast.expr,
    kind: Kind,
    tree: Tree,
    parameters: tuple[ParameterFace, ...],
    returns: Type,
    annotated: bool,
) -> Signature:
    """The face of a function whose parameters and result are known; `decorator` is the one that says its kind."""
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    template = _template_name(view, declaration, kind, keywords, tree)
    steps = kind is Kind.WORKFLOW and _is_true(view, declaration.path, tree, keywords, "steps")
    daemon = kind is Kind.CONTAINER and _is_true(view, declaration.path, tree, keywords, "daemon")
    return Signature(declaration, kind, template, parameters, returns, annotated, steps, daemon)


def return_type(view: View, path: str, node: FunctionNode) -> Type:
    """The annotated result. Without an annotation: None for a body that returns nothing, else unknown."""
    if node.returns is not None:
        return read_type(view, path, node.returns)[0]
    return UNRESOLVED if returns_value(node) else NONE


def injection(view: View, path: str, annotation: ast.expr | None) -> ast.Call | None:
    """The `Inject(...)` of `Annotated[T, Inject(...)]`."""
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return None
    outer = follow_node(view, path, annotation.value)
    if outer is None or canonical(outer) != "Annotated":
        return None
    for extra in annotation.slice.elts[1:]:
        entity = follow_node(view, path, extra.func) if isinstance(extra, ast.Call) else None
        if isinstance(entity, Runtime) and entity.name == "Inject" and isinstance(extra, ast.Call):
            return extra
    return None


def _signature(view: View, declaration: Declaration) -> Signature | None:
    function = Declared(declaration, view.bindings(declaration.path, declaration.name)).function
    node = function.code.node if function is not None and function.decorated else None
    if function is None or not isinstance(node, FunctionNode):
        return external_signature(view, declaration)
    path = declaration.path
    # Of two the nearer one counts: the upper one is as likely one whose function is not written yet.
    for decorator in reversed(node.decorator_list):
        kind = kind_of(view, path, decorator)
        if kind is not None:
            tree, annotated = function.code.tree, node.returns is not None
            parameters, returns = _parameters(view, path, node), return_type(view, path, node)
            return face(view, declaration, decorator, kind, tree, parameters, returns, annotated)
    return None


def template_prefix(view: View) -> str:
    """What the name of every template begins with that has no `name=`."""
    return f"{kebab(view.settings.project)}-"


def _template_name(view: View, declaration: Declaration, kind: Kind, keywords: list[ast.keyword], tree: Tree) -> str:
    if kind is Kind.FRAGMENT:
        return declaration.name
    for keyword in keywords:
        if keyword.arg == "name":
            value = read_value(Place(view, declaration.path, tree), keyword.value)
            if isinstance(value, Text):
                return value.value
    return template_prefix(view) + kebab(declaration.name)


def _is_true(view: View, path: str, tree: Tree, keywords: list[ast.keyword], name: str) -> bool:
    for keyword in keywords:
        if keyword.arg == name:
            value = read_value(Place(view, path, tree), keyword.value)
            return isinstance(value, Flag) and value.value
    return False


def _parameters(view: View, path: str, node: FunctionNode) -> tuple[ParameterFace, ...]:
    positional = [*node.args.posonlyargs, *node.args.args]
    required = len(positional) - len(node.args.defaults)
    found = [_face(view, path, argument, index >= required, False) for index, argument in enumerate(positional)]
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        found.append(_face(view, path, argument, default is not None, True))
    return tuple(found)


def _face(view: View, path: str, argument: ast.arg, has_default: bool, keyword_only: bool) -> ParameterFace:
    type_ = read_type(view, path, argument.annotation)[0] if argument.annotation else UNRESOLVED
    injected = injection(view, path, argument.annotation) is not None
    return ParameterFace(argument.arg, type_, has_default, injected, keyword_only)

"""What can be read off code that runs in a pod: its resource calls, what it calls, and what it visibly returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.options import RESOURCES
from athena_lsp.analysis.scope import Declared, Entity, Runtime, resolve_imported, resolve_node
from athena_lsp.analysis.signatures import FunctionNode
from athena_lsp.analysis.static import Place, read_arguments, read_value
from athena_lsp.analysis.summary import Imported
from athena_lsp.analysis.values import is_static, type_of_value
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import PlainCall, PodBody, ResourceCall, VisibleReturn
from athena_lsp.ir.types import NONE, UNRESOLVED, ClassKind, ClassOf, Type
from athena_lsp.syntax.tree import Tree


@dataclass(frozen=True, slots=True)
class Reader:
    """A function's code: names that are bound inside it hide those of the module."""

    view: View
    path: str
    tree: Tree
    local: frozenset[str]
    imports: dict[str, Imported]

    def resolve(self, node: ast.expr) -> Entity | None:
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return None
        if root.id in self.imports:
            return resolve_imported(self.view, self.path, self.imports[root.id], node)
        return None if root.id in self.local else resolve_node(self.view, self.path, node)

    @property
    def place(self) -> Place:
        return Place(self.view, self.path, self.tree, self.local)


def reader_of(view: View, path: str, tree: Tree, scope: ast.AST) -> Reader:
    """A reader of the code below a node: a function, a class, or a statement at module level."""
    imports: dict[str, Imported] = {}
    local: set[str] = set()
    for node in ast.walk(scope):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    name = alias.asname or alias.name.partition(".")[0]
                    imports[name] = Imported(name, alias.name if alias.asname else name, 0, None)
            case ast.ImportFrom(names=names, module=module, level=level):
                for alias in names:
                    name = alias.asname or alias.name
                    imports[name] = Imported(name, module or "", level, alias.name)
            case ast.arg(arg=name):
                local.add(name)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                local.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) if (
                node is not scope
            ):
                local.add(name)
            case _:
                pass
    return Reader(view, path, tree, frozenset(local), imports)


def read_pod_body(view: View, path: str, tree: Tree, node: FunctionNode) -> PodBody:
    """What the code of a container or a fragment says about its pod."""
    reader = reader_of(view, path, tree, node)
    span = tree.span(node)
    return PodBody(
        span=span,
        resources=tuple(resource_calls(reader, node.body)),
        calls=tuple(_calls(reader, node)),
        returns=tuple(_returns(reader, node)),
        is_stub=_is_stub(node),
    )


def resource_calls(reader: Reader, body: list[ast.stmt]) -> Iterator[ResourceCall]:
    """Every call of a resource function in the code, nested functions and all branches included, in source order."""
    for statement in body:
        for node in _in_order(statement):
            if not isinstance(node, ast.Call):
                continue
            entity = reader.resolve(node.func)
            if isinstance(entity, Runtime) and entity.name in RESOURCES:
                parameters = tuple(field.name for field in RESOURCES[entity.name])
                yield ResourceCall(
                    span=reader.tree.span(node),
                    name=entity.name,
                    callee_span=reader.tree.span(node.func),
                    arguments=read_arguments(reader.place, node, parameters),
                )


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(list(ast.iter_child_nodes(current))))


def _calls(reader: Reader, node: FunctionNode) -> Iterator[PlainCall]:
    """Every mention of a function of the project: a fragment may be called by whoever it is handed to."""
    for statement in node.body:
        for inner in _in_order(statement):
            if isinstance(inner, ast.Name | ast.Attribute) and isinstance(inner.ctx, ast.Load):
                entity = reader.resolve(inner)
                if isinstance(entity, Declared) and entity.function:
                    yield PlainCall(span=reader.tree.span(inner), target=entity.declaration)


def _returns(reader: Reader, node: FunctionNode) -> Iterator[VisibleReturn]:
    pending: list[ast.AST] = list(reversed(node.body))
    while pending:
        inner = pending.pop()
        if isinstance(inner, ast.Return):
            at = inner.value or inner
            type_ = _visible_type(reader, inner.value) if inner.value else NONE
            if type_ != UNRESOLVED:
                yield VisibleReturn(span=reader.tree.span(at), type=type_)
        elif not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending.extend(reversed(list(ast.iter_child_nodes(inner))))


def _visible_type(reader: Reader, node: ast.expr) -> Type:
    """The type of a literal or of a call of a known class; Unresolved for all else, which is a type checker's work."""
    if isinstance(node, ast.Call):
        entity = reader.resolve(node.func)
        if isinstance(entity, Declared) and entity.class_:
            info = class_info(reader.view, entity.declaration)
            if info is not None and info.kind not in (ClassKind.PLAIN, ClassKind.ENUM) and not info.variables:
                return ClassOf(entity.declaration, entity.class_.name)
        return UNRESOLVED
    value = read_value(reader.place, node)
    return type_of_value(reader.view, value) if is_static(value) else UNRESOLVED


def _is_stub(node: FunctionNode) -> bool:
    *docs, last = node.body
    is_ellipsis = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is ...
    return is_ellipsis and all(isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) for doc in docs)

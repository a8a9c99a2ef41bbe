"""What can be read off code that runs in a pod: its resource calls, what it calls, and what it visibly returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from athena_lsp.analysis.options import RESOURCES
from athena_lsp.analysis.scope import (
    Declared,
    Entity,
    Module,
    Runtime,
    dotted,
    resolve,
    resolve_imported,
    resolve_node,
)
from athena_lsp.analysis.secrets import secret_uses
from athena_lsp.analysis.static import Place, read_arguments
from athena_lsp.analysis.summary import FunctionNode, Imported
from athena_lsp.analysis.view import View
from athena_lsp.analysis.visible_returns import Code, visible_returns
from athena_lsp.ir.model import PlainCall, PodBody, ResourceCall
from athena_lsp.ir.returns import VisibleReturn
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree, descend

DULL = frozenset(
    {ast.Constant, ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.arguments, ast.keyword, ast.BinOp, ast.If,
     ast.Compare, ast.BoolOp, ast.UnaryOp, ast.For, ast.With, ast.withitem, ast.Subscript, ast.List, ast.Tuple,
     ast.Dict, ast.JoinedStr, ast.FormattedValue, ast.comprehension, ast.ListComp, ast.Raise, ast.IfExp}
)  # fmt: skip
"""Nodes that bind no name, mention none and open no scope by themselves."""
SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Reader:
    """Some code: names that are bound inside it hide those of the module. All nodes are in the order of the source."""

    view: View
    path: str
    tree: Tree
    local: frozenset[str]
    imports: dict[str, Imported]
    nodes: list[ast.AST]
    mentions: list[ast.Name | ast.Attribute]
    """The names and dotted names that are read."""
    calls: list[ast.Call]
    returns: list[ast.Return]
    """Those of the code itself, and not of a function inside it."""
    known: dict[str, Entity | None]
    """What dotted names have been found to mean."""

    def resolve(self, node: ast.expr) -> Entity | None:
        """What a name or a dotted name means; None for other expressions, and for names bound in the code itself."""
        name = dotted(node)
        if name and name not in self.known:
            self.known[name] = self._resolve(node, name.partition(".")[0])
        return self.known.get(name)

    def _resolve(self, node: ast.expr, root: str) -> Entity | None:
        if root in self.imports:
            return resolve_imported(self.view, self.path, self.imports[root], node)
        return None if root in self.local else resolve_node(self.view, self.path, node)

    @property
    def place(self) -> Place:
        return Place(self.view, self.path, self.tree, self.local)


def reader_of(view: View, path: str, tree: Tree, scope: ast.AST) -> Reader:
    """A reader of the code below a node: a function, a class, or a statement at module level."""
    imports: dict[str, Imported] = {}
    local: set[str] = set()
    mentions: list[ast.Name | ast.Attribute] = []
    calls: list[ast.Call] = []
    returns: list[ast.Return] = []
    inside: list[ast.AST] = []
    nodes = descend(scope)
    for node in nodes:
        if node.__class__ in DULL:  # most nodes are nothing of what follows, and to find that out is most of the work
            continue
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                mentions.append(node)
            else:
                local.add(node.id)
        elif isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Load):
                mentions.append(node)
        elif isinstance(node, ast.Call):
            calls.append(node)
        elif isinstance(node, ast.arg):
            local.add(node.arg)
        elif isinstance(node, ast.Return):
            returns.append(node)
        elif isinstance(node, SCOPES):
            if node is not scope:
                inside.append(node)
                if not isinstance(node, ast.Lambda):
                    local.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imports.update((imported.name, imported) for imported in _imported(node))
    hidden = {id(inner) for inner in descend(*inside)} if inside and returns else ()
    own = [returned for returned in returns if id(returned) not in hidden]
    return Reader(view, path, tree, frozenset(local), imports, nodes, mentions, calls, own, {})


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[Imported]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield Imported(alias.asname or alias.name, node.module or "", node.level, alias.name)
        else:
            name = alias.asname or alias.name.partition(".")[0]
            yield Imported(name, alias.name if alias.asname else name, 0, None)


def read_pod_body(view: View, path: str, tree: Tree, node: FunctionNode) -> PodBody:
    """What the code of a container or a fragment says about its pod."""
    reader = reader_of(view, path, tree, node)
    span = tree.span(node)
    returns = tuple(_returns(reader))
    mentions = tuple(mentions_in(reader, node))
    return PodBody(
        span=span,
        resources=tuple(resource_calls(reader)) if may_call_resources(view, path, tree.text) else (),
        calls=tuple(mention for mention, is_function in mentions if is_function),
        classes=tuple(mention for mention, is_function in mentions if not is_function),
        returns=tuple(returned for returned in returns if returned is not None),
        all_returns_visible=None not in returns,
        secrets=secret_uses(reader, node),
        is_stub=_is_stub(node),
    )


def resource_calls(reader: Reader) -> Iterator[ResourceCall]:
    """Every call of a resource function in the code, nested functions and all branches included, in source order."""
    for node in reader.calls:
        entity = reader.resolve(node.func)
        if isinstance(entity, Runtime) and entity.name in RESOURCES:
            parameters = tuple(field.name for field in RESOURCES[entity.name])
            yield ResourceCall(
                span=reader.tree.span(node),
                name=entity.name,
                callee_span=reader.tree.span(node.func),
                arguments=read_arguments(reader.place, node, parameters),
            )


def may_call_resources(view: View, path: str, text: str) -> bool:
    """Whether code of a file may hold a resource call: much cheaper than to look for one."""
    return "import" in text or any(word in text for word in _resource_words(view, path))


def _resource_words(view: View, path: str) -> tuple[str, ...]:
    """Names of a file through which a resource function can be reached."""

    def compute() -> tuple[str, ...]:
        names = (*view.imported_names(path), *(RESOURCES if view.stars(path) else ()))
        found = ((name, resolve(view, path, name)) for name in names)
        return tuple(name for name, entity in found if isinstance(entity, Module) or _is_resource(entity))

    return view.ask(("resource-words", path), compute, ())


def _is_resource(entity: Entity) -> bool:
    return isinstance(entity, Runtime) and entity.name in RESOURCES


def mentions_in(reader: Reader, node: FunctionNode | ast.ClassDef) -> Iterator[tuple[PlainCall, bool]]:
    """Every mention of a function or a class of the project, and whether it is a function: a fragment may be called by
    whoever it is handed to."""
    start = reader.tree.start(node.body[0])
    for inner in reader.mentions:
        entity = reader.resolve(inner)
        if isinstance(entity, Declared) and (entity.function or entity.class_) and reader.tree.start(inner) >= start:
            yield PlainCall(span=reader.tree.span(inner), target=entity.declaration), entity.function is not None


def _returns(reader: Reader) -> Iterator[VisibleReturn | None]:
    code = Code(reader.view, reader.place, reader.resolve)
    for inner in reader.returns:
        yield from visible_returns(code, inner)


def _is_stub(node: FunctionNode) -> bool:
    *docs, last = node.body
    is_ellipsis = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is ...
    return is_ellipsis and all(isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) for doc in docs)

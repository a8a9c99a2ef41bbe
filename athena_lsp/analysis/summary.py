"""What one block gives to the rest of the program: the names it binds, with just as much code as others may look at.

A summary does not change while a function's body is edited; so nothing that depends on it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from athena_lsp.analysis.conditions import reached
from athena_lsp.analysis.exports import Export, export_of
from athena_lsp.recent import recent
from athena_lsp.records import dataclass, replace
from athena_lsp.syntax.tree import Tree, parse


class Code:
    """A piece of Python's tree as a value: equal when it says the same, wherever it stands.

    What it says is written out when it is first compared: in most runs nobody does, and it takes as long as parsing.
    """

    __slots__ = ("_key", "node", "tree")

    def __init__(self, node: ast.AST, tree: Tree) -> None:
        self.node = node
        self.tree = tree
        self._key: str | None = None

    @property
    def key(self) -> str:
        if self._key is None:
            self._key = ast.dump(self.node)
        return self._key

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Code) and self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Code({ast.unparse(self.node)!r})"


@dataclass(frozen=True, slots=True)
class Imported:
    """`import a.b` (binds `a`), `import a.b as c`, `from a import b as c`."""

    name: str
    module: str
    level: int
    attribute: str | None
    """None: the module itself."""
    conditional: bool = False
    """It stands in an arm of an `if`, a `try` or the like: another binding may be meant as well."""


@dataclass(frozen=True, slots=True)
class Function:
    """A `def`: its decorators, parameters and annotations; instead of its body a `return` or a `pass`."""

    name: str
    code: Code
    decorated: bool


@dataclass(frozen=True, slots=True)
class Class:
    """A `class`: everything but the bodies of its methods."""

    name: str
    code: Code


@dataclass(frozen=True, slots=True)
class Assigned:
    """`X = value`, `X: T = value`, `X: T`, `type X = value`. `code` is None for what cannot be read as one value."""

    name: str
    code: Code | None
    annotation: Code | None = None
    is_alias: bool = False
    """`type X = ...`"""
    parameters: tuple[Code, ...] = ()
    """`T` and `U` of `type X[T, U] = ...`"""


Binding: TypeAlias = Imported | Function | Class | Assigned


@dataclass(frozen=True, slots=True)
class Star:
    """`from a import *`."""

    module: str
    level: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The bindings of one block, in order, its star imports, and what it says about `__all__`."""

    bindings: tuple[Binding, ...]
    stars: tuple[Star, ...]
    exports: tuple[Export, ...] = ()


NOTHING = Summary((), ())
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@recent(512)
def summarise(block: str) -> Summary:
    """The summary of a block's text; empty for one that does not parse."""
    tree = parse(block)
    found = [binding for statement in tree.statements for binding in _bindings(statement, tree)]
    if not found:
        return NOTHING
    return Summary(
        tuple(binding for binding in found if not isinstance(binding, Star | Export)),
        tuple(binding for binding in found if isinstance(binding, Star)),
        tuple(binding for binding in found if isinstance(binding, Export)),
    )


def face_of(block: str) -> str:
    """The text of a block as far as its summary depends on it, and perhaps some more."""
    tree = parse(block)
    only = tree.statements[0] if len(tree.statements) == 1 else None
    if not isinstance(only, FunctionNode):
        return block
    gives = only.returns is None and returns_value(only)
    return f"{block[: tree.start(only.body[0])]}{'return' if gives else ''}"


def _bindings(statement: ast.stmt, tree: Tree) -> Iterator[Binding | Star | Export]:
    if (export := export_of(statement)) is not None:
        yield export
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield Function(statement.name, Code(without_body(statement), tree.bare()), bool(statement.decorator_list))
        case ast.ClassDef():
            yield Class(statement.name, Code(_without_bodies(statement), tree.bare()))
        case ast.Import():
            for alias in statement.names:
                name = alias.asname or alias.name.partition(".")[0]
                yield Imported(name, alias.name if alias.asname else name, 0, None)
        case ast.ImportFrom():
            for alias in statement.names:
                module = statement.module or ""
                if alias.name == "*":
                    yield Star(module, statement.level)
                else:
                    yield Imported(alias.asname or alias.name, module, statement.level, alias.name)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value, tree)
        case ast.AnnAssign(target=ast.Name(id=name), value=value, annotation=annotation):
            yield Assigned(name, code_of(value, tree) if value else None, code_of(annotation, tree))
        case ast.AugAssign(target=ast.Name(id=name)):
            yield Assigned(name, None)
        case ast.If() | ast.Try() | ast.TryStar() | ast.With() | ast.For() | ast.While() | ast.Match():
            for binding in _nested(statement, tree):
                yield replace(binding, conditional=True) if isinstance(binding, Imported) else binding
        case _ if type(statement).__name__ == "TypeAlias":  # Python 3.12 and later
            name_node, value_node = getattr(statement, "name"), getattr(statement, "value")  # noqa: B009
            parameters = tuple(code_of(parameter, tree) for parameter in getattr(statement, "type_params", ()))
            yield Assigned(name_node.id, code_of(value_node, tree), is_alias=True, parameters=parameters)
        case _:
            return


def _nested(statement: ast.stmt, tree: Tree) -> Iterator[Binding | Star | Export]:
    """Names bound in the arms of a compound statement count as bound, but for arms that never run in a pod."""
    if isinstance(statement, ast.If):
        for child in reached(statement, checking=True):
            yield from _bindings(child, tree)
        return
    for _, value in ast.iter_fields(statement):
        for child in value if isinstance(value, list) else ():
            if isinstance(child, ast.stmt):
                yield from _bindings(child, tree)
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                for inner in child.body:
                    yield from _bindings(inner, tree)
    targets = [statement.target] if isinstance(statement, ast.For) else []
    if isinstance(statement, ast.With):
        targets = [item.optional_vars for item in statement.items if item.optional_vars]
    for node in (node for target in targets for node in ast.walk(target)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield Assigned(node.id, None)


def _assigned(target: ast.expr, value: ast.expr, tree: Tree) -> Iterator[Assigned]:
    if isinstance(target, ast.Name):
        yield Assigned(target.id, code_of(value, tree))
        return
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield Assigned(node.id, None)


def code_of(node: ast.AST, tree: Tree) -> Code:
    return Code(node, tree)


def without_body(node: FunctionNode) -> FunctionNode:
    """The face of a function as a function of its own: of its body is left whether it returns a value, where no
    annotation says so."""
    gives = node.returns is None and returns_value(node)
    body: ast.stmt = ast.Return(ast.Constant(None)) if gives else ast.Pass()
    face = type(node)(node.name, node.args, [body], node.decorator_list, node.returns)
    if parameters := getattr(node, "type_params", ()):
        face.type_params = parameters  # type: ignore[union-attr,attr-defined,unused-ignore]
    return ast.copy_location(face, node)


def returns_value(node: FunctionNode) -> bool:
    """Whether some `return` of the function itself gives a value."""
    pending: list[ast.AST] = list(node.body)
    while pending:
        inner = pending.pop()
        if isinstance(inner, ast.Return) and inner.value is not None:
            return True
        if not isinstance(inner, ast.expr | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(inner))
    return False


def _without_bodies(node: ast.ClassDef) -> ast.ClassDef:
    """A class whose methods have no bodies."""
    body = [without_body(each) if isinstance(each, FunctionNode) else each for each in node.body]
    face = ast.ClassDef(node.name, node.bases, node.keywords, body, node.decorator_list)
    if parameters := getattr(node, "type_params", ()):
        face.type_params = parameters  # type: ignore[attr-defined,unused-ignore]
    return ast.copy_location(face, node)

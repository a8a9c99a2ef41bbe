"""What a piece of Python imports when it runs, at any depth: in functions too, but not for type checkers alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from athena_lsp.analysis.conditions import reached
from athena_lsp.recent import recent
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree, parse
from athena_lsp.text import Span

FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
"""Exceptions that an `except` catches when an import fails."""


@dataclass(frozen=True, slots=True)
class Import:
    """A module that a statement imports, with the names that it takes from it: some may be modules themselves."""

    module: str
    level: int = 0
    names: tuple[str, ...] = ()
    optional: bool = False
    """The program goes on when it fails."""


Placed = tuple[Import, Span]


@recent(512)
def imports_in(text: str) -> tuple[Placed, ...]:
    """The imports of a block, each with the span of the module's name; none of a text that does not parse."""
    if "import" not in text:
        return ()
    tree = parse(text)
    return tuple(_imports(tree, tree.statements, optional=False))


def _imports(tree: Tree, statements: Iterable[ast.AST], *, optional: bool) -> Iterator[Placed]:
    for node in statements:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    start = tree.span(alias).start
                    yield Import(alias.name, 0, (), optional), Span(start, start + len(alias.name))
            case ast.ImportFrom(module=module, level=level, names=names):
                taken = tuple(alias.name for alias in names if alias.name != "*")
                yield Import(module or "", level, taken, optional), _module_span(tree, node)
            case ast.If():
                yield from _imports(tree, reached(node, checking=False), optional=optional)
            case ast.Try(body=body) if any(_forgives(handler) for handler in node.handlers):
                yield from _imports(tree, body, optional=True)
                rest = (*node.handlers, *node.orelse, *node.finalbody)
                yield from _imports(tree, rest, optional=True)
            case ast.expr():
                pass
            case _:
                yield from _imports(tree, ast.iter_child_nodes(node), optional=optional)


def _module_span(tree: Tree, node: ast.ImportFrom) -> Span:
    """The module's name, with its dots, as far as it stands in one piece."""
    whole = tree.span(node)
    written = f"{'.' * node.level}{node.module or ''}"
    start = tree.text.find(written, whole.start + len("from"), whole.end)
    return Span(start, start + len(written)) if start >= 0 else whole


def _forgives(handler: ast.ExceptHandler) -> bool:
    kind = handler.type
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind] if kind else []
    names = {each.id for each in kinds if isinstance(each, ast.Name)}
    return kind is None or not names.isdisjoint(FORGIVING)

"""Variables of modules that code changes or reads while it runs: what one pod writes there, no other pod sees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import cast

from athena_lsp.analysis.memo import EFFECTS, STATE
from athena_lsp.analysis.pod import Reader, mentions_in, reader_of
from athena_lsp.analysis.scope import Declared, Module, resolve
from athena_lsp.analysis.summary import Assigned, Class, Function, FunctionNode
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import parse
from athena_lsp.text import Span

MUTABLE = frozenset({"list", "dict", "set", "bytearray", "deque", "defaultdict", "Counter", "OrderedDict"})
"""Calls that make something that can be changed in place, by the last part of their name."""
CHANGES = frozenset(
    {"add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
     "intersection_update", "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault", "sort",
     "subtract", "symmetric_difference_update", "update"}
)  # fmt: skip
"""Methods that change what they are called on."""
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Effects:
    """The variables of modules that a function changes, and the functions of the project that it mentions."""

    writes: tuple[Declaration, ...] = ()
    calls: tuple[Declaration, ...] = ()


NOTHING = Effects()


def effects_of(view: View, declaration: Declaration) -> Effects:
    """What a top-level function does by itself, by the names in it."""
    return view.ask((EFFECTS, declaration.path, declaration.name), lambda: _effects(view, declaration), NOTHING)


def reads_of(view: View, declaration: Declaration) -> tuple[Declaration, ...]:
    """The variables of modules that a top-level function reads by itself."""
    return view.ask(("state-reads", declaration), lambda: _reads(view, declaration), ())


def writes_in(view: View, path: str, block: str, name: str) -> tuple[tuple[Declaration, Span], ...]:
    """The variables that a function changes, each with the first place where, which counts from the block's start."""
    node = _function(block, name) if _may_write(view, path, block) else None
    if node is None:
        return ()
    reader = reader_of(view, path, parse(block), node)
    found: dict[Declaration, Span] = {}
    for variable, place in _writes(reader):
        found.setdefault(variable, reader.tree.span(place))
    return tuple(found.items())


def _effects(view: View, declaration: Declaration) -> Effects:
    block = view.block(declaration.path, declaration.name)
    node = _function(block or "", declaration.name)
    if block is None or node is None:
        return NOTHING
    reader = reader_of(view, declaration.path, parse(block), node)
    writes = dict.fromkeys(each for each, _ in _writes(reader)) if _may_write(view, declaration.path, block) else ()
    calls = dict.fromkeys(mention.target for mention, is_function in mentions_in(reader, node) if is_function)
    return Effects(tuple(writes), tuple(calls))


def _reads(view: View, declaration: Declaration) -> tuple[Declaration, ...]:
    block = view.block(declaration.path, declaration.name)
    node = _function(block or "", declaration.name)
    if block is None or node is None:
        return ()
    reader = reader_of(view, declaration.path, parse(block), node)
    found = (_variable(reader, mention) for mention in reader.mentions)
    return tuple(dict.fromkeys(variable for variable in found if variable is not None))


def _function(block: str, name: str) -> FunctionNode | None:
    found = (each for each in parse(block).statements if isinstance(each, FunctionNode) and each.name == name)
    return next(found, None)


def _may_write(view: View, path: str, block: str) -> bool:
    """Whether code of a file may change a variable of a module: much cheaper than to look for it."""
    words = cast(frozenset[str], view.look(STATE, path))
    return "global " in block or (bool(words) and not words.isdisjoint(WORD.findall(block)))


def state_of(view: View, path: str) -> frozenset[str]:
    """The names of a file that lead to a variable which can be changed in place, or to a module of the project. It is
    looked up by value: hardly any edit of a file changes it."""
    return view.ask((STATE, path), lambda: frozenset(_state_words(view, path)), frozenset())


def _state_words(view: View, path: str) -> Iterator[str]:
    for name in view.names(path):
        if all(isinstance(each, Function | Class) for each in view.bindings(path, name)):
            continue
        match resolve(view, path, name):
            case Declared() as declared if _can_change(declared):
                yield name
            case Module(path=str()):
                yield name
            case _:
                pass


def _can_change(declared: Declared) -> bool:
    """Whether a name is a variable that holds something mutable, or that some function declares `global`."""
    return any(
        isinstance(each, Assigned) and (each.code is None or _is_mutable(each.code.node)) for each in declared.bindings
    )


def _is_mutable(value: ast.AST) -> bool:
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in MUTABLE
        case _:
            return False


def _writes(reader: Reader) -> Iterator[tuple[Declaration, ast.expr]]:
    """Every change of a variable of a module, with the part of the code that names it."""
    declared = {name for node in reader.nodes if isinstance(node, ast.Global) for name in node.names}
    for node in reader.nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name in declared:
                if (variable := _module_variable(reader, name)) is not None:
                    yield variable, node
            case ast.Subscript(value=target, ctx=ast.Store() | ast.Del()):
                if (variable := _variable(reader, target)) is not None:
                    yield variable, target
            case ast.Attribute(ctx=ast.Store() | ast.Del(), value=base, attr=name):
                entity = reader.resolve(base)
                if isinstance(entity, Module) and entity.path is not None:
                    yield Declaration(entity.path, name), node
            case ast.Call(func=ast.Attribute(value=target, attr=method)) if method in CHANGES:
                if (variable := _variable(reader, target, mutable=True)) is not None:
                    yield variable, target
            case _:
                pass


def _variable(reader: Reader, node: ast.expr, *, mutable: bool = False) -> Declaration | None:
    """The variable of a module that a name or a dotted name means; with `mutable`, only one that holds a collection."""
    entity = reader.resolve(node)
    if not isinstance(entity, Declared):
        globals_ = {name for each in reader.nodes if isinstance(each, ast.Global) for name in each.names}
        if isinstance(node, ast.Name) and node.id in globals_:
            return _module_variable(reader, node.id)
        return None
    if not all(isinstance(each, Assigned) for each in entity.bindings) or (mutable and not _can_change(entity)):
        return None
    return entity.declaration


def _module_variable(reader: Reader, name: str) -> Declaration | None:
    """The variable that `global name` means."""
    entity = resolve(reader.view, reader.path, name)
    is_variable = isinstance(entity, Declared) and all(isinstance(each, Assigned) for each in entity.bindings)
    return entity.declaration if isinstance(entity, Declared) and is_variable else None

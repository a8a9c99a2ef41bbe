"""What a class is by its decorators and bases: which library gives it fields, what it inherits, its type variables."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from athena_lsp.analysis.scope import Declared, Entity, External, canonical, resolve_node
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassKind, ScalarKind

DECORATORS = {
    "dataclasses.dataclass": ClassKind.DATACLASS,
    "pydantic.dataclasses.dataclass": ClassKind.PYDANTIC,
    **dict.fromkeys(("attr.s", "attr.attrs", "attr.dataclass"), ClassKind.ATTRS),
    **dict.fromkeys(("attr.define", "attr.frozen", "attr.mutable"), ClassKind.ATTRS),
    **dict.fromkeys(("attrs.define", "attrs.frozen", "attrs.mutable"), ClassKind.ATTRS),
}
BASES = {
    "TypedDict": ClassKind.TYPED_DICT,
    "NamedTuple": ClassKind.NAMED_TUPLE,
    "pydantic.BaseModel": ClassKind.PYDANTIC,
    "pydantic.main.BaseModel": ClassKind.PYDANTIC,
    "msgspec.Struct": ClassKind.MSGSPEC,
    **{f"enum.{name}": ClassKind.ENUM for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")},
}
MIXINS = {"enum.IntEnum": ScalarKind.INT, "enum.StrEnum": ScalarKind.STR, "enum.IntFlag": ScalarKind.INT,
          "str": ScalarKind.STR, "int": ScalarKind.INT, "float": ScalarKind.FLOAT}  # fmt: skip
NO_DATA = frozenset({"Protocol", "abc.ABC", "BaseException", "Exception"})


@dataclass(frozen=True, slots=True)
class Heritage:
    """What a class gets from its decorators and bases. `bases` are those of the project, nearest first."""

    kind: ClassKind | None
    bases: tuple[Declaration, ...]
    mixin: ScalarKind | None
    external: str
    """A base class that comes from an installed package and cannot be looked into."""
    variables: tuple[str, ...]
    no_data: bool
    """A protocol, an abstract class or an exception: it describes no data."""


NOTHING = Heritage(None, (), None, "", (), False)


def heritage(view: View, declaration: Declaration) -> Heritage | None:
    """What the class at a declaration gets from above; None when no class stands there."""
    on_cycle: Heritage | None = NOTHING
    return view.ask(("heritage", declaration), lambda: _heritage(view, declaration), on_cycle)


def class_node(view: View, declaration: Declaration) -> ast.ClassDef | None:
    """The class statement at a declaration."""
    class_ = Declared(declaration, view.bindings(declaration.path, declaration.name)).class_
    return class_.code.node if class_ and isinstance(class_.code.node, ast.ClassDef) else None


@dataclass(slots=True)
class _Gathered:
    kind: ClassKind | None = None
    mixin: ScalarKind | None = None
    external: str = ""
    no_data: bool = False


def _heritage(view: View, declaration: Declaration) -> Heritage | None:
    node = class_node(view, declaration)
    if node is None:
        return None
    path = declaration.path
    found = _Gathered()
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        entity = resolve_node(view, path, called)
        found.kind = DECORATORS.get(entity.name if isinstance(entity, External) else "", found.kind)
    bases: dict[Declaration, None] = {}
    variables = {parameter.name: None for parameter in getattr(node, "type_params", ())}
    for base in node.bases:
        if isinstance(base, ast.Subscript):
            variables.update((name, None) for name in _variables_in(view, path, base.slice))
        target = base.value if isinstance(base, ast.Subscript) else base
        entity = resolve_node(view, path, target)
        if isinstance(entity, Declared):
            bases.update((ancestor, None) for ancestor in _inherit(view, entity.declaration, found))
        elif entity is not None:
            _add_known(found, entity, canonical(entity))
    return Heritage(found.kind, tuple(bases), found.mixin, found.external, tuple(variables), found.no_data)


def _inherit(view: View, base: Declaration, found: _Gathered) -> tuple[Declaration, ...]:
    above = heritage(view, base)
    if above is None:
        return ()
    found.kind = found.kind or above.kind
    found.mixin = found.mixin or above.mixin
    found.external = found.external or above.external
    found.no_data = found.no_data or above.no_data
    return (base, *above.bases)


def _add_known(found: _Gathered, entity: Entity, name: str) -> None:
    if name in BASES:
        found.kind = found.kind or BASES[name]
        found.mixin = found.mixin or MIXINS.get(name)
    elif name in MIXINS:
        found.mixin = MIXINS[name]
    elif name in NO_DATA:
        found.no_data = True
    elif name not in ("Generic", "object") and isinstance(entity, External):
        found.external = found.external or name


def _variables_in(view: View, path: str, node: ast.expr) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and _is_variable(view, path, inner)]


def _is_variable(view: View, path: str, node: ast.Name) -> bool:
    entity = resolve_node(view, path, node)
    if not isinstance(entity, Declared) or entity.assigned is None or entity.assigned.code is None:
        return False
    value = entity.assigned.code.node
    called = resolve_node(view, entity.declaration.path, value.func) if isinstance(value, ast.Call) else None
    return called is not None and canonical(called) == "TypeVar"

"""What a name means where it stands: through imports, re-exports and star imports, without importing anything."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from typing import TypeAlias

from athena_lsp.analysis.summary import Assigned, Binding, Class, Function, Imported
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration

RUNTIME = "athena_runtime"
BUILTINS = frozenset(dir(builtins))
MAX_HOPS = 40
TYPING = ("typing.", "typing_extensions.", "collections.abc.", "types.")


@dataclass(frozen=True, slots=True)
class Runtime:
    """Something of athena_runtime's own, such as `container`."""

    name: str


@dataclass(frozen=True, slots=True)
class Declared:
    """Something of the project. `bindings` are all that bind the name, in order."""

    declaration: Declaration
    bindings: tuple[Binding, ...]

    @property
    def function(self) -> Function | None:
        return next((b for b in reversed(self.bindings) if isinstance(b, Function)), None)

    @property
    def class_(self) -> Class | None:
        return next((b for b in reversed(self.bindings) if isinstance(b, Class)), None)

    @property
    def assigned(self) -> Assigned | None:
        """The one assignment of a name that is bound once."""
        only = self.bindings[0] if len(self.bindings) == 1 else None
        return only if isinstance(only, Assigned) else None


@dataclass(frozen=True, slots=True)
class Module:
    """A module: of the project (`path`) or from elsewhere (`path` is None)."""

    name: str
    path: str | None


@dataclass(frozen=True, slots=True)
class External:
    """A name of a module from elsewhere: `datetime.datetime`."""

    name: str


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A name that nothing binds."""

    name: str


Entity: TypeAlias = Runtime | Declared | Module | External | Builtin | Missing


def resolve(view: View, path: str, name: str) -> Entity:
    """What `name` means at the top level of a file."""
    return _resolve(view, path, name, MAX_HOPS)


def resolve_node(view: View, path: str, node: ast.expr) -> Entity | None:
    """What a name or a dotted name means; None for any other expression."""
    match node:
        case ast.Name(id=name):
            return resolve(view, path, name)
        case ast.Attribute(value=value, attr=attribute):
            base = resolve_node(view, path, value)
            return _attribute(view, base, attribute, MAX_HOPS) if base else None
        case _:
            return None


def resolve_imported(view: View, path: str, imported: Imported, node: ast.expr) -> Entity | None:
    """What a name or dotted name means whose first part is bound by an import inside a function."""
    if isinstance(node, ast.Attribute):
        base = resolve_imported(view, path, imported, node.value)
        return _attribute(view, base, node.attr, MAX_HOPS) if base else None
    return _import(view, path, imported, MAX_HOPS)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written; empty for anything but names and attributes."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            base = dotted(value)
            return f"{base}.{attribute}" if base else ""
        case _:
            return ""


def canonical(entity: Entity) -> str:
    """A known type's name without the module it was reached through: `List`, `datetime.date`, `str`."""
    name = entity.name if isinstance(entity, Builtin | External | Runtime) else ""
    for prefix in TYPING:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return f"athena.{name}" if isinstance(entity, Runtime) else name


def _resolve(view: View, path: str, name: str, hops: int) -> Entity:
    bindings = view.bindings(path, name)
    if hops <= 0:
        return Missing(name)
    if not bindings:
        return _from_stars(view, path, name, hops)
    own = [binding for binding in bindings if not isinstance(binding, Imported)]
    imports = [binding for binding in bindings if isinstance(binding, Imported)]
    if own and not (imports and all(isinstance(binding, Assigned) for binding in own)):
        return Declared(Declaration(path, name), bindings)
    # `try: import x` / `except ImportError: x = None`, and `if TYPE_CHECKING`: the import says what is meant.
    found: Entity = Missing(name)
    for imported in imports:
        found = _import(view, path, imported, hops)
        if not isinstance(found, Missing):
            return found
    return found


def _from_stars(view: View, path: str, name: str, hops: int) -> Entity:
    installed = ""
    for star in reversed(view.stars(path)):
        if star.level == 0 and star.module.partition(".")[0] == RUNTIME:
            if name in view.runtime_names:
                return Runtime(name)
            continue
        target = view.module(path, star.module, star.level)
        if target is None and star.level == 0 and not view.is_project_module(path, star.module):
            installed = installed or star.module
        if target is not None and not (name.startswith("_") or target == path):
            found = _resolve(view, target, name, hops - 1)
            if not isinstance(found, Missing | Builtin):
                return found
    if name in BUILTINS:
        return Builtin(name)
    return External(f"{installed}.{name}") if installed else Missing(name)


def _import(view: View, path: str, imported: Imported, hops: int) -> Entity:
    module, attribute = imported.module, imported.attribute
    if attribute is None:
        return Module(module, None if module.partition(".")[0] == RUNTIME else view.module(path, module, 0))
    if imported.level == 0 and module.partition(".")[0] == RUNTIME:
        return Runtime(attribute) if attribute in view.runtime_names else _runtime_module(module, attribute)
    target = view.module(path, module, imported.level)
    if target is not None:
        found = _resolve(view, target, attribute, hops - 1) if target != path else Missing(attribute)
        if not isinstance(found, Missing | Builtin):
            return found
    submodule = view.module(path, f"{module}.{attribute}" if module else attribute, imported.level)
    if submodule is not None:
        return Module(f"{module}.{attribute}", submodule)
    if target is not None or imported.level or view.is_project_module(path, module):
        return Missing(attribute)
    return External(f"{module}.{attribute}")


def _runtime_module(module: str, attribute: str) -> Entity:
    dotted_name = f"{module}.{attribute}"
    return Module(dotted_name, None) if module == RUNTIME and attribute in RUNTIME_MODULES else Missing(attribute)


def _attribute(view: View, base: Entity, attribute: str, hops: int) -> Entity | None:
    match base:
        case Module(name=name, path=None):
            if name.partition(".")[0] == RUNTIME:
                return Runtime(attribute) if attribute in view.runtime_names else _runtime_module(name, attribute)
            return External(f"{name}.{attribute}")
        case Module(name=name, path=str(path)):
            found = _resolve(view, path, attribute, hops - 1)
            if not isinstance(found, Missing | Builtin):
                return found
            submodule = view.module(path, f"{name}.{attribute}", 0)
            return Module(f"{name}.{attribute}", submodule) if submodule is not None else Missing(attribute)
        case External(name=name):
            return External(f"{name}.{attribute}")
        case _:
            return None


RUNTIME_MODULES = frozenset(
    {"decorators", "options", "control", "resources", "artifacts", "contract", "codec", "testing"}
)

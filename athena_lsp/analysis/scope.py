"""What a name means where it stands: through imports, re-exports and star imports, without importing anything."""

from __future__ import annotations

import ast
import builtins
from typing import TypeAlias

from athena_lsp.analysis.exports import names_of
from athena_lsp.analysis.library import KNOWN_BY_NAME, PACKAGE_FILES, Located, Unread
from athena_lsp.analysis.standard import PUBLIC
from athena_lsp.analysis.summary import Assigned, Binding, Class, Function, Imported, Star
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field

RUNTIME = "athena_runtime"
BUILTINS = frozenset(dir(builtins))
MAX_ALIASES = 40
TYPING = ("typing.", "typing_extensions.", "collections.abc.", "types.", "builtins.")


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
    """A module: of the project or an installed package that was looked into (`path`), or from elsewhere (None)."""

    name: str
    path: str | None
    seen_from: str = field(default="", compare=False)
    """The file that imports a folder without `__init__`, which leads to the modules in it."""
    level: int = field(default=0, compare=False)
    """How many dots stand before the name in that import."""


@dataclass(frozen=True, slots=True)
class External:
    """A name of a module from elsewhere: `datetime.datetime`."""

    name: str
    module: str = field(default="", compare=False)
    """The part of the name that an import gives as a module."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A name of an installed package that has not been read yet: nothing is to be said of it."""

    name: str


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A name that nothing binds."""

    name: str


Entity: TypeAlias = Runtime | Declared | Module | External | Awaited | Builtin | Missing


def resolve(view: View, path: str, name: str) -> Entity:
    """What `name` means at the top level of a file. Names of installed packages are not looked into: see `follow`."""
    nowhere: Entity | None = None
    return view.ask(("name", path, name), lambda: _Search(view).name(path, name), nowhere) or Missing(name)


def resolve_node(view: View, path: str, node: ast.expr) -> Entity | None:
    """What a name or a dotted name means; None for any other expression."""
    match node:
        case ast.Name(id=name):
            return resolve(view, path, name)
        case ast.Attribute(value=value, attr=attribute):
            base = resolve_node(view, path, value)
            return _Search(view).attribute(base, attribute) if base else None
        case _:
            return None


def resolve_imported(view: View, path: str, imported: Imported, node: ast.expr) -> Entity | None:
    """What a name or dotted name means whose first part is bound by an import inside a function."""
    if isinstance(node, ast.Attribute):
        base = resolve_imported(view, path, imported, node.value)
        return _Search(view).attribute(base, node.attr) if base else None
    return _Search(view).imported(path, imported)


def follow(view: View, entity: Entity) -> Entity:
    """What a name of an installed package is by the package's source or stubs; any other entity as it is.

    A name that they do not define, or that athena knows by itself, stays External; Awaited, when they are not read yet.
    """
    if not isinstance(entity, External) or not entity.module or entity.name in view.known_names:
        return entity
    if entity.module.partition(".")[0] in KNOWN_BY_NAME:
        return entity
    external: Entity = entity
    return view.ask(("follow", entity.module, entity.name), lambda: _follow(view, entity), external)


def follow_node(view: View, path: str, node: ast.expr) -> Entity | None:
    """What a name or a dotted name means, looked up in installed packages too; None for any other expression."""
    entity = resolve_node(view, path, node)
    return follow(view, entity) if entity is not None else None


def unaliased(view: View, entity: Entity | None) -> Entity | None:
    """What stands behind `X = Y` and `X = module.Y`; any other entity as it is."""
    for _ in range(MAX_ALIASES):
        assigned = entity.assigned if isinstance(entity, Declared) else None
        node = assigned.code.node if assigned is not None and assigned.code else None
        if not isinstance(entity, Declared) or not isinstance(node, ast.Name | ast.Attribute):
            return entity
        entity = follow_node(view, entity.declaration.path, node)
    return entity


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


def exported(view: View, path: str) -> frozenset[str] | None:
    """The names in a file's `__all__`; None when it has none, or one that cannot be known without running it."""
    nothing: frozenset[str] | None = None
    return view.ask(("exported", path), lambda: _exported(view, path), nothing)


def _exported(view: View, path: str) -> frozenset[str] | None:
    def names_in(module: str) -> frozenset[str] | None:
        entity = resolve_node(view, path, ast.parse(module, mode="eval").body)
        return exported(view, entity.path) if isinstance(entity, Module) and entity.path else None

    return names_of(view.exports(path), names_in)


def _follow(view: View, external: External) -> Entity:
    search = _Search(view)
    parts = external.name[len(external.module) + 1 :].split(".")
    found: Entity | None = search.module(external.module, parts[0])
    for part in parts:
        match found:
            case Module(name=name, path=None):
                found = search.module(f"{name}.{part}")
            case Awaited() | None:
                break
            case _:
                found = _Search(view).attribute(found, part)
    if found is None or isinstance(found, Missing) or (isinstance(found, Module) and found.path is None):
        return external
    return external if found == external else found


@dataclass(slots=True)
class _Search:
    """One walk from name to name through files; `seen` are the names it has come by, so that circles end."""

    view: View
    seen: set[tuple[str, str]] = field(default_factory=set)

    def name(self, path: str, name: str) -> Entity:
        """What a name means at the top level of a file."""
        if (path, name) in self.seen:
            return Missing(name)
        self.seen.add((path, name))
        view = self.view
        if path in view.library:
            module = view.library.files[path].module
            if f"{module}.{name}" in view.known_names:
                return External(f"{module}.{name}", module)
        program = view.program_of(path)
        if program is not None and _is_template(view, program, name):
            return self.name(program, name)
        found = self._bound(path, name)
        if program is not None and isinstance(found, Missing | Builtin):
            return self.name(program, name)  # a stub may leave out what nobody was meant to see
        return found

    def _bound(self, path: str, name: str) -> Entity:
        bindings = self.view.bindings(path, name)
        if not bindings:
            return self.starred(path, name)
        own = [binding for binding in bindings if not isinstance(binding, Imported)]
        imports = [binding for binding in bindings if isinstance(binding, Imported)]
        last = bindings[-1]
        if isinstance(last, Imported) and not last.conditional:
            imports = [last, *imports[:-1]]  # whatever stands above, from there on the name means this
        elif own and not (imports and all(isinstance(binding, Assigned) for binding in own)):
            return Declared(Declaration(path, name), bindings)
        # `try: import x` / `except ImportError: x = None`, and `if TYPE_CHECKING`: the import says what is meant.
        found = [self.imported(path, imported) for imported in imports]
        known = [entity for entity in found if not isinstance(entity, Missing)]
        own_code = [entity for entity in known if not isinstance(entity, External)]
        if known:
            return own_code[0] if own_code and imports[0].conditional else known[0]
        return Declared(Declaration(path, name), bindings) if own else Missing(name)

    def starred(self, path: str, name: str) -> Entity:
        """What a name means that no statement of the file binds: something of a star import, or a builtin."""
        elsewhere: Entity | None = None
        for star in reversed(self.view.stars(path)):
            if star.level == 0 and star.module.partition(".")[0] == RUNTIME:
                if name in self.view.runtime_names:
                    return Runtime(name)
                continue
            found = self._of_star(path, star, name)
            if isinstance(found, External) and found.module and found.name == f"{star.module}.{name}":
                elsewhere = elsewhere or found  # it may be from there, if from nowhere else
            elif not isinstance(found, Missing | Builtin):
                return found
        if name in BUILTINS:
            return Builtin(name)
        return elsewhere or Missing(name)

    def _of_star(self, path: str, star: Star, name: str) -> Entity:
        view = self.view
        if star.level == 0 and star.module in PUBLIC and not view.is_project_module(path, star.module):
            return External(f"{star.module}.{name}") if name in PUBLIC[star.module] else Missing(name)
        module = view.library.absolute(path, star.module, star.level) if path in view.library else star.module
        target = self._located(path, star.module, star.level)
        is_elsewhere = path not in view.library and not star.level and not view.is_project_module(path, star.module)
        if target is Unread.ABSENT and is_elsewhere:
            target = view.locate(module)
        if target is Unread.AWAITED:
            return self._awaited(module, name)
        if target is Unread.ABSENT:
            return External(f"{module}.{name}", module) if is_elsewhere else Missing(name)
        names = exported(view, target)
        if target == path or (name.startswith("_") if names is None else name not in names):
            return Missing(name)
        found = self.name(target, name)
        return External(f"{module}.{name}", module) if is_elsewhere and not isinstance(found, Missing) else found

    def imported(self, path: str, imported: Imported) -> Entity:
        """What an import of a file binds."""
        view, module, attribute = self.view, imported.module, imported.attribute
        installed = path in view.library
        if imported.level == 0 and module.partition(".")[0] == RUNTIME:
            if attribute is None:
                return Module(module, None)
            return Runtime(attribute) if attribute in view.runtime_names else _runtime_module(module, attribute)
        if attribute is None:
            if installed:
                return self.module(module)
            target = view.module(path, module, 0)
            return Module(module, target, path if target is None and view.is_namespace(path, module, 0) else "")
        absolute = view.library.absolute(path, module, imported.level) if installed else module
        full = f"{absolute}.{attribute}" if absolute else attribute
        if installed and full in view.known_names:
            return External(full, absolute)
        return self._attribute_import(path, imported, attribute, absolute, full)

    def _attribute_import(self, path: str, imported: Imported, attribute: str, absolute: str, full: str) -> Entity:
        """`from module import attribute`: what the module binds, else a module inside it."""
        view, level = self.view, imported.level
        target = self._located(path, imported.module, level)
        if target is Unread.AWAITED:
            return self._awaited(absolute, attribute)
        if isinstance(target, str) and target != path:
            found = self.name(target, attribute)
            if not isinstance(found, Missing | Builtin):
                return found
        inner = f"{imported.module}.{attribute}" if imported.module else attribute
        submodule = self._located(path, inner, level)
        if submodule is Unread.AWAITED:
            return self._awaited(full, "")
        if isinstance(submodule, str):
            return Module(full, submodule)
        if path in view.library:
            return External(full, absolute) if target is Unread.ABSENT else Missing(attribute)
        if view.is_namespace(path, inner, level):
            return Module(full, None, path, level)
        if isinstance(target, str) or level or view.is_project_module(path, imported.module):
            compiled = view.is_compiled(path, imported.module, level) or view.is_compiled(path, inner, level)
            unseen = target is Unread.ABSENT and not view.layout.whole
            return External(full, absolute) if compiled or unseen else Missing(attribute)
        return External(full, absolute)

    def attribute(self, base: Entity, attribute: str) -> Entity | None:
        """What `base.attribute` means; None when that cannot be known without running anything."""
        match base:
            case Module(name=name, path=None) if name.partition(".")[0] == RUNTIME:
                return Runtime(attribute) if attribute in self.view.runtime_names else _runtime_module(name, attribute)
            case Module(name=name, path=None, seen_from=""):
                return External(f"{name}.{attribute}", name)
            case Module(name=name, path=None, seen_from=importer, level=level):
                return self.imported(importer, Imported(attribute, name, level, attribute))
            case Module(name=name, path=str(path)):
                found = self.name(path, attribute)
                return self._submodule(name, path, attribute) if isinstance(found, Missing | Builtin) else found
            case External(name=name, module=module):
                return External(f"{name}.{attribute}", module)
            case Awaited(name=name):
                return Awaited(f"{name}.{attribute}")
            case _:
                return None

    def module(self, name: str, asked: str = "") -> Module | Awaited:
        """A module of an installed package; `asked` is the name that is wanted of it."""
        target = self.view.locate(name)
        if target is Unread.AWAITED:
            return self._awaited(name, asked)
        return Module(name, target if isinstance(target, str) else None)

    def _submodule(self, name: str, path: str, attribute: str) -> Entity:
        """A module inside a package, which is there when anybody has imported it."""
        if path.rpartition("/")[2] not in PACKAGE_FILES:
            return Missing(attribute)
        target = self._located(path, attribute, 1)
        full = f"{name}.{attribute}"
        if target is Unread.AWAITED:
            return self._awaited(self.view.library.absolute(path, attribute, 1), "")
        if isinstance(target, str):
            return Module(full, target)
        compiled = path not in self.view.library and self.view.is_compiled(path, attribute, 1)
        is_folder = not compiled and self.view.is_namespace(path, full, 0)
        return Module(full, None, path if is_folder else "") if compiled or is_folder else Missing(attribute)

    def _located(self, path: str, module: str, level: int) -> Located:
        """The file that a module is in a file: of a project, of the project; of a library, of what is installed."""
        view = self.view
        if path in view.library:
            return view.locate(view.library.absolute(path, module, level))
        return view.module(path, module, level) or Unread.ABSENT

    def _awaited(self, module: str, attribute: str) -> Awaited:
        self.view.want(module, attribute)
        return Awaited(f"{module}.{attribute}" if attribute else module)


def _is_template(view: View, path: str, name: str) -> bool:
    """Whether a name of a file is bound by a decorator of athena: what a stub says of it does not count."""
    return view.ask(("decorated", path, name), lambda: _has_decorator(view, path, name), False)


def _has_decorator(view: View, path: str, name: str) -> bool:
    functions = (each.code.node for each in view.bindings(path, name) if isinstance(each, Function))
    decorators = (decorator for node in functions for decorator in getattr(node, "decorator_list", ()))
    called = (each.func if isinstance(each, ast.Call) else each for each in decorators)
    return any(isinstance(resolve_node(view, path, node), Runtime) for node in called)


def _runtime_module(module: str, attribute: str) -> Entity:
    name = f"{module}.{attribute}"
    if name.split(".")[1] not in RUNTIME_MODULES:
        return Missing(attribute)
    return Module(name, None) if module == RUNTIME else External(name)


RUNTIME_MODULES = ("artifacts", "codec", "contract", "control", "decorators", "options", "resources", "testing")

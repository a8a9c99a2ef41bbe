"""What a class is by its decorators and bases: which library gives it fields, what it inherits, its type variables."""

from __future__ import annotations

import ast
import builtins
from enum import Enum

from athena_lsp.analysis.library import KNOWN_BY_NAME
from athena_lsp.analysis.scope import (
    Awaited,
    Builtin,
    Declared,
    Entity,
    External,
    canonical,
    dotted,
    follow_node,
    unaliased,
)
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassKind, ScalarKind
from athena_lsp.records import dataclass, field

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
    "collections.namedtuple": ClassKind.NAMED_TUPLE,
    **dict.fromkeys(("pydantic.BaseModel", "pydantic.main.BaseModel"), ClassKind.PYDANTIC),
    **dict.fromkeys(("pydantic.RootModel", "pydantic.root_model.RootModel"), ClassKind.PYDANTIC),
    "msgspec.Struct": ClassKind.MSGSPEC,
    **{f"enum.{name}": ClassKind.ENUM for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")},
}
"""Base classes that say which library reads the fields. The same names, called, make a class."""


class Automatic(Enum):
    """What `auto()` gives to the members of an enum."""

    NUMBERS = "1, 2, 3"
    BITS = "1, 2, 4"
    NAMES = "the names in small letters"


AUTOMATIC = {"enum.Flag": Automatic.BITS, "enum.IntFlag": Automatic.BITS, "enum.StrEnum": Automatic.NAMES}
FUNCTIONAL = frozenset({ClassKind.TYPED_DICT, ClassKind.NAMED_TUPLE, ClassKind.ENUM})
MIXINS = {
    "enum.IntEnum": ScalarKind.INT,
    "enum.StrEnum": ScalarKind.STR,
    "enum.IntFlag": ScalarKind.INT,
    **{name: ScalarKind(name) for name in ("str", "int", "float", "bytes")},
}
HARMLESS = frozenset({"auto", "deprecated", "doc", "export", "expr_dispatch", "final", "public", "runtime_checkable",
                      "set_module", "total_ordering"})  # fmt: skip
"""Decorators of classes that leave the class what it is."""
ROOT_MODELS = frozenset({"pydantic.RootModel", "pydantic.root_model.RootModel"})
CONTAINERS = frozenset({"list", "dict", "set", "frozenset", "tuple"})
WITHOUT_MEANING = frozenset({"Generic", "object", "enum.ReprEnum"})


@dataclass(frozen=True, slots=True)
class Heritage:
    """What a class gets from its decorators and bases."""

    kind: ClassKind | None
    has_own_fields: bool
    """Its own annotations are fields: not those of a class below a dataclass that is no dataclass itself."""
    bases: tuple[Declaration, ...]
    """All classes above it whose statements are known, in the order of look-up."""
    mixin: ScalarKind | None
    externals: tuple[str, ...]
    """Base classes that do not tell their fields: computed ones, compiled ones, plain ones of installed packages."""
    variables: tuple[str, ...]
    no_data: str
    """What it is, when it describes no data: a protocol, an abstract class, an exception."""
    automatic: Automatic
    """What `auto()` gives, when it is an enum."""

    @property
    def is_flag(self) -> bool:
        """Whether it is an enum whose members combine."""
        return self.automatic is Automatic.BITS


NOTHING = Heritage(None, False, (), None, (), (), "", Automatic.NUMBERS)


def heritage(view: View, declaration: Declaration) -> Heritage | None:
    """What the class at a declaration gets from above; None when no class stands there."""
    on_cycle: Heritage | None = NOTHING
    return view.ask(("heritage", declaration), lambda: _heritage(view, declaration), on_cycle)


def class_node(view: View, declaration: Declaration) -> ast.ClassDef | None:
    """The class statement at a declaration; `Outer.Inner` stands in the body of `Outer`."""
    outer, *inner = declaration.name.split(".")
    class_ = Declared(Declaration(declaration.path, outer), view.bindings(declaration.path, outer)).class_
    node = class_.code.node if class_ else None
    for name in inner:
        statements = node.body if isinstance(node, ast.ClassDef) else []
        node = next((each for each in statements if isinstance(each, ast.ClassDef) and each.name == name), None)
    return node if isinstance(node, ast.ClassDef) else None


def opaque_name(view: View, declaration: Declaration) -> str:
    """What a class is called as a type that cannot be looked into."""
    installed = view.library.files.get(declaration.path)
    return f"{installed.module}.{declaration.name}" if installed else f"{declaration.path}:{declaration.name}"


def opaque_ancestors(view: View, declaration: Declaration) -> tuple[str, ...]:
    """What all classes that a class is known to inherit from are called as such types."""
    above = heritage(view, declaration) or NOTHING
    return tuple(dict.fromkeys((*(opaque_name(view, base) for base in above.bases), *above.externals)))


def is_plain(view: View, declaration: Declaration) -> bool:
    """Whether a class holds no data for sure: its statement and those of all classes above it are known, and nothing in
    them could give it fields when the program runs."""
    return view.ask(("plain", declaration), lambda: _is_plain(view, declaration), True)


def _is_plain(view: View, declaration: Declaration) -> bool:
    node, above = class_node(view, declaration), heritage(view, declaration)
    if node is None or above is None or above.kind is not None:
        return False
    called = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    if any(dotted(each).rpartition(".")[2] not in HARMLESS for each in called):
        return False
    meta = next((keyword.value for keyword in node.keywords if keyword.arg == "metaclass"), None)
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return all(_adds_nothing(view, declaration.path, base) for base in (*bases, *([meta] if meta is not None else [])))


def _adds_nothing(view: View, path: str, base: ast.expr) -> bool:
    """Whether a base class, or a metaclass, is known, and gives no fields."""
    match unaliased(view, follow_node(view, path, base)):
        case Declared() as entity:
            return not _is_transform(view, entity.declaration.path, _node(view, entity)) and is_plain(
                view, entity.declaration
            )
        case (External() | Builtin()) as entity:
            name = canonical(entity)
            is_standard = isinstance(entity, Builtin) or entity.name.partition(".")[0] in KNOWN_BY_NAME
            # Classes on top of a path are written as paths.
            return is_standard and name not in BASES and not name.startswith("pathlib.")
        case _:
            return False


def nested_class(view: View, outer: Declaration, name: str) -> Declaration | None:
    """The class of that name in the body of another; None when there is none."""
    inner = Declaration(outer.path, f"{outer.name}.{name}")
    return inner if class_node(view, inner) is not None else None


def functional_call(view: View, declaration: Declaration) -> ast.Call | None:
    """The call that makes the class at a declaration: `TypedDict("Movie", {...})`, `Enum("Colour", "RED GREEN")`."""
    assigned = Declared(declaration, view.bindings(declaration.path, declaration.name)).assigned
    call = assigned.code.node if assigned and assigned.code else None
    return call if isinstance(call, ast.Call) and callee(view, declaration.path, call) else None


def callee(view: View, path: str, call: ast.Call) -> str:
    """The functional form that is called, such as `TypedDict`; empty for another function."""
    entity = follow_node(view, path, call.func)
    name = canonical(entity) if entity is not None else ""
    return name if BASES.get(name) in FUNCTIONAL else ""


@dataclass(slots=True)
class _Gathered:
    kind: ClassKind | None = None
    decorated: bool = False
    direct: list[Declaration] = field(default_factory=list)
    mixin: ScalarKind | None = None
    externals: dict[str, None] = field(default_factory=dict)
    no_data: str = ""
    automatic: Automatic = Automatic.NUMBERS


def _heritage(view: View, declaration: Declaration) -> Heritage | None:
    node, found = class_node(view, declaration), _Gathered()
    if node is None:
        return _functional(view, declaration)
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        kind = _decorated(view, unaliased(view, follow_node(view, declaration.path, called)))
        found.decorated = found.decorated or kind is not None
        found.kind = kind or found.kind
    for base in node.bases:
        _add(view, declaration.path, base.value if isinstance(base, ast.Subscript) else base, found)
    if any(keyword.arg == "metaclass" and ast.unparse(keyword.value).endswith("ABCMeta") for keyword in node.keywords):
        found.no_data = found.no_data or "an abstract class"
    inherits_meaning = found.kind not in (ClassKind.DATACLASS, ClassKind.ATTRS, None)
    return Heritage(
        found.kind,
        found.decorated or inherits_meaning,
        _linearised(view, found.direct),
        found.mixin,
        tuple(found.externals),
        _variables(view, declaration.path, node),
        found.no_data,
        found.automatic,
    )


def _functional(view: View, declaration: Declaration) -> Heritage | None:
    call = functional_call(view, declaration)
    if call is None:
        return None
    name = callee(view, declaration.path, call)
    given = {keyword.arg: keyword.value for keyword in call.keywords}.get("type")
    mixin = MIXINS.get(given.id) if isinstance(given, ast.Name) else MIXINS.get(name)
    return Heritage(BASES[name], True, (), mixin, (), (), "", AUTOMATIC.get(name, Automatic.NUMBERS))


def _decorated(view: View, entity: Entity | None) -> ClassKind | None:
    """Which fields a decorator gives; one of the project's own may say so itself (`dataclass_transform`, PEP 681)."""
    if isinstance(entity, External):
        return DECORATORS.get(entity.name)
    transform = entity.function.code.node if isinstance(entity, Declared) and entity.function else None
    if isinstance(entity, Declared) and _is_transform(view, entity.declaration.path, transform):
        return ClassKind.DATACLASS
    return None


def _is_transform(view: View, path: str, node: ast.AST | None) -> bool:
    for decorator in getattr(node, "decorator_list", ()):
        called = follow_node(view, path, decorator.func if isinstance(decorator, ast.Call) else decorator)
        if called is not None and canonical(called) == "dataclass_transform":
            return True
    return False


def _add(view: View, path: str, base: ast.expr, found: _Gathered) -> None:
    """What one base class gives."""
    if isinstance(base, ast.Call):  # class Point(NamedTuple("Point", [...]))
        name = callee(view, path, base)
        found.kind = found.kind or BASES.get(name)
        if not name:
            found.externals[ast.unparse(base.func)] = None
        return
    entity = unaliased(view, follow_node(view, path, base))
    above = heritage(view, entity.declaration) if isinstance(entity, Declared) else None
    if above is not None and isinstance(entity, Declared):
        found.direct.append(entity.declaration)
        found.kind = found.kind or above.kind
        found.mixin = found.mixin or above.mixin
        installed = entity.declaration.path in view.library
        if installed and above.kind is None:
            found.externals[opaque_name(view, entity.declaration)] = None
        found.externals.update(dict.fromkeys(above.externals))
        found.automatic = above.automatic if above.kind is ClassKind.ENUM else found.automatic
        found.decorated = found.decorated or _is_transform(view, entity.declaration.path, _node(view, entity))
        found.kind = found.kind or (ClassKind.DATACLASS if found.decorated else None)
        if above.no_data != "a protocol" and not installed:
            found.no_data = found.no_data or above.no_data
    elif entity is not None:
        _add_known(found, entity, canonical(entity))


def _node(view: View, entity: Declared) -> ast.ClassDef | None:
    return class_node(view, entity.declaration)


def _add_known(found: _Gathered, entity: Entity, name: str) -> None:
    if name in BASES:
        found.kind = found.kind or BASES[name]
        found.mixin = found.mixin or MIXINS.get(name)
        found.automatic = AUTOMATIC.get(name, found.automatic)
    elif name in MIXINS:
        found.mixin = MIXINS[name]
    elif name in CONTAINERS:
        found.no_data = f"a class of its own on top of `{name}`"
    elif name == "Protocol":
        found.no_data = "a protocol"
    elif name == "abc.ABC":
        found.no_data = "an abstract class"
    elif isinstance(entity, Builtin) and _is_exception(name):
        found.no_data = "an exception"
    elif name not in WITHOUT_MEANING and isinstance(entity, External | Awaited | Declared):
        found.externals[name or "a class that is computed"] = None


def _is_exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _linearised(view: View, direct: list[Declaration]) -> tuple[Declaration, ...]:
    """Python's order of look-up; where there is none, which is an error when it runs, that of first mention."""
    above = [(base, *(found.bases if (found := heritage(view, base)) else ())) for base in direct]
    lines = [list(line) for line in (*above, direct)]
    order: list[Declaration] = []
    while lines := [line for line in lines if line]:
        tails = {declaration for line in lines for declaration in line[1:]}
        head = next((line[0] for line in lines if line[0] not in tails), None)
        if head is None:
            return tuple(dict.fromkeys(declaration for line in above for declaration in line))
        order.append(head)
        lines = [[each for each in line if each != head] for line in lines]
    return tuple(order)


def _variables(view: View, path: str, node: ast.ClassDef) -> tuple[str, ...]:
    """The type parameters: those in brackets, those of `Generic[...]`, or all in the order of their use."""
    brackets = [str(parameter.name) for parameter in getattr(node, "type_params", ())]
    if brackets:
        return tuple(brackets)
    found: dict[str, None] = {}
    for base in node.bases:
        if isinstance(base, ast.Subscript):
            names = [each.id for each in ast.walk(base.slice) if isinstance(each, ast.Name)]
            names = [name for name in names if _is_variable(view, path, name)]
            entity = follow_node(view, path, base.value)
            if entity is not None and canonical(entity) in ("Generic", "Protocol"):
                return tuple(names)
            found.update(dict.fromkeys(names))
    return tuple(found)


def _is_variable(view: View, path: str, name: str) -> bool:
    entity = follow_node(view, path, ast.Name(name))
    if not isinstance(entity, Declared) or entity.assigned is None or entity.assigned.code is None:
        return False
    value = entity.assigned.code.node
    called = follow_node(view, entity.declaration.path, value.func) if isinstance(value, ast.Call) else None
    return called is not None and canonical(called) == "TypeVar"

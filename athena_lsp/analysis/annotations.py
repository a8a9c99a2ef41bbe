"""From annotations to types: what a type expression means where it stands, and why it has no JSON form if so."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from athena_lsp.analysis.heritage import heritage
from athena_lsp.analysis.scope import (
    Declared,
    Missing,
    Module,
    canonical,
    dotted,
    resolve_node,
)
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import (
    ANY,
    BYTES,
    NONE,
    UNRESOLVED,
    ArtifactOf,
    ClassKind,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    SecretType,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
    VariableOf,
)

MAX_DEPTH = 60

SCALARS = {
    **{
        kind.value: kind
        for kind in (ScalarKind.BOOL, ScalarKind.INT, ScalarKind.FLOAT, ScalarKind.STR, ScalarKind.BYTES)
    },
    **{f"datetime.{name}": ScalarKind(name) for name in ("datetime", "date", "time", "timedelta")},
    "decimal.Decimal": ScalarKind.DECIMAL,
    "uuid.UUID": ScalarKind.UUID,
    **{f"pathlib.{name}": ScalarKind.PATH for name in ("Path", "PurePath", "PosixPath", "PurePosixPath")},
}
SEQUENCES = frozenset({"Sequence", "Iterable", "Collection", "MutableSequence", "Iterator", "Container"})
WRAPPERS = frozenset({"Final", "Required", "NotRequired", "ReadOnly", "ClassVar"})
HOPELESS = {
    "Callable": "a function",
    "Awaitable": "an awaitable",
    "Coroutine": "a coroutine",
    "Generator": "a generator",
    "AsyncIterator": "an asynchronous iterator",
    "AsyncIterable": "an asynchronous iterable",
    "IO": "an open file",
    "TextIO": "an open file",
    "BinaryIO": "an open file",
    "Protocol": "a protocol",
    "ModuleType": "a module",
    "FunctionType": "a function",
    "Type": "a class",
    "Self": "`Self`",
    "NoReturn": "`NoReturn`",
    "Never": "`Never`",
}
DATA_HINT = (
    "pass plain data: str, int, float, bool, lists and dicts of those, a dataclass, a TypedDict or a pydantic model"
)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a part of an annotation has no JSON form."""

    node: ast.expr
    what: str
    hint: str = DATA_HINT


@dataclass(slots=True)
class Reading:
    """One annotation being read. `variables` are the type variables that may stand in it."""

    view: View
    path: str
    variables: frozenset[str] = frozenset()
    objections: list[Objection] = field(default_factory=list)
    depth: int = 0
    at: ast.expr | None = None
    """While text or an alias is read: the node of the annotation itself that led there."""

    def object_to(self, node: ast.expr, what: str, hint: str = DATA_HINT) -> Type:
        self.objections.append(Objection(self.at or node, what, hint))
        return UNRESOLVED


def read_type(
    view: View, path: str, node: ast.expr, variables: frozenset[str] = frozenset()
) -> tuple[Type, tuple[Objection, ...]]:
    """The type that an annotation in a file means, and all objections to it."""
    reading = Reading(view, path, variables)
    return _read(reading, node), tuple(reading.objections)


def union(members: list[Type]) -> Type:
    """The union of types: flattened, none twice; one type alone is itself."""
    flat: list[Type] = []
    for member in members:
        for part in member.members if isinstance(member, UnionOf) else (member,):
            if part not in flat:
                flat.append(part)
    return flat[0] if len(flat) == 1 else UnionOf(tuple(flat))


def _read(reading: Reading, node: ast.expr) -> Type:
    if reading.depth > MAX_DEPTH:
        return ANY
    reading.depth += 1
    try:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return _read_text(reading, node, text)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return union([_read(reading, left), _read(reading, right)])
            case ast.Subscript(value=value, slice=index):
                return _read_subscript(reading, node, value, index)
            case ast.Name() | ast.Attribute():
                return _read_name(reading, node)
            case _:
                return reading.object_to(node, "this is not a type", "write a type, such as `str` or `list[int]`")
    finally:
        reading.depth -= 1


def _read_text(reading: Reading, node: ast.expr, text: str) -> Type:
    """A forward reference: `"Report"`."""
    try:
        inner = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return reading.object_to(node, f"`{text}` is not a type", "write a type, such as `str` or `list[int]`")
    before, reading.at = reading.at, reading.at or node
    try:
        return _read(reading, inner)
    finally:
        reading.at = before


def _read_name(reading: Reading, node: ast.Name | ast.Attribute) -> Type:
    if isinstance(node, ast.Name) and node.id in reading.variables:
        return VariableOf(node.id)
    entity = resolve_node(reading.view, reading.path, node)
    match entity:
        case Declared():
            return _read_declared(reading, node, entity, ())
        case Module(name=name):
            return reading.object_to(node, f"`{name}` is a module")
        case Missing(name=name):
            return reading.object_to(
                node, f"no type is called `{dotted(node) or name}` here", "import it, or define it"
            )
        case None:
            return reading.object_to(node, "this is not a type", "write a type, such as `str` or `list[int]`")
        case _:
            return _read_known(reading, node, canonical(entity))


def _read_known(reading: Reading, node: ast.expr, name: str) -> Type:
    """A type that stands without arguments."""
    if name in SCALARS:
        return Scalar(SCALARS[name])
    if name in HOPELESS:
        return reading.object_to(node, f"{HOPELESS[name]} has no JSON form")
    match name:
        case "Any" | "object":
            return ANY
        case "None" | "NoneType":
            return NONE
        case "AnyStr" | "LiteralString" | "Text":
            return Scalar(ScalarKind.STR)
        case "list" | "List" | "collections.deque":
            return ListOf(ANY)
        case "tuple" | "Tuple":
            return TupleRest(ANY)
        case "set" | "Set" | "AbstractSet" | "MutableSet":
            return SetOf(ANY)
        case "frozenset" | "FrozenSet":
            return SetOf(ANY, frozen=True)
        case "dict" | "Dict" | "Mapping" | "MutableMapping":
            return DictOf(Scalar(ScalarKind.STR), ANY)
        case "bytearray" | "memoryview" | "ByteString":
            return BYTES
        case "athena.Artifact":
            return reading.object_to(node, "`Artifact` needs the type it holds", "write `Artifact[bytes]`, for example")
        case "athena.Secret":
            return SecretType()
        case _ if name in SEQUENCES:
            return ListOf(ANY, abstract=True)
        case _ if "." in name and not name.startswith("athena."):
            return Opaque(name)
        case _:
            return reading.object_to(node, f"`{name.removeprefix('athena.')}` has no JSON form")


def _read_subscript(reading: Reading, node: ast.expr, value: ast.expr, index: ast.expr) -> Type:
    arguments = index.elts if isinstance(index, ast.Tuple) else [index]
    entity = resolve_node(reading.view, reading.path, value)
    if isinstance(entity, Declared):
        return _read_declared(reading, value, entity, tuple(_read(reading, argument) for argument in arguments))
    name = canonical(entity) if entity else ""
    match name:
        case "Literal":
            return _read_literal(reading, arguments)
        case "Annotated" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "ClassVar":
            return _read(reading, arguments[0])
        case "Optional":
            return union([_read(reading, arguments[0]), NONE])
        case "Union":
            return union([_read(reading, argument) for argument in arguments])
        case "list" | "List" | "collections.deque":
            return ListOf(_read(reading, arguments[0]))
        case "set" | "Set" | "AbstractSet" | "MutableSet":
            return SetOf(_read(reading, arguments[0]))
        case "frozenset" | "FrozenSet":
            return SetOf(_read(reading, arguments[0]), frozen=True)
        case "tuple" | "Tuple":
            return _read_tuple(reading, arguments)
        case "dict" | "Dict" | "Mapping" | "MutableMapping" | "collections.OrderedDict" | "collections.defaultdict":
            return _read_dict(reading, node, arguments)
        case "athena.Artifact":
            return ArtifactOf(_read(reading, arguments[0]))
        case _ if name in SEQUENCES:
            return ListOf(_read(reading, arguments[0]), abstract=True)
        case _:
            return _read_name(reading, value) if isinstance(value, ast.Name | ast.Attribute) else UNRESOLVED


def _read_tuple(reading: Reading, arguments: list[ast.expr]) -> Type:
    match arguments:
        case [item, ast.Constant(value=value)] if value is ...:
            return TupleRest(_read(reading, item))
        case [ast.Tuple(elts=[])]:
            return TupleOf(())
        case _:
            return TupleOf(tuple(_read(reading, argument) for argument in arguments))


def _read_dict(reading: Reading, node: ast.expr, arguments: list[ast.expr]) -> Type:
    if len(arguments) != 2:
        return reading.object_to(node, "a dict type needs a key and a value", "write `dict[str, int]`, for example")
    key = _read(reading, arguments[0])
    if not _can_be_key(key):
        reading.object_to(arguments[0], "JSON objects have text keys", "use `str`, `int` or an enum as the key")
    return DictOf(key, _read(reading, arguments[1]))


def _can_be_key(key: Type) -> bool:
    match key:
        case Scalar(kind=kind):
            return kind in (ScalarKind.STR, ScalarKind.INT)
        case UnionOf(members=members):
            return all(_can_be_key(member) for member in members)
        case NewTypeOf(base=base):
            return _can_be_key(base)
        case ListOf() | SetOf() | DictOf() | TupleOf() | TupleRest() | ClassOf() | ArtifactOf() | SecretType():
            return False
        case _:
            return True


def _read_literal(reading: Reading, arguments: list[ast.expr]) -> Type:
    values: list[str | int | bool | bytes] = []
    others: list[Type] = []
    for argument in arguments:
        match argument:
            case ast.Constant(value=None):
                others.append(NONE)
            case ast.Constant(value=str() | int() | bytes() as value):
                values.append(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                values.append(-number)
            case ast.Attribute(value=base, attr=case):
                entity = resolve_node(reading.view, reading.path, base)
                if isinstance(entity, Declared) and entity.class_:
                    others.append(EnumOf(entity.declaration, entity.class_.name, case))
                else:
                    reading.object_to(argument, "a Literal holds texts, whole numbers, bools, None and enum members")
            case ast.Subscript() | ast.Name():
                others.append(_read(reading, argument))
            case _:
                reading.object_to(argument, "a Literal holds texts, whole numbers, bools, None and enum members")
    literal: list[Type] = [LiteralOf(tuple(values), tuple(type(value).__name__ for value in values))] if values else []
    return union([*literal, *others]) if literal or others else UNRESOLVED


def _read_declared(reading: Reading, node: ast.expr, entity: Declared, arguments: tuple[Type, ...]) -> Type:
    declaration = entity.declaration
    if entity.class_:
        return _read_class(reading, node, declaration, entity.class_.name, arguments)
    assigned = entity.assigned
    if entity.function or assigned is None or assigned.code is None:
        what = "is a function" if entity.function else "is not a type that can be known without running the program"
        return reading.object_to(node, f"`{declaration.name}` {what}")
    value = assigned.code.node
    if isinstance(value, ast.Call):
        return _read_call(reading, node, declaration, value)
    before = reading.path, reading.at
    reading.path, reading.at = declaration.path, reading.at or node
    try:
        return _read(reading, value) if isinstance(value, ast.expr) else UNRESOLVED
    finally:
        reading.path, reading.at = before


def _read_call(reading: Reading, node: ast.expr, declaration: Declaration, call: ast.Call) -> Type:
    """`NewType("UserId", int)`, `TypeVar("T")`, `Enum("Colour", "RED GREEN")`, `namedtuple(...)`."""
    entity = resolve_node(reading.view, declaration.path, call.func)
    name = canonical(entity) if entity else ""
    if name == "NewType" and len(call.args) == 2:
        base, _ = read_type(reading.view, declaration.path, call.args[1], reading.variables)
        return NewTypeOf(declaration, declaration.name, base)
    if name in ("TypeVar", "ParamSpec", "TypeVarTuple"):
        if declaration.name in reading.variables:
            return VariableOf(declaration.name)
        return reading.object_to(node, f"`{declaration.name}` is a type variable", "write a concrete type")
    return reading.object_to(node, f"`{declaration.name}` is not a type that can be known without running the program")


def _read_class(
    reading: Reading, node: ast.expr, declaration: Declaration, name: str, arguments: tuple[Type, ...]
) -> Type:
    above = heritage(reading.view, declaration)
    if above is None or (above.no_data and above.kind is None):
        return reading.object_to(node, f"`{name}` has no JSON form")
    if above.kind is ClassKind.ENUM:
        return EnumOf(declaration, name)
    if above.kind is None and above.external:
        return Opaque(f"{declaration.path}:{name}")
    if above.kind is None:
        return reading.object_to(
            node, f"`{name}` is a plain class: nothing tells which fields it has", "make it a dataclass"
        )
    return ClassOf(declaration, name, arguments)

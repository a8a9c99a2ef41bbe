"""The types that values between steps can have (language.md, section 5), as frozen data without positions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from athena_lsp.ir.names import Declaration


class ScalarKind(Enum):
    """The built-in types that have a JSON form of their own; the value is the name as users write it."""

    NONE = "None"
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    STR = "str"
    BYTES = "bytes"
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"
    TIMEDELTA = "timedelta"
    DECIMAL = "Decimal"
    UUID = "UUID"
    PATH = "Path"


@dataclass(frozen=True, slots=True)
class AnyType:
    """`Any` or `object`: silences every check."""


@dataclass(frozen=True, slots=True)
class Scalar:
    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class ListOf:
    """`list[T]`; `abstract` for `Sequence`, `Iterable` and the like, which take tuples and sets too."""

    item: Type
    abstract: bool = False


@dataclass(frozen=True, slots=True)
class SetOf:
    item: Type
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class DictOf:
    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class TupleOf:
    """`tuple[int, str]`: a fixed length."""

    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class TupleRest:
    """`tuple[int, ...]`: any length."""

    item: Type


@dataclass(frozen=True, slots=True)
class UnionOf:
    """At least two members, flattened, none twice, in the order written."""

    members: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class LiteralOf:
    """`Literal["a", 3]`; `True` and `1` are told apart by `kinds`."""

    values: tuple[str | int | bool | bytes, ...]
    kinds: tuple[str, ...]
    """`type(value).__name__` of each value."""


@dataclass(frozen=True, slots=True)
class EnumOf:
    """An enum, or one case of it (`Literal[Colour.RED]`)."""

    declaration: Declaration
    name: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class NewTypeOf:
    """`UserId = NewType("UserId", int)`."""

    declaration: Declaration
    name: str
    base: Type


@dataclass(frozen=True, slots=True)
class ClassOf:
    """A class with fields: dataclass, TypedDict, NamedTuple, pydantic, attrs, msgspec. They are asked for apart."""

    declaration: Declaration
    name: str
    arguments: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableOf:
    """A type variable; only inside the description of a generic class."""

    name: str


@dataclass(frozen=True, slots=True)
class ArtifactOf:
    """`Artifact[T]`: travels through object storage, opaque in a workflow."""

    item: Type


@dataclass(frozen=True, slots=True)
class SecretType:
    """What `secret()` gives: a `str` that must not travel."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A type that cannot be looked into (it comes from an installed package); it equals itself only."""

    name: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """No known type: a missing annotation, a name that is not there. Reported at its own place, silent elsewhere."""


Type: TypeAlias = (
    AnyType
    | Scalar
    | ListOf
    | SetOf
    | DictOf
    | TupleOf
    | TupleRest
    | UnionOf
    | LiteralOf
    | EnumOf
    | NewTypeOf
    | ClassOf
    | VariableOf
    | ArtifactOf
    | SecretType
    | Opaque
    | Unresolved
)

NONE = Scalar(ScalarKind.NONE)
BOOL = Scalar(ScalarKind.BOOL)
INT = Scalar(ScalarKind.INT)
FLOAT = Scalar(ScalarKind.FLOAT)
STR = Scalar(ScalarKind.STR)
BYTES = Scalar(ScalarKind.BYTES)
ANY = AnyType()
UNRESOLVED = Unresolved()


class ClassKind(Enum):
    """Which library gives the class its fields."""

    DATACLASS = "dataclass"
    TYPED_DICT = "TypedDict"
    NAMED_TUPLE = "NamedTuple"
    PYDANTIC = "pydantic"
    ATTRS = "attrs"
    MSGSPEC = "msgspec"
    ENUM = "enum"
    PLAIN = "class"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class, with the class that declares it."""

    name: str
    type: Type
    required: bool
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """What a class statement tells: its fields in order, inherited ones first; the cases, when it is an enum."""

    kind: ClassKind
    fields: tuple[Field, ...]
    variables: tuple[str, ...] = ()
    """Names of the type parameters, in order."""
    bases: tuple[Declaration, ...] = ()
    """Every project class that it inherits from, nearest first."""
    cases: tuple[tuple[str, str | int | float | bool | None], ...] = ()
    """Enum members with their values; None where the value is not a literal."""
    mixin: ScalarKind | None = None
    """What an enum's members also are: `class Colour(str, Enum)`, `IntEnum`, `StrEnum`."""
    external_base: str = ""
    """A base class that comes from an installed package and cannot be looked into."""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

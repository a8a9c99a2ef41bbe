"""The types that values between steps can have, as frozen data without positions."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field


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


class ListKind(Enum):
    """The types whose JSON form is a list of any length and whose items are in an order; the value is the name."""

    LIST = "list"
    DEQUE = "deque"
    MUTABLE_SEQUENCE = "MutableSequence"
    SEQUENCE = "Sequence"
    REVERSIBLE = "Reversible"
    COLLECTION = "Collection"
    ITERABLE = "Iterable"


class SetKind(Enum):
    """The types whose JSON form is a list without order; the value is the name."""

    SET = "set"
    FROZENSET = "frozenset"
    MUTABLE_SET = "MutableSet"
    ABSTRACT_SET = "AbstractSet"


class DictKind(Enum):
    """The types whose JSON form is an object with any keys; the value is the name."""

    DICT = "dict"
    ORDERED_DICT = "OrderedDict"
    DEFAULT_DICT = "defaultdict"
    COUNTER = "Counter"
    MUTABLE_MAPPING = "MutableMapping"
    MAPPING = "Mapping"


@dataclass(frozen=True, slots=True)
class AnyType:
    """`Any`, which silences every check; with `is_object`, `object`, which takes everything and goes nowhere else."""

    is_object: bool = False


@dataclass(frozen=True, slots=True)
class Scalar:
    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class ListOf:
    """`list[T]`, or one of its kin: `Sequence[T]`, `Iterable[T]`, `deque[T]`."""

    item: Type
    kind: ListKind = ListKind.LIST

    @property
    def abstract(self) -> bool:
        """Whether it is anything but `list` itself."""
        return self.kind is not ListKind.LIST


@dataclass(frozen=True, slots=True)
class SetOf:
    item: Type
    kind: SetKind = SetKind.SET

    @property
    def frozen(self) -> bool:
        """Whether it is a `frozenset`."""
        return self.kind is SetKind.FROZENSET


@dataclass(frozen=True, slots=True)
class DictOf:
    """`dict[K, V]`, or one of its kin: `Mapping[K, V]`, `Counter[K]`."""

    key: Type
    value: Type
    kind: DictKind = DictKind.DICT


@dataclass(frozen=True, slots=True)
class TupleOf:
    """`tuple[int, str]`: a fixed length."""

    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class TupleRest:
    """`tuple[int, ...]`: any length."""

    item: Type


@dataclass(frozen=True, slots=True)
class TupleSpread:
    """`tuple[int, *tuple[str, ...], bool]`: any number of items of one type, with fixed ones before or behind them."""

    before: tuple[Type, ...]
    item: Type
    after: tuple[Type, ...]


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
    """`UserId = NewType("UserId", int)`; also `LiteralString`, and a class of pydantic that is an `int`."""

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
    """A type variable; only inside the description of a generic class or alias."""

    name: str


@dataclass(frozen=True, slots=True)
class AliasOf:
    """An alias where it stands inside itself: `Json = dict[str, "Json"] | str`. `analysis.types.unfolded` opens it."""

    declaration: Declaration
    name: str
    arguments: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtifactOf:
    """`Artifact[T]`: travels through object storage, opaque in a workflow."""

    item: Type


@dataclass(frozen=True, slots=True)
class SecretType:
    """What `secret()` gives: a `str` that must not travel."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A class that cannot be looked into, such as one of a compiled module; only it and its subclasses fit."""

    name: str
    ancestors: tuple[str, ...] = field(default=(), compare=False)
    """The names of the classes that it is known to inherit from."""
    written: str = field(default="", compare=False)
    """What the program calls it; `name` is where it is defined."""


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
    | TupleSpread
    | UnionOf
    | LiteralOf
    | EnumOf
    | NewTypeOf
    | ClassOf
    | VariableOf
    | AliasOf
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
OBJECT = AnyType(is_object=True)
LITERAL_STRING = NewTypeOf(Declaration("", "LiteralString"), "LiteralString", STR)
UNRESOLVED = Unresolved()


SELF = "Self"
"""The type variable that stands for the class of a value in its own fields (PEP 673)."""


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
    """Without it no value can be made: it has no default, and a TypedDict must have the key."""
    declaration: Declaration
    json_name: str | None = None
    """Its key in the JSON object: the alias, where the library has one. Empty for the root of a pydantic RootModel,
    whose JSON form is the whole value; None when only the running program knows (an alias generator)."""
    has_own_key: bool = False
    """`json_name` is said of this very field, and not of all in the class."""
    in_init: bool = True
    """False for `field(init=False)` and computed fields: the value has it, nobody gives it."""
    keyword_only: bool = False
    read_only: bool = False
    """`ReadOnly[T]` in a TypedDict (PEP 705)."""


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """What a class statement tells: its fields in order, inherited ones first; the cases, when it is an enum."""

    kind: ClassKind
    fields: tuple[Field, ...]
    """Their types speak of the class's own variables, also those of inherited fields."""
    variables: tuple[str, ...] = ()
    """Names of the type parameters, in order."""
    defaults: tuple[Type, ...] = ()
    """What stands for each of `variables` that is not given (PEP 696); Any without a default."""
    parents: tuple[ClassOf, ...] = ()
    """Every project class that it inherits from, in the order of look-up, with their arguments in its own variables."""
    cases: tuple[tuple[str, str | int | float | bool | None], ...] = ()
    """Enum members with their values; None for one that is no literal. A second name for one value comes later."""
    is_flag: bool = False
    """An enum whose members combine: its cases are not all its values."""
    mixin: ScalarKind | None = None
    """What an enum's members also are: `class Colour(str, Enum)`, `IntEnum`, `StrEnum`."""
    external_bases: tuple[str, ...] = ()
    """Base classes that come from installed packages and cannot be looked into."""
    is_closed: bool = False
    """It takes no other keys than its own: `closed=True` of a TypedDict (PEP 728), `extra="forbid"` of pydantic,
    `forbid_unknown_fields=True` of msgspec."""
    refusal: str = ""
    """Why its values have no JSON form although it has fields, as a clause."""
    says_self: bool = False
    """Some field speaks of `Self`."""

    @property
    def bases(self) -> tuple[Declaration, ...]:
        """Every project class that it inherits from, nearest first."""
        return tuple(parent.declaration for parent in self.parents)

    @property
    def external_base(self) -> str:
        """The first base that cannot be looked into; empty when all can."""
        return self.external_bases[0] if self.external_bases else ""

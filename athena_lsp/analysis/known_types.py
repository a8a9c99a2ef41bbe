"""Types that athena knows by name: those of the standard library and of pydantic, and those without a JSON form."""

from __future__ import annotations

from athena_lsp.analysis.attempts import FAILED_TYPE, ok_type
from athena_lsp.analysis.scope import Entity, External, canonical
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import (
    ANY,
    BOOL,
    BYTES,
    FLOAT,
    INT,
    LITERAL_STRING,
    NONE,
    OBJECT,
    STR,
    DictKind,
    DictOf,
    ListKind,
    ListOf,
    NewTypeOf,
    Scalar,
    ScalarKind,
    SecretType,
    SetKind,
    SetOf,
    TupleRest,
    Type,
)

DATA_HINT = (
    "pass plain data: str, int, float, bool, lists and dicts of those, a dataclass, a TypedDict or a pydantic model"
)

LISTS = {
    **{kind.value: kind for kind in ListKind},
    "List": ListKind.LIST,
    "Deque": ListKind.DEQUE,
    "collections.deque": ListKind.DEQUE,
}
SETS = {
    **{kind.value: kind for kind in SetKind},
    "Set": SetKind.SET,
    "FrozenSet": SetKind.FROZENSET,
}
DICTS = {
    **{kind.value: kind for kind in DictKind},
    "Dict": DictKind.DICT,
    "DefaultDict": DictKind.DEFAULT_DICT,
    "collections.OrderedDict": DictKind.ORDERED_DICT,
    "collections.defaultdict": DictKind.DEFAULT_DICT,
    "collections.Counter": DictKind.COUNTER,
}
TUPLES = frozenset({"tuple", "Tuple"})
QUALIFIERS = frozenset({"Final", "Required", "NotRequired", "ReadOnly", "ClassVar", "dataclasses.InitVar"})
"""Around a field's type: they say something of the field, and nothing of its values."""

SCALARS: dict[str, Type] = {
    "Any": ANY,
    "object": OBJECT,
    "None": NONE,
    "NoneType": NONE,
    **{name: Scalar(ScalarKind(name)) for name in ("bool", "int", "float", "str", "bytes")},
    **{f"datetime.{name}": Scalar(ScalarKind(name)) for name in ("datetime", "date", "time", "timedelta")},
    "decimal.Decimal": Scalar(ScalarKind.DECIMAL),
    "uuid.UUID": Scalar(ScalarKind.UUID),
    **{f"pathlib.{name}": Scalar(ScalarKind.PATH) for name in ("Path", "PurePath", "PosixPath", "PurePosixPath")},
    "Text": STR,
    "AnyStr": STR,
    "LiteralString": LITERAL_STRING,
    "athena.Secret": SecretType(),
    "athena.Ok": ok_type(ANY),
    "athena.Failed": FAILED_TYPE,
}

PYDANTIC: dict[str, Type] = {
    **dict.fromkeys(("PositiveInt", "NegativeInt", "NonNegativeInt", "NonPositiveInt", "StrictInt"), INT),
    **dict.fromkeys(("PositiveFloat", "NegativeFloat", "NonNegativeFloat", "NonPositiveFloat"), FLOAT),
    **dict.fromkeys(("StrictFloat", "FiniteFloat"), FLOAT),
    **dict.fromkeys(("StrictStr", "EmailStr"), STR),
    "StrictBool": BOOL,
    "StrictBytes": BYTES,
    **dict.fromkeys((f"UUID{version}" for version in range(1, 9)), Scalar(ScalarKind.UUID)),
    **dict.fromkeys(("FilePath", "DirectoryPath", "NewPath", "SocketPath"), Scalar(ScalarKind.PATH)),
    **dict.fromkeys(("PastDate", "FutureDate"), Scalar(ScalarKind.DATE)),
    **dict.fromkeys(("AwareDatetime", "NaiveDatetime", "PastDatetime", "FutureDatetime"), Scalar(ScalarKind.DATETIME)),
    "ByteSize": NewTypeOf(Declaration("", "ByteSize"), "ByteSize", INT),
    "JsonValue": ANY,
}
CONSTRAINED: dict[str, Type] = {
    "conint": INT,
    "confloat": FLOAT,
    "constr": STR,
    "conbytes": BYTES,
    "condecimal": Scalar(ScalarKind.DECIMAL),
    "condate": Scalar(ScalarKind.DATE),
}
"""Functions of pydantic that give a built-in type with limits to its values."""

CONSTRAINED_COLLECTIONS: dict[str, ListKind | SetKind] = {
    "conlist": ListKind.LIST,
    "conset": SetKind.SET,
    "confrozenset": SetKind.FROZENSET,
}
TRANSPARENT = frozenset({"SerializeAsAny", "SkipValidation", "InstanceOf"})
"""Of pydantic: `SkipValidation[T]` has the values of `T`."""

STARS = "is written as stars in JSON: its value would be lost on the way"
HOPELESS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("Callable", "FunctionType", "LambdaType"), ("a function has no JSON form", "")),
    **dict.fromkeys(("Awaitable", "Coroutine"), ("an awaitable has no JSON form", "pass the awaited value")),
    **dict.fromkeys(
        ("Iterator", "Generator"), ("an iterator can be read once and has no JSON form", "pass a list: `list[...]`")
    ),
    **dict.fromkeys(
        ("AsyncIterator", "AsyncIterable", "AsyncGenerator"),
        ("an asynchronous iterator has no JSON form", "pass a list: `list[...]`"),
    ),
    **dict.fromkeys(
        ("IO", "TextIO", "BinaryIO"), ("an open file has no JSON form", "pass its content, or an `Artifact[Path]`")
    ),
    **dict.fromkeys(
        ("bytearray", "memoryview", "ByteString", "Buffer"), ("a buffer has no JSON form of its own", "write `bytes`")
    ),
    **dict.fromkeys(
        ("KeysView", "ValuesView", "ItemsView", "MappingView"),
        ("a view of a dict has no JSON form", "pass a list: `list[...]`"),
    ),
    **dict.fromkeys(
        ("Hashable", "Sized", "Container", "SupportsInt", "SupportsFloat", "SupportsIndex", "SupportsAbs",
         "SupportsBytes", "SupportsRound", "SupportsComplex"),
        ("a protocol has no JSON form: it says what a value can do, not what it holds", ""),
    ),
    "Protocol": ("a protocol has no JSON form", ""),
    "ModuleType": ("a module has no JSON form", ""),
    **dict.fromkeys(("type", "Type"), ("a class has no JSON form", "pass its name, and look it up in the container")),
    "complex": ("a complex number has no JSON form", "pass its parts: `tuple[float, float]`"),
    "range": ("a `range` has no JSON form", "pass its bounds, or a list: `list[int]`"),
    "Self": ("`Self` has a meaning inside a class only", "write the class's name"),
    **dict.fromkeys(("NoReturn", "Never"), ("there is no value of this type", "write `None`")),
    "athena.Artifact": ("`Artifact` needs the type it holds", "write `Artifact[bytes]`, for example"),
    **dict.fromkeys(
        ("pydantic.BaseModel", "msgspec.Struct", "TypedDict", "NamedTuple"),
        ("this is what classes with fields are made of, and has none itself", "name the class whose fields are meant"),
    ),
    **{f"pydantic.{name}": (f"`{name}` {STARS}", "ask for the secret where it is used: `secret(...)`")
       for name in ("SecretStr", "SecretBytes", "Secret")},
}  # fmt: skip
"""Types without a JSON form: why, and what to do."""

HOPELESS_MODULES = {
    "io": "an open file has no JSON form",
    "threading": "a lock or a thread has no JSON form",
    "multiprocessing": "a process has no JSON form",
    "subprocess": "a process has no JSON form",
    "concurrent.futures": "a future has no JSON form",
    "asyncio": "a task or a future has no JSON form",
    "socket": "a socket has no JSON form",
    "sqlite3": "a database connection has no JSON form",
    "logging": "a logger has no JSON form",
}

PYDANTIC_MODULES = ("pydantic.", "pydantic.types.", "pydantic.networks.", "pydantic.functional_validators.")
KNOWN_TYPES = frozenset(
    {
        *SCALARS,
        *HOPELESS,
        *(
            f"{module}{name.removeprefix('pydantic.')}"
            for module in PYDANTIC_MODULES
            for name in (*PYDANTIC, *CONSTRAINED, *CONSTRAINED_COLLECTIONS, *TRANSPARENT, "Json", "SecretStr")
        ),
    }
)
"""Every name that means something here by itself."""


def known_name(entity: Entity) -> str:
    """What a type is called here: `List`, `datetime.date`, `str`; all modules of pydantic count as `pydantic`."""
    name = canonical(entity)
    if not isinstance(entity, External):
        return name
    if entity.name == "collections.abc.Set":
        return "AbstractSet"
    if name.startswith(PYDANTIC_MODULES):
        return f"pydantic.{name.rpartition('.')[2]}"
    return name.removeprefix("builtins.")


def bare(name: str) -> Type | None:
    """A known type without arguments; None for a name that means nothing here."""
    if name in LISTS:
        return ListOf(ANY, LISTS[name])
    if name in SETS:
        return SetOf(ANY, SETS[name])
    if name in DICTS:
        return DictOf(ANY, INT if DICTS[name] is DictKind.COUNTER else ANY, DICTS[name])
    if name in TUPLES:
        return TupleRest(ANY)
    if name.startswith("pydantic."):
        return PYDANTIC.get(name.removeprefix("pydantic."))
    return SCALARS.get(name)


def hopeless(name: str) -> tuple[str, str] | None:
    """Why a known type has no JSON form, and what to do; None when nothing is known against it."""
    if name in HOPELESS:
        what, hint = HOPELESS[name]
        return what, hint or DATA_HINT
    module = next((module for module in HOPELESS_MODULES if name.startswith(f"{module}.")), None)
    return (HOPELESS_MODULES[module], DATA_HINT) if module else None

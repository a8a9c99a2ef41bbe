"""Examples for the table of types: what the codec makes of a value of each construct."""

from __future__ import annotations

import collections
import enum
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PurePath
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    LiteralString,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    Self,
    TypeAlias,
    Union,
)
from uuid import UUID

import attr
import attrs
import msgspec
import pydantic
import pydantic.dataclasses
from pydantic.alias_generators import to_camel
from typing_extensions import ReadOnly, TypeAliasType, TypedDict, TypeVar, Unpack

from athena_runtime.codec.forms import form_of
from athena_runtime.codec.hints import Scope
from athena_runtime.codec.text import from_text, to_text

T = TypeVar("T")
D = TypeVar("D", default=int)
UserId = NewType("UserId", int)
Scores: TypeAlias = dict[str, int]
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))
Movie2 = TypedDict("Movie2", {"title": str, "class": int})
Counted = collections.namedtuple("Counted", "x y")


class Colour(enum.Enum):
    RED = "red"
    BLUE = 2


class Mode(enum.StrEnum):
    FAST = enum.auto()


class Level(enum.IntEnum):
    LOW = 1


class Access(enum.Flag):
    READ = 1
    WRITE = 2


Functional = enum.Enum("Functional", "UP DOWN")


@dataclass
class Report:
    id: str
    rows: int = 0


@dataclass
class Full(Report):
    note: str = ""


@dataclass
class Job:
    seed: InitVar[int]
    _: KW_ONLY
    name: str
    total: int = field(init=False, default=3)

    def __post_init__(self, seed: int) -> None:
        self.name += str(seed)


@dataclass
class Page(Generic[T]):
    items: list[T]


@dataclass
class Users(Page[Report]):
    count: int = 0


@dataclass
class Given(Generic[D]):
    value: D


@dataclass
class Node:
    name: str
    children: list[Node]


class Movie(TypedDict, total=False):
    title: ReadOnly[str]
    year: NotRequired[int]


class Film(Movie):
    studio: str


class Tree(TypedDict):
    children: list[Tree]


class Point(NamedTuple):
    x: float
    y: float = 0.0


@dataclass
class Linked:
    number: int
    next: Self | None = None


class Account(pydantic.BaseModel):
    name: str = pydantic.Field(alias="userName")
    tags: set[str] = set()
    size: pydantic.PositiveInt = 1

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def count(self) -> int:
        return len(self.tags)


class Camel(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(alias_generator=to_camel, populate_by_name=True)
    first_name: str


class Accounts(pydantic.RootModel[list[int]]):
    pass


@pydantic.dataclasses.dataclass
class Checked:
    size: pydantic.PositiveInt


@attrs.define
class Part:
    _id: int
    size: float = 1.0


@attr.s
class Older:
    size = attr.ib(type=int)


class Task(msgspec.Struct, kw_only=True, rename="camel"):
    file_name: str


NOON = "datetime(2026, 1, 31, 12, tzinfo=timezone.utc)"
EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "`bool`,": (("bool", "True"), ("int", "3"), ("float", "2.5")),
    "`str`": (("str", "'a'"), ("bytes", "b'\\xff'")),
    "`datetime`": (
        ("datetime", NOON),
        ("date", "date(2026, 1, 31)"),
        ("time", "time(12)"),
        ("timedelta", "timedelta(hours=1, milliseconds=500)"),
    ),
    "`Decimal`": (
        ("Decimal", "Decimal('12.50')"),
        ("UUID", "UUID(int=1)"),
        ("Path", "Path('a/b')"),
        ("PurePath", "PurePath('a')"),
    ),
    "`None`": (("None", "None"),),
    "`Any`": (("Any", f"[1, {NOON}]"),),
    "`LiteralString`": (("LiteralString", "'a'"),),
    "`list[T]`": (
        ("list[int]", "[1, 2]"),
        ("set[int]", "{2, 1}"),
        ("dict[str, int]", "{'a': 1}"),
    ),
    "`Sequence[T]`": (("list[int]", "[1, 2]"),),
    "`AbstractSet[T]`": (("AbstractSet[int]", "{2, 1}"), ("Mapping[str, int]", "{'a': 1}")),
    "`deque[T]`": (
        ("collections.deque[int]", "collections.deque([1])"),
        ("collections.Counter[str]", "collections.Counter('aa')"),
    ),
    "keys `str`": (("dict[int, bool]", "{1: True}"), ("dict[Colour, int]", "{Colour.RED: 1, Colour.BLUE: 2}")),
    "bare `list`": (("list", "[1, 'a']"),),
    "`tuple[A, B]`": (("tuple[int, str]", "(1, 'a')"), ("tuple[()]", "()")),
    "`tuple[T, ...]`": (("tuple[int, ...]", "(1, 2)"),),
    "`tuple[A, *tuple[T, ...], B]`": (("tuple[int, Unpack[tuple[str, ...]], bool]", "(1, 'a', 'b', True)"),),
    "`Optional[T]`": (("Optional[int]", "None"), ("int | None", "3")),
    "`Union[A, B]`": (("Union[int, str]", "'a'"), ("int | str", "3")),
    '`Literal["a", 3, True, None, b"x"]`': (("Literal['a', 3, True, None, b'x']", "b'x'"),),
    '`Literal[Words, "c"]`': (("Literal[Literal['a', 'b'], 'c']", "'a'"),),
    "`bool` for": (("Literal[True, False]", "True"),),
    "`Enum`": (("Colour", "Colour.RED"), ("Literal[Colour.BLUE]", "Colour.BLUE")),
    "`class Colour(str, Enum)`": (("Mode", "Mode.FAST"), ("Level", "Level.LOW")),
    '`Enum("Colour", "RED GREEN")`': (("Functional", "Functional.DOWN"),),
    "`Flag`": (("Access", "Access.READ | Access.WRITE"),),
    '`NewType("UserId", int)`': (("UserId", "3"),),
    "`Scores = dict[str, int]`": (("Scores", "{'a': 1}"),),
    "`Pair = tuple[T, T]`": (("tuple[int, int]", "(1, 2)"),),
    '`Json: TypeAlias = "dict[str, Json] | list[Json] | str | ..."`': (("Json", "{'a': [None, {}]}"),),
    "`Annotated[T, ...]`": (("Annotated[int, 'a note']", "3"),),
    "types as text": (("'int'", "3"),),
    "`type X = ...`": (("Pair[int]", "(1, 2)"),),
    '`TypeAliasType("Pair", tuple[T, T], type_params=(T,))`': (("Pair[int]", "(1, 2)"),),
    "`@dataclass`": (("Report", "Full('a', 3, 'n')"),),
    "`ClassVar`": (("Job", "Job(7, name='a')"),),
    "decorators marked": (("Report", "Report('a')"),),
    "`Job.Status`": (("Colour", "Colour.RED"),),
    "`class Movie(TypedDict)`": (("Movie", "{'title': 'M'}"),),
    "`class Film(Movie)`": (("Film", "{'title': 'M', 'studio': 'S'}"),),
    "`ReadOnly`": (("Movie", "{'title': 'M'}"),),
    "`closed=True`": (("Movie", "{'year': 1}"),),
    '`TypedDict("Movie", {"title": str, "class": int})`': (("Movie2", "{'title': 'M', 'class': 1}"),),
    "recursive TypedDicts": (("Tree", "{'children': [{'children': []}]}"),),
    "`class Point(NamedTuple)`": (("Point", "Point(1.5)"),),
    '`NamedTuple("Point", [("x", int)])`': (("Counted", "Counted(1, 'a')"),),
    "`class Page(Generic[T])`": (("Page[Report]", "Page([Report('a')])"),),
    "`class Users(Page[User])`": (("Users", "Users([], 0)"),),
    '`TypeVar("T", default=int)`': (("Given", "Given(3)"),),
    "`Self`": (("Linked", "Linked(1, Linked(2))"),),
    "recursive and mutually recursive classes": (("Node", "Node('a', [Node('b', [])])"),),
    "`class Page[T]`": (("Page[int]", "Page([1])"),),
    "`BaseModel`": (("Account", "Account(userName='a', tags={'y', 'x'})"),),
    "`PositiveInt`": (("pydantic.PositiveInt", "3"),),
    "`class Users(RootModel[list[User]])`": (("Accounts", "Accounts([1])"),),
    "`@computed_field`": (("Account", "Account(userName='a')"),),
    "`alias_generator=to_camel`": (("Camel", "Camel(first_name='a')"),),
    '`extra="forbid"`': (("Account", "Account(userName='a')"),),
    "`pydantic.dataclasses.dataclass`": (("Checked", "Checked(3)"),),
    "`HttpUrl`": (("pydantic.HttpUrl", "pydantic.HttpUrl('https://a.example')"),),
    "`@define`": (("Part", "Part(3)"),),
    "`attr.s`": (("Older", "Older(3)"),),
    '`rename="camel"`': (("Task", "Task(file_name='a')"),),
    "`class Job(msgspec.Struct)`": (("Task", "Task(file_name='a')"),),
}
"""By the beginning of the row: types and values."""

NO_TYPES = (
    "`value[0]`", "`value.field`", "`colour.value`", "a dict display", "a TypedDict for", "`make_dataclass(...)`",
    "`if ", "`x is ", "`UserId(3)`", '`{"title": step()', "generic pydantic",
)  # fmt: skip
"""How the rows begin that are about expressions, or about classes that only the running program has."""

_USED = (Any, Annotated, Generic, Literal, LiteralString, Optional, Union, Unpack, AbstractSet)
_ALSO = (Decimal, Path, PurePath, UUID, date, datetime, time, timedelta, timezone)
"""What the examples speak of, which are texts."""
NAMES = Scope(__name__, globals())


def json_forms(construct: str) -> str | None:
    """What stands in the column of a row; None when it has no example."""
    key = max((key for key in EXAMPLES if construct.startswith(key)), key=len, default=None)
    if key is None:
        return None
    return ", ".join(dict.fromkeys(f"`{_written(*example)}`" for example in EXAMPLES[key]))


def _written(type_: str, value: str) -> str:
    """The text that the codec writes; it reads it, too."""
    form = form_of(type_, NAMES)
    text = to_text(form, eval(value, globals()))
    assert to_text(form, from_text(form, text)) == text or type_ in ("Any", "Report")
    return text

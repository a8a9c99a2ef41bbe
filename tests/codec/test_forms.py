"""The JSON form of each type: what is written, what is read, what is refused and with which words."""

from __future__ import annotations

import collections
import dataclasses
import json
import math
import sys
import typing
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntEnum, auto
from pathlib import Path
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Required,
    TypeAlias,
    TypeVar,
    Union,
)
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import msgspec
import pydantic
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typing_extensions import TypeAliasType, TypedDict

from athena_runtime import Failed, Ok, Secret
from athena_runtime.codec.form import CodecError, NoFormError
from athena_runtime.codec.forms import form_of
from athena_runtime.codec.hints import Scope
from athena_runtime.codec.text import decode, encode, from_argument, from_text, to_text

T = TypeVar("T")
UserId = NewType("UserId", int)
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"
Loop: TypeAlias = "Loop"  # type: ignore[misc]
Rows = TypeAliasType("Rows", list[T], type_params=(T,))
Tree = TypeAliasType("Tree", "dict[str, Tree] | int")


class Colour(Enum):
    RED = "red"
    BLUE = 2


class Level(IntEnum):
    LOW = 1


class Access(Flag):
    READ = auto()
    WRITE = auto()


class Words(Enum):
    PAIR = (1, "a")


@dataclass
class Line:
    price: float
    colour: Colour = Colour.RED


@dataclass
class Order:
    id: int
    lines: list[Line]


@dataclass(kw_only=True)
class Special(Order):
    note: str = ""
    total: float = field(init=False, default=0.0)
    seen: ClassVar[int] = 0

    def __post_init__(self) -> None:
        self.total = sum(line.price for line in self.lines)


@dataclass
class Seeded:
    value: int
    _: KW_ONLY
    seed: InitVar[int]
    items: list[int] = field(default_factory=list)

    def __post_init__(self, seed: int) -> None:
        self.value += seed


@dataclass
class Checked:
    rows: int

    def __post_init__(self) -> None:
        if self.rows < 0:
            raise ValueError("rows are counted from 0")


@dataclass
class Page(Generic[T]):
    items: list[T]
    next: Page[T] | None = None


@dataclass
class Orders(Page[Order]):
    count: int = 0


@dataclass
class Cat:
    name: str


@dataclass
class Dog:
    name: str
    age: int = 0


class Point(NamedTuple):
    x: int
    y: float = 0.0


class Movie(TypedDict, total=False):
    title: Required[str]
    year: int


class Film(Movie):
    studio: NotRequired[str]


@attrs.define
class Part:
    _id: int
    size: float = attrs.field(default=1.0, validator=attrs.validators.gt(0))


class Account(pydantic.BaseModel):
    name: str = pydantic.Field(alias="userName", min_length=1)
    tags: set[str] = set()
    at: Point | None = None
    photo: bytes = b""

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def size(self) -> int:
        return len(self.tags)


class Closed(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    a: int


class Accounts(pydantic.RootModel[list[Account]]):
    pass


class Job(msgspec.Struct, tag=True, rename="camel"):
    file_name: str
    size: Annotated[int, msgspec.Meta(ge=0)] = 0
    where: Path | None = None


class Fresh(msgspec.Struct):
    at: int | msgspec.UnsetType = msgspec.UNSET


HERE = Scope(__name__, globals(), owner=sys.modules[__name__])
NOON = datetime(2026, 1, 31, 12, 0, tzinfo=timezone.utc)  # noqa: UP017 (as Python 3.10 has it)

FORMS: list[tuple[Any, Any, str]] = [
    (int, 2**200, str(2**200)),
    (int, True, "1"),
    (float, 0.1, "0.1"),
    (float, 3, "3"),
    (float, 1e300, "1e+300"),
    (bool, True, "true"),
    (None, None, "null"),
    (str, 'a"\u2028é', '"a\\"\\u2028\\u00e9"'),
    (str, "{{inputs.x}} $(HOME) $$", '"\\u007b\\u007binputs.x}} \\u0024(HOME) \\u0024\\u0024"'),
    (bytes, b"\xff\x00", '"/wA="'),
    (datetime, NOON, '"2026-01-31T12:00:00+00:00"'),
    (datetime, datetime(2026, 1, 31, 12, 0, 0, 5), '"2026-01-31T12:00:00.000005"'),  # noqa: DTZ001
    (date, date(2026, 1, 31), '"2026-01-31"'),
    (time, time(23, 59), '"23:59:00"'),
    (timedelta, timedelta(hours=1, microseconds=500_000), '"PT3600.5S"'),
    (timedelta, timedelta(microseconds=-1), '"-PT0.000001S"'),
    (Decimal, Decimal("12.50"), '"12.50"'),
    (UUID, UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (Path, Path("a/b"), '"a/b"'),
    (list[int], [1, 2], "[1,2]"),
    (list, [1, "a", None], '[1,"a",null]'),
    (Sequence[int], [1], "[1]"),
    (collections.deque[int], collections.deque([1]), "[1]"),
    (set[int], {10, 9, 1}, "[1,10,9]"),
    (frozenset[str], frozenset("ba"), '["a","b"]'),
    (tuple[int, str], (1, "a"), '[1,"a"]'),
    (tuple[int, ...], (1, 2), "[1,2]"),
    (tuple[()], (), "[]"),
    ("tuple[int, *tuple[str, ...], bool]", (1, "a", "b", True), '[1,"a","b",true]'),
    (dict[str, int], {"b": 1, "a": 2}, '{"b":1,"a":2}'),
    (dict[int, str], {1: "a", -2: "b"}, '{"1":"a","-2":"b"}'),
    (dict[Colour, int], {Colour.RED: 1, Colour.BLUE: 2}, '{"red":1,"2":2}'),
    (Mapping[UserId, int], {UserId(3): 1}, '{"3":1}'),
    (collections.Counter[str], collections.Counter("aab"), '{"a":2,"b":1}'),
    (collections.defaultdict[str, list[int]], collections.defaultdict(list, a=[1]), '{"a":[1]}'),
    (int | str, "1", '"1"'),
    (float | int, 3, "3"),
    (float | int, 3.0, "3.0"),
    (bool | int, 1, "1"),
    (Union[int, None], None, "null"),  # noqa: UP007 (the older spelling)
    (Literal["a", 3, True, None, b"x"], b"x", '"eA=="'),
    (Literal[1, True], True, "true"),
    (Literal[Colour.RED], Colour.RED, '"red"'),
    (Colour, Colour.BLUE, "2"),
    (Level, Level.LOW, "1"),
    (Access, Access.READ | Access.WRITE, "3"),
    (Words, Words.PAIR, '[1,"a"]'),
    (UserId, 3, "3"),
    (Annotated[int, "a note"], 3, "3"),
    ("Json", {"a": [1, {"b": None}]}, '{"a":[1,{"b":null}]}'),
    (Rows[int], [1], "[1]"),
    (Tree, {"a": {"b": 1}}, '{"a":{"b":1}}'),
    (Order, Order(1, [Line(2.5)]), '{"id":1,"lines":[{"price":2.5,"colour":"red"}]}'),
    (Order, Special(1, []), '{"id":1,"lines":[],"note":"","total":0}'),
    (Page[Page[int]], Page([Page([1])], None), '{"items":[{"items":[1],"next":null}],"next":null}'),
    (Orders, Orders([Order(1, [])]), '{"items":[{"id":1,"lines":[]}],"next":null,"count":0}'),
    (Cat | Dog, Dog("rex", 3), '{"name":"rex","age":3}'),
    (Point, Point(1, 2.5), '{"x":1,"y":2.5}'),
    (Movie, {"title": "M"}, '{"title":"M"}'),
    (Film, {"title": "M", "studio": "S"}, '{"title":"M","studio":"S"}'),
    (Part, Part(3), '{"_id":3,"size":1.0}'),
    (
        Account,
        Account(userName="a", tags={"y", "x"}, at=Point(1), photo=b"\xff"),
        '{"userName":"a","tags":["x","y"],"at":{"x":1,"y":0.0},"photo":"/w==","size":2}',
    ),
    (Accounts, Accounts([Account(userName="a")]), '[{"userName":"a","tags":[],"at":null,"photo":"","size":0}]'),
    (Job, Job("a", where=Path("b")), '{"type":"Job","fileName":"a","size":0,"where":"b"}'),
    (Fresh, Fresh(), "{}"),
    (pydantic.HttpUrl, pydantic.HttpUrl("https://a.example/"), '"https://a.example/"'),
    (Ok[int] | Failed, Ok(3), '{"value":3}'),
    (Ok[int] | Failed, Failed("Failed", 1, "m"), '{"status":"Failed","exit_code":1,"message":"m","step":""}'),
    (Any, [1, {"a": NOON, "b": Order(1, [])}], '[1,{"a":"2026-01-31T12:00:00+00:00","b":{"id":1,"lines":[]}}]'),
]


@pytest.mark.parametrize(("type_", "value", "text"), FORMS, ids=[text[:40] for _, _, text in FORMS])
def test_a_value_is_written_so_and_read_back(type_: Any, value: Any, text: str) -> None:
    form = form_of(type_, HERE)
    assert to_text(form, value) == text
    back = from_text(form, text)
    if type_ is Any:
        assert back == json.loads(text)
    elif isinstance(value, Special):
        assert back == Order(1, []), "the base's decoder leaves the rest alone"
    else:
        assert back == value
        assert type(back) is type(value) or type_ in (int, float)


REFUSED: list[tuple[Any, str, str]] = [
    (int, '"3"', 'v: expected int, got "3"'),
    (int, "true", "v: expected int, got true"),
    (int, "2.5", "v: expected int, got 2.5"),
    (float, '"12,5"', 'v: expected float, got "12,5"'),
    (float, "1" + "0" * 400, "v: the number is too large for a float"),
    (float, "1e999", "v: the number 1e999 is too large for a float"),
    (float, "NaN", "v: JSON has no NaN"),
    (float, "-Infinity", "v: JSON has no -Infinity"),
    (int, "9" * 5000, "v: this is no JSON: Exceeds the limit"),
    (bool, "1", "v: expected bool, got 1"),
    (str, "null", "v: expected str, got null"),
    (str, '"\\ud800"', "v: the text holds half of a character (a surrogate, U+D800) at 0"),
    (Any, '["\\udfff"]', "v: the text holds half of a character (a surrogate, U+DFFF) at 0"),
    (bytes, '"a b"', 'v: expected bytes (base64), got "a b"'),
    (datetime, '"2026-01-31"', 'v: expected datetime (such as 2026-01-31T23:59:00Z), got "2026-01-31"'),
    (datetime, '"2026-13-31T00:00:00Z"', 'v: expected datetime, got "2026-13-31T00:00:00Z"'),
    (datetime, '"2026-01-31T00:00:00.1234567Z"', "v: expected datetime (in microseconds at the finest), got"),
    (date, '"2026-01-31T00:00:00"', "v: expected date (such as 2026-01-31), got"),
    (timedelta, '"PT"', 'v: expected timedelta (ISO 8601, such as PT90S), got "PT"'),
    (timedelta, '"P1Y"', "v: expected timedelta (ISO 8601, such as PT90S), got"),
    (Decimal, '"NaN"', 'v: expected Decimal, got "NaN"'),
    (Decimal, "1.5", "v: expected Decimal, got 1.5"),
    (UUID, '"1"', 'v: expected UUID, got "1"'),
    (list[int], '[1, "a"]', 'v[1]: expected int, got "a"'),
    (list[int], '{"a": 1}', "v: expected list[int], got an object"),
    (set[int], "[1, 1]", "v: 1 stands twice in a set"),
    (set[Any], "[1, true]", "v: true stands twice in a set"),
    (set[Any], "[[]]", "v: an item cannot stand in a set"),
    (tuple[int, str], "[1]", "v: expected tuple[int, str] with 2 items, got 1"),
    (dict[int, int], '{"01": 1}', "v['01']: as a key: expected int, got \"01\""),
    (dict[str, int], '{"a": 1, "a": 2}', 'v: the key "a" stands twice'),
    (dict[Colour, int], '{"green": 1}', 'v[\'green\']: as a key: expected Colour ("red", 2), got "green"'),
    (int | None, '"a"', 'v: expected int | None, got "a"'),
    (list[int] | None, '["a"]', 'v[0]: expected int, got "a"'),
    (Literal["a", 3], '"b"', "v: expected Literal['a', 3], got \"b\""),
    (Literal[1], "true", "v: expected Literal[1], got true"),
    (Colour, '"green"', 'v: expected Colour ("red", 2), got "green"'),
    (Access, "8", "v: expected Access, got 8"),
    (Order, "[]", "v: expected Order, got a list"),
    (Order, '{"id": 1}', "v: `Order` needs `lines`, which is missing"),
    (Order, '{"id": 1, "lines": [{"price": "12,5"}]}', 'v.lines[0].price: expected float, got "12,5"'),
    (Checked, '{"rows": -1}', "v: `Checked` refuses it: ValueError: rows are counted from 0"),
    (Movie, '{"year": 1}', "v: `Movie` needs `title`, which is missing"),
    (Part, '{"_id": 3, "size": -1}', "v: `Part` refuses it: ValueError: 'size' must be > 0: -1.0"),
    (Account, '{"userName": ""}', "v.userName: String should have at least 1 character"),
    (Account, '{"userName": "a", "at": {"x": "1"}}', 'v.at.x: expected int, got "1"'),
    (Closed, '{"a": 1, "b": 2}', "v.b: Extra inputs are not permitted"),
    (Job, '{"fileName": "a", "size": -1}', "v.size: expected `int` >= 0"),
    (Job, '{"type": "Other", "fileName": "a"}', "v: `Job` has 'Job' for `type`, got 'Other'"),
    (pydantic.HttpUrl, '"x"', "v: Input should be a valid URL"),
    (Ok[int] | Failed, '{"value": "a"}', 'v.value: expected int, got "a"'),
    (list[int], "[1", "v: this is no JSON"),
    (list[Any], "[" * 100_000 + "]" * 100_000, "v: the value is nested too deep"),
]


@pytest.mark.parametrize(("type_", "text", "message"), REFUSED, ids=[message[:60] for _, _, message in REFUSED])
def test_what_does_not_fit_is_refused_with_its_path(type_: Any, text: str, message: str) -> None:
    with pytest.raises(CodecError) as caught:
        from_text(form_of(type_, HERE), text)
    assert caught.value.at("v").startswith(message)


UNWRITABLE: list[tuple[Any, Any, str]] = [
    (float, math.nan, "JSON has no nan"),
    (list[float], [1.0, math.inf], "[1]: JSON has no inf"),
    (str, "\ud83d", "the text holds half of a character (a surrogate, U+D83D) at 0"),
    (str, Secret("hush"), "a `Secret` does not leave its pod; hand on the name of the secret, not its value"),
    (Any, {"token": Secret("hush")}, "['token']: a `Secret` does not leave its pod"),
    (int, 2.0, "expected int, got 2.0"),
    (int, "3", 'expected int, got "3"'),
    (list[int], (1,), "expected list[int], got a `tuple`"),
    (date, NOON, "expected date, got a `datetime`"),
    (time, time(1, tzinfo=ZoneInfo("Europe/Paris")), "the zone of the time has no fixed offset from UTC"),
    (Decimal, Decimal("sNaN"), "JSON has no sNaN"),
    (dict[str, int], {1: 1}, "the key 1: expected str, got 1"),
    (dict[int | str, int], {"1": 1}, "the key '1' would be read as 1"),
    (Order, Order(1, [Line("x")]), 'lines[0].price: expected float, got "x"'),  # type: ignore[arg-type]
    (Dog | Cat, Cat("a"), "a `Cat` would be read as a `Dog`; put it first, or give each a field that differs"),
    (dict[str, Any] | Cat, Cat("a"), "a `Cat` would be read as a `dict[str, Any]`; put it first"),
    (int | str, 2.5, "expected int | str, got 2.5"),
    (Any, object(), "`object` has no JSON form"),
    (Movie, {"year": 1}, "`Movie` has no value for `title`"),
    (pydantic.SecretStr, pydantic.SecretStr("x"), "a `SecretStr` does not leave its pod"),
]


@pytest.mark.parametrize(("type_", "value", "message"), UNWRITABLE, ids=[each[2][:60] for each in UNWRITABLE])
def test_what_has_no_json_form_is_refused(type_: Any, value: Any, message: str) -> None:
    with pytest.raises(CodecError) as caught:
        encode(value, type_)
    assert str(caught.value).startswith(message)


def test_a_number_that_python_does_not_write() -> None:
    with pytest.raises(CodecError, match="Exceeds the limit"):
        encode(10**5000, int)


def test_a_value_that_holds_itself() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(CodecError, match="holds itself, or is nested too deep"):
        encode(value, Any)


@pytest.mark.parametrize("type_", [typing.Callable[[], int], type, Iterable[typing.IO[str]], object.__class__, "Loop"])
def test_a_type_without_a_json_form(type_: Any) -> None:
    with pytest.raises(NoFormError):
        to_text(form_of(type_, HERE), 3)


def test_a_field_without_a_json_form_is_named() -> None:
    @dataclass
    class Holder:
        inner: list[typing.IO[str]]

    with pytest.raises(NoFormError, match=r"inner: `IO` has no JSON form"):
        form_of(Holder)


def test_a_class_that_wants_more_than_its_fields_is_made_without_a_call() -> None:
    value = Seeded(1, seed=5)
    back = decode(encode(value, Seeded), Seeded)
    assert (back.value, back.items) == (6, [])


def test_fields_that_nobody_gives_come_along() -> None:
    value = Special(1, [Line(2.0)])
    value.total = 7.0
    assert decode(encode(value, Special), Special) == value


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (str, "hello", "hello"),
        (str, '"hello"', "hello"),
        (str, "123", "123"),
        (str, "", ""),
        (str | None, "null", None),
        (str | int, "12", 12),
        (Colour, "red", Colour.RED),
        (date, "2026-01-31", date(2026, 1, 31)),
        (Path, "/data", Path("/data")),
        (Decimal, "12.50", Decimal("12.50")),
        (list[int], "[1]", [1]),
        (bool, "true", True),
    ],
)
def test_an_argument_may_be_typed_without_quotes(type_: Any, text: str, value: object) -> None:
    assert from_argument(form_of(type_), text) == value


@pytest.mark.parametrize("type_", [str, Path, Colour, str | int])
def test_a_value_that_is_not_there_is_no_text(type_: Any) -> None:
    with pytest.raises(CodecError, match="got null"):
        from_argument(form_of(type_), "null")


@given(st.text(), st.sampled_from([str, int, list[int], Order, date | None, Any, dict[int, Colour]]))
def test_no_text_makes_it_raise_anything_else(text: str, type_: Any) -> None:
    form = form_of(type_, HERE)
    for read in (from_text, from_argument):
        with suppress(CodecError):
            read(form, text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
def test_what_json_itself_has_is_written_as_json_writes_it(value: object) -> None:
    text = encode(value, Any)
    assert json.loads(text) == value
    assert text.isascii()
    assert "{{" not in text
    assert "$(" not in text
    assert decode(text, Any) == json.loads(json.dumps(value))


@dataclass
class Plain:
    """What every library knows to read and write alike."""

    id: int
    at: datetime
    data: bytes
    rows: list[Cat]
    by: dict[str, float | None]
    kind: Literal["a", "b"] = "a"
    __pydantic_config__: ClassVar = pydantic.ConfigDict(val_json_bytes="base64")


PYDANTIC = pydantic.TypeAdapter(Plain)
MOMENTS = st.datetimes(timezones=st.just(timezone.utc))  # noqa: UP017
FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.none()
PLAIN = st.builds(
    Plain,
    st.integers(-(2**63), 2**63),
    MOMENTS,
    st.binary(),
    st.lists(st.builds(Cat, TEXTS)),
    st.dictionaries(TEXTS, FLOATS),
    st.sampled_from(["a", "b"]),
)


@given(PLAIN)
@example(Plain(0, NOON, b"", [], {"-Infinity": None, "1e999": 1.0}))
def test_msgspec_pydantic_and_json_read_what_is_written(value: Plain) -> None:
    text = encode(value, Plain)
    assert msgspec.json.decode(text, type=Plain, strict=True) == value
    assert PYDANTIC.validate_json(text) == value
    assert json.loads(text)["rows"] == [dataclasses.asdict(row) for row in value.rows]


@given(PLAIN)
def test_what_msgspec_writes_is_read(value: Plain) -> None:
    assert decode(msgspec.json.encode(value).decode(), Plain) == value


@given(st.builds(Part, st.integers(), st.floats(min_value=0, exclude_min=True, allow_infinity=False)))
def test_what_attrs_takes_apart_is_what_is_written(part: Part) -> None:
    assert json.loads(encode(part, Part)) == attrs.asdict(part)
    assert decode(encode(part, Part), Part) == part


@given(TEXTS.filter(bool), st.sets(TEXTS))
def test_pydantic_reads_its_own_models(name: str, tags: set[str]) -> None:
    account = Account(userName=name, tags=tags)
    text = encode(account, Account)
    assert decode(text, Account) == account
    assert Account.model_validate_json(text) == account

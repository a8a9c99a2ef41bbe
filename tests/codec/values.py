"""Values made at random for a type of the running program, read with Python's own tools and not with the codec's."""

from __future__ import annotations

import collections
import dataclasses
import enum
import types
import typing
from collections import abc
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PurePath
from random import Random
from typing import Any
from uuid import UUID

import attrs
import msgspec
import pydantic

from athena_runtime.codec.hints import Scope, evaluate

ALPHABET = [
    "a",
    "Z",
    " ",
    "é",
    "日",
    "😀",
    "{",
    "{{",
    "}}",
    "$(",
    "$$",
    '"',
    "\\",
    "\n",
    "\0",
    "1",
    "null",
    "\u2028",
    "$",
]
TUPLES = {"list": list, "deque": collections.deque}
ARRAYS: dict[Any, Callable[[list[Any]], Any]] = {
    list: list, collections.deque: collections.deque, abc.MutableSequence: list, abc.Sequence: list,
    abc.Reversible: list, abc.Collection: list, abc.Iterable: list, set: set, frozenset: frozenset, abc.Set: set,
    abc.MutableSet: set,
}  # fmt: skip
OBJECTS: dict[Any, Callable[[dict[Any, Any]], Any]] = {
    dict: dict, abc.Mapping: dict, abc.MutableMapping: dict, collections.OrderedDict: collections.OrderedDict,
    collections.defaultdict: lambda items: collections.defaultdict(None, items),
}  # fmt: skip
DEEPEST = 5

Names = Mapping[Any, Any]


@dataclasses.dataclass(slots=True)
class Maker:
    """Makes values of the types of one module."""

    random: Random
    module: Mapping[str, Any]

    def value(self, type_: Any, names: Names, depth: int = 0) -> Any:
        """A value of a type; `names` are the types of type variables."""
        if isinstance(type_, str):
            return self.value(evaluate(type_, Scope("", self.module))[0], names, depth)
        if isinstance(type_, typing.ForwardRef):
            return self.value(type_.__forward_arg__, names, depth)
        if isinstance(type_, typing.TypeVar):
            return self.value(names.get(type_, int), names, depth)
        if hasattr(type_, "__supertype__"):
            return self.value(type_.__supertype__, names, depth)
        if (made := self.scalar(type_)) is not NOTHING:
            return made
        origin, arguments = typing.get_origin(type_) or type_, typing.get_args(type_)
        word = getattr(origin, "__name__", getattr(origin, "_name", ""))
        if word in ("Annotated", "Required", "NotRequired", "ReadOnly"):
            return self.value(type_.__origin__ if word == "Annotated" else arguments[0], names, depth)
        if origin in (typing.Union, types.UnionType):
            return self.value(self.member(arguments, depth), names, depth)
        if word == "Literal":
            return self.random.choice(arguments)
        if origin is tuple:
            return tuple(self.items(arguments, names, depth + 1))
        if origin in ARRAYS:
            return ARRAYS[origin](self.many(arguments[0], names, depth))
        if origin in OBJECTS:
            keys = self.many(arguments[0], names, depth)
            return OBJECTS[origin]({key: self.value(arguments[1], names, depth + 1) for key in keys})
        return self.instance(origin, arguments, names, depth)

    def scalar(self, type_: Any) -> Any:
        random = self.random
        makers: dict[Any, Callable[[], Any]] = {
            int: lambda: random.choice((0, 1, -1, 2**53 + 1, -(10**30), random.randrange(-(2**70), 2**70))),
            float: lambda: random.choice((0.0, -0.0, 1.5, 1e300, 5e-324, 0.1 + 0.2, random.uniform(-1e6, 1e6))),
            bool: lambda: random.random() < 0.5,
            str: self.text,
            typing.LiteralString: self.text,
            bytes: lambda: random.randbytes(random.randrange(5)),
            type(None): lambda: None,
            None: lambda: None,
            datetime: lambda: datetime.combine(self.day(), self.clock()),
            date: self.day,
            time: self.clock,
            timedelta: lambda: timedelta(random.randrange(-999, 999), random.randrange(86400), random.randrange(10**6)),
            Decimal: lambda: Decimal(random.choice(("0", "-0.00", "1E+5", "12.50", "1e-9", str(random.random())))),
            UUID: lambda: UUID(int=random.getrandbits(128)),
            Path: lambda: Path(self.text().replace("\0", "") or "."),
            PurePath: lambda: PurePath("a/b"),
            Any: self.plain,
            object: self.plain,
        }
        try:
            return makers[type_]() if type_ in makers else NOTHING
        except TypeError:
            return NOTHING

    def text(self) -> str:
        return "".join(self.random.choices(ALPHABET, k=self.random.randrange(5)))

    def day(self) -> date:
        return date.fromordinal(self.random.randrange(1, date.max.toordinal()))

    def clock(self) -> time:
        random = self.random
        zone = random.choice((None, UTC, timezone(timedelta(minutes=random.randrange(-1439, 1440)))))
        return time(random.randrange(24), random.randrange(60), random.randrange(60), random.choice((0, 5, 120)), zone)

    def plain(self) -> Any:
        """What `json.loads` could give: the same after a way through JSON."""
        return self.random.choice((None, True, 3, 2.5, self.text(), [1, {"a": None}], {}, {"k": [self.text()]}))

    def member(self, members: tuple[Any, ...], depth: int) -> Any:
        """A member of a union; deep down one that ends."""
        ends = [each for each in members if each in (int, str, bool, float, bytes, type(None))]
        return self.random.choice(ends if depth >= DEEPEST and ends else members)

    def many(self, item: Any, names: Names, depth: int) -> list[Any]:
        count = 0 if depth >= DEEPEST else self.random.randrange(3)
        return [self.value(item, names, depth + 1) for _ in range(count)]

    def items(self, types_: tuple[Any, ...], names: Names, depth: int) -> list[Any]:
        """The items of a tuple."""
        if types_ == ((),):
            return []
        if len(types_) == 2 and types_[1] is Ellipsis:
            return self.many(types_[0], names, depth)
        made: list[Any] = []
        for each in types_:
            if getattr(each, "__unpacked__", False):
                made += self.items(typing.get_args(each), names, depth)
            else:
                made.append(self.value(each, names, depth))
        return made

    def instance(self, kind: Any, arguments: tuple[Any, ...], names: Names, depth: int) -> Any:
        if issubclass(kind, enum.Flag):
            return kind(self.random.randrange(4))
        if issubclass(kind, enum.Enum):
            return self.random.choice(list(kind))
        if issubclass(kind, pydantic.RootModel):
            return kind(self.value(kind.model_fields["root"].annotation, names, depth + 1))
        if issubclass(kind, pydantic.BaseModel):
            fields = {name: info.annotation for name, info in kind.model_fields.items()}
            return kind(**{name: self.value(each, names, depth + 1) for name, each in fields.items()})
        given = tuple(filled(each, names) for each in arguments)
        hints = {
            name: (hint, inner)
            for base, inner in reversed(list(bases(kind, given)))
            for name, hint in vars(base).get("__annotations__", {}).items()
        }
        if issubclass(kind, dict):
            evaluated = typing.get_type_hints(kind, dict(self.module), include_extras=True)
            must = required(kind, evaluated)
            keys = [key for key in evaluated if key in must or self.random.random() < 0.5]
            return {key: self.value(evaluated[key], {}, depth + 1) for key in keys}
        return kind(**{name: self.value(*hints[name], depth + 1) for name in fields_of(kind)})


NOTHING: Any = object()


def fields_of(kind: Any) -> list[str]:
    if attrs.has(kind):
        return [each.name for each in attrs.fields(kind)]
    if issubclass(kind, msgspec.Struct):
        return list(kind.__struct_fields__)
    return list(kind._fields) if issubclass(kind, tuple) else [each.name for each in dataclasses.fields(kind)]


def required(kind: Any, hints: Mapping[str, Any]) -> set[str]:
    """The keys that a TypedDict must have, also when its annotations are texts."""
    found: set[str] = set()
    for key, hint in hints.items():
        words = str(hint).partition("[")[0]
        inner = hint
        while typing.get_origin(inner) is not None and "Required" not in words and "ReadOnly" in words:
            inner = typing.get_args(inner)[0]
            words = str(inner).partition("[")[0]
        if words.endswith(".Required") or (key in kind.__required_keys__ and not words.endswith("NotRequired")):
            found.add(key)
    return found


def bases(kind: Any, arguments: tuple[Any, ...]) -> Iterator[tuple[Any, Names]]:
    """A class and its bases in the order of look-up, each with what its type variables stand for."""
    found: dict[Any, Names] = {}
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(kind, arguments)]
    for each, given in waiting:
        own = dict(zip(getattr(each, "__parameters__", ()), given, strict=False))
        found.setdefault(each, own)
        for base in vars(each).get("__orig_bases__", each.__bases__):
            inner = tuple(filled(argument, own) for argument in typing.get_args(base))
            origin = typing.get_origin(base) or base
            if isinstance(origin, type):
                waiting.append((origin, inner))
    yield from ((each, found.get(each, {})) for each in kind.__mro__)


def filled(type_: Any, names: Names) -> Any:
    """A type with types in the places of variables."""
    if isinstance(type_, typing.TypeVar):
        return names.get(type_, int)
    parameters = getattr(type_, "__parameters__", ())
    return type_[tuple(names.get(each, int) for each in parameters)] if parameters else type_

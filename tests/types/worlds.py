"""Programs made at random: declarations, and edges between containers that return one type and take another.

A *variant* is a way to write the same program so that a type checker decides as athena means to: see `checkers.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from tests.types.examples import example
from tests.types.terms import Term, World, filled, scalar, union

COPIES, NAMED_TUPLES, LENGTHS, CASES = "copies", "named tuples", "lengths", "cases"
"""Variants that change the program's text."""

HEAD = """\
from __future__ import annotations
from collections import defaultdict, deque, OrderedDict
from collections.abc import Collection, Iterable, Mapping, MutableMapping, MutableSequence, MutableSet
from collections.abc import Reversible, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag, IntEnum, StrEnum, auto
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, NewType
from uuid import UUID
import attrs
import msgspec
from pydantic import BaseModel, Field, PositiveInt, RootModel
from typing_extensions import Annotated, LiteralString, NotRequired, ReadOnly, Required, TypeAlias, TypedDict, TypeVar
from athena_runtime import container, workflow

T = TypeVar("T"{covariant})
U = TypeVar("U"{covariant})
D = TypeVar("D", default=int{covariant})
"""

FIXED = """\
class Colour(Enum):
    RED = "red"
    GREEN = auto()
    CRIMSON = "red"

class Stage(str, Enum):
    TEST = "test"
    LIVE = "live"

class Level(IntEnum):
    LOW = 1
    HIGH = 2

class Mode(StrEnum):
    FAST = auto()
    SLOW = auto()

class Only(Enum):
    ONE = 1

class Access(Flag):
    READ = auto()
    WRITE = auto()

Functional = Enum("Functional", "UP DOWN")
UserId = NewType("UserId", int)
AdminId = NewType("AdminId", UserId)
Mail = NewType("Mail", str)
Ids = NewType("Ids", list[int])

@dataclass
class Node:
    name: str
    children: list[Node]

@dataclass
class Leaf(Node):
    weight: float

class Root(RootModel[list[int]]):
    pass

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Numbers: TypeAlias = "float | list[Numbers]"
Bools: TypeAlias = "bool | list[Bools]"
Pair: TypeAlias = tuple[T, T]
Table: TypeAlias = dict[str, list[T]]
Either: TypeAlias = T | list[U]
"""


@dataclass(frozen=True, slots=True)
class Edge:
    """One call: what is returned, what is taken, and the line (from 0) on which they meet."""

    given: str
    taken: str
    line: int


@dataclass(frozen=True, slots=True)
class Program:
    text: str
    edges: tuple[Edge, ...]


def make_program(seed: str, count: int, variant: frozenset[str] = frozenset()) -> Program:
    """A program with that many edges from step to step; the same for one seed, but for what the variant writes
    otherwise."""
    random = Random(seed)
    world = make_world(random, variant)
    lines = world.text.split("\n")
    edges: list[Edge] = []
    for number in range(count):
        given, taken = _pair(world)
        if str(given) == "None":  # a step that returns nothing has no value to give
            given = union((given, Term("int")))
        lines += ["@container", f"def give{number}() -> {given.written(lengths=LENGTHS in variant)}: ..."]
        lines += _edge(number, taken, f"give{number}()")
        edges.append(Edge(str(given), str(taken), len(lines) - 1))
    return Program("\n".join(lines) + "\n", tuple(edges))


def make_values(seed: str, count: int, variant: frozenset[str] = frozenset()) -> Program:
    """A program whose edges begin at values that are written down.

    It has no NewType: a literal may stand for one, since nobody can call `UserId(3)` in a workflow.
    """
    random = Random(seed)
    world = make_world(random, variant, typed_dicts_as_they_are=True)
    lines = re.sub(r'(\w+) = NewType\("\w+", (.+)\)', r"\1: TypeAlias = \2", world.text).split("\n")
    edges: list[Edge] = []
    for number in range(count):
        given, taken = _pair(world)
        value = example(world, given)
        lines += _edge(number, taken, value)
        edges.append(Edge(value, str(taken), len(lines) - 1))
    return Program("\n".join(lines) + "\n", tuple(edges))


def _pair(world: World) -> tuple[Term, Term]:
    """Two types, mostly near to each other."""
    given = world.term()
    match world.random.randrange(10):
        case 0 | 1:
            return given, world.term()
        case 2 | 3 | 4:
            return world.near(given, 3), given
        case _:
            return given, world.near(given, 3)


def _edge(number: int, taken: Term, value: str) -> list[str]:
    return [
        "@container",
        f"def take{number}(value: {taken}) -> None: ...",
        "@workflow",
        f"def edge{number}() -> None:",
        f"    take{number}({value})",
    ]


def make_world(random: Random, variant: frozenset[str], *, typed_dicts_as_they_are: bool = False) -> World:
    """Declarations of every kind. What is chosen does not depend on the variant."""
    world = World(random)
    world.lines += HEAD.replace("{covariant}", ", covariant=True" if COPIES in variant else "").split("\n")
    world.lines += FIXED.replace('CRIMSON = "red"', "CRIMSON = RED" if CASES in variant else 'CRIMSON = "red"').split(
        "\n"
    )
    _note_fixed(world)
    _typed_dicts(world, copies=COPIES in variant and not typed_dicts_as_they_are)
    _dataclasses(world)
    _generics(world)
    _libraries(world)
    _named_tuples(world, plain=NAMED_TUPLES in variant)
    _aliases(world)
    world.with_stars = True
    return world


def _note_fixed(world: World) -> None:
    enums = {"Colour": "RED GREEN CRIMSON", "Stage": "TEST LIVE", "Level": "LOW HIGH", "Mode": "FAST SLOW",
             "Only": "ONE", "Access": "READ WRITE", "Functional": "UP DOWN"}  # fmt: skip
    for name, members in enums.items():
        cases = [f"{name}.{member}" for member in members.split()]
        world.classes.append(name)
        world.cases += cases
        world.relate(name, Term("literal", scalar(*cases)))
        world.relate(name, union(Term("literal", scalar(case)) for case in cases))
        world.relate(name, Term("literal", scalar(cases[0])))
    for name, base in {"Stage": "str", "Mode": "str", "Level": "int", "UserId": "int", "AdminId": "UserId",
                       "Mail": "str", "Ids": "list", "Leaf": "Node", "PositiveInt": "int"}.items():  # fmt: skip
        world.relate(name, Term(base) if base != "list" else Term("list", scalar("int")))
    world.classes += ["UserId", "AdminId", "Mail", "Ids", "Node", "Leaf", "Root", "PositiveInt", "Json", "Numbers",
                      "Bools"]  # fmt: skip
    world.keys += ["Stage", "Mode", "Mail", "UserId"]
    for name in ("Json", "Numbers", "Bools"):
        world.kin[name] = [Term(other) for other in ("Json", "Numbers", "Bools")]
        world.kin[name] += [Term("dict", scalar("str", "Json")), Term("list", scalar("Numbers")), Term("bool")]
    world.generics.update({"Pair": 1, "Table": 1, "Either": 2})


def _typed_dicts(world: World, *, copies: bool) -> None:
    """Several with keys of the same names, so that they often fit one another."""
    random = world.random
    pool = {
        "name": ("str", 'Literal["a", "b"]', "Stage", "str | None"),
        "size": ("int", "float", "bool", "UserId"),
        "tags": ("list[str]", "list[Mode]", "Sequence[str]", "tuple[str, ...]"),
        "table": ("dict[str, int]", "Mapping[str, float]", "dict[str, bool]"),
    }
    names: list[str] = []
    for number in range(6):
        name = f"Dict{number}"
        base = random.choice(names) if names and random.random() < 0.3 else None
        total = random.random() < 0.7
        world.lines.append(f"class {name}({base or 'TypedDict'}, total={total}):")
        world.typed_dicts[name] = dict(world.typed_dicts.get(base or "", {}))
        world.typed_keys[name] = dict(world.typed_keys.get(base or "", {}))
        for key in random.sample(list(pool), random.choice((1, 2, 2, 3))):
            type_ = random.choice(pool[key])
            form = random.choice(("{}", "{}", "{}", "NotRequired[{}]", "Required[{}]", "ReadOnly[{}]"))
            shown = f"{key}{number}" if base else key
            world.lines += _key(shown, type_, form, copies=copies, total=total)
            world.typed_dicts[name][shown] = _is_required(form, total)
            world.typed_keys[name][shown] = type_
        world.relate(name, Term("Mapping", scalar("str", "object")))
        world.relate(name, Term("dict", scalar("str", "Any")))
        if base:
            world.relate(name, Term(base))
        for other in names[-3:]:
            world.relate(name, Term(other))
        names.append(name)
    for name, kind, form in (
        ("TreeA", "str", "{}"),
        ("TreeB", "str | None", "{}"),
        ("TreeC", "str", "NotRequired[{}]"),
    ):
        world.lines += [f"class {name}(TypedDict):", *_key("name", kind, "{}", copies=copies)]
        world.lines += _key("children", f"list[{name}]", form, copies=copies)
        names.append(name)
    for name in ("TreeA", "TreeB", "TreeC"):
        world.kin[name] = [Term(other) for other in ("TreeA", "TreeB", "TreeC")]
    keys = [*_key("name", "str", "{}", copies=copies), *_key("size", "int", "{}", copies=copies)]
    pairs = [line.strip().partition(": ") for line in keys]
    world.lines.append(f'Movie = TypedDict("Movie", {{{", ".join(f"{key!r}: {type_}" for key, _, type_ in pairs)}}})')
    names.append("Movie")
    world.kin["Movie"] = [Term(f"Dict{number}") for number in range(6)]
    world.classes += names


def _key(key: str, type_: str, form: str, *, copies: bool, total: bool = True) -> list[str]:
    """A key of a TypedDict. `ReadOnly` makes it covariant; then that it must be there is said by another key, since
    pyright lets a key that may be missing stand for a read-only one that must be there."""
    if not copies:
        return [f"    {key}: {form.format(type_)}"]
    inner = type_ if form.startswith("ReadOnly") else f"ReadOnly[{type_}]"
    mark = [f"    has_{key}: Required[int]"] if _is_required(form, total) else []
    return [f"    {key}: {form.format(inner)}", *mark]


def _is_required(form: str, total: bool) -> bool:
    return form.startswith("Required") or (total and not form.startswith("NotRequired"))


def _dataclasses(world: World) -> None:
    random = world.random
    names: list[str] = []
    for number in range(5):
        name = f"Data{number}"
        bases = random.sample(names, random.choice((0, 0, 1, 1, 2))) if len(names) > 1 else []
        bases = [base for base in bases if not _above(world, bases, base)]
        world.lines += ["@dataclass(kw_only=True)", f"class {name}({', '.join(bases)}):"]
        own = {f"field{number}{index}": world.term(1) for index in range(random.choice((1, 2)))}
        world.lines += [f"    {field}: {type_}" for field, type_ in own.items()]
        world.fields[name] = {key: type_ for base in bases for key, type_ in world.fields[base].items()} | own
        for base in bases:
            world.relate(name, Term(base))
        names.append(name)
        world.classes.append(name)


def _above(world: World, bases: list[str], base: str) -> bool:
    """Whether a class stands above another one of the list: Python would find no order for the two."""
    others = [other for other in bases if other != base]
    return any(Term(other) in world.kin.get(base, []) for other in others)


def _generics(world: World) -> None:
    random = world.random
    one, two, three = scalar("T", "U", "D")
    kinds = [
        ("Box", ["@dataclass", "class Box(Generic[T]):"], (one,)),
        ("Couple", ["@dataclass", "class Couple(Generic[T, U]):"], (one, two)),
        ("Model", ["class Model(BaseModel, Generic[T]):"], (one,)),
        ("Struct", ["class Struct(msgspec.Struct, Generic[T]):"], (one,)),
        ("Attrs", ["@attrs.define", "class Attrs(Generic[T]):"], (one,)),
        ("Given", ["@dataclass", "class Given(Generic[D]):"], (three,)),
    ]
    for name, above, variables in kinds:
        world.lines += above
        own = {f"item{n}": random.choice((each, Term("list", (each,)))) for n, each in enumerate(variables)}
        world.lines += [f"    {field}: {type_}" for field, type_ in own.items()]
        world.fields[name], world.variables[name] = own, tuple(map(str, variables))
        world.generics[name] = len(variables)
        world.classes.append(name)
    for number, (name, head) in enumerate(
        (("Box", "@dataclass"), ("Model", ""), ("Struct", ""), ("Box", "@dataclass"))
    ):
        argument = world.term(1)
        low = f"Low{number}"
        world.lines += [
            *([head] if head else []),
            f"class {low}({name}[{argument}]):",
            f"    low{number}: int",
        ]
        world.fields[low] = {key: filled(each, {"T": argument}) for key, each in world.fields[name].items()}
        world.relate(low, Term(name, (argument,)))
        world.classes.append(low)
    world.lines += ["@dataclass", "class Lists(Box[list[T]], Generic[T]):", "    lists: T"]
    world.generics["Lists"] = 1
    lists = {"T": Term("list", (one,))}
    world.fields["Lists"] = {key: filled(each, lists) for key, each in world.fields["Box"].items()} | {"lists": one}
    world.variables |= {"Lists": ("T",), "Swapped": ("T", "U")}
    world.lines += ["@dataclass", "class Swapped(Couple[U, T], Generic[T, U]):", "    swapped: T"]
    world.generics["Swapped"] = 2
    swapped = {"T": two, "U": one}
    world.fields["Swapped"] = {key: filled(each, swapped) for key, each in world.fields["Couple"].items()}
    world.fields["Swapped"]["swapped"] = one
    world.relate("Lists", Term("Box"))
    world.relate("Swapped", Term("Couple"))


def _libraries(world: World) -> None:
    random = world.random
    heads = {
        "Pydantic": ["class {}(BaseModel):"],
        "Msgspec": ["class {}(msgspec.Struct, kw_only=True):"],
        "Attr": ["@attrs.define(kw_only=True)", "class {}:"],
    }
    for name, head in heads.items():
        world.lines += [line.format(name) for line in head]
        world.fields[name] = {"one": world.term(1), "two": world.term(1)}
        world.lines += [f"    {field}: {type_}" for field, type_ in world.fields[name].items()]
        low = f"{name}Low"
        above = [line.format(low).replace("BaseModel", name).replace("msgspec.Struct", name) for line in head]
        above[-1] = above[-1].replace(f"class {low}:", f"class {low}({name}):")
        more = random.choice((Term("int"), union((Term("str"), Term("None")))))
        world.lines += [*above, f"    three: {more}"]
        world.fields[low] = world.fields[name] | {"three": more}
        world.classes += [name, low]
        world.relate(low, Term(name))


def _named_tuples(world: World, *, plain: bool) -> None:
    for name, fields in (("Point", {"x": "float", "y": "float"}), ("Label", {"text": "str", "count": "int"})):
        world.lines.append(f"class {name}:" if plain else f"class {name}(NamedTuple):")
        world.lines += [f"    {key}: {type_}" for key, type_ in fields.items()]
        world.fields[name] = {key: Term(type_) for key, type_ in fields.items()}
        world.classes.append(name)
        types = scalar(*fields.values())
        world.kin[name] = [Term("tuple", types), Term("Sequence", types[:1]), Term("rest", scalar("Any"))]


def _aliases(world: World) -> None:
    for number in range(3):
        name = f"Alias{number}"
        term = world.term(2)
        world.lines.append(f"{name}: TypeAlias = {str(term)!r}")
        world.kin[name] = [term]
        world.classes.append(name)
    world.generics.update({"Pair": 1, "Table": 1, "Either": 2})

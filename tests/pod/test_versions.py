"""The runtime on every Python that pods may have: each type both ways, with the standard library alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.pod.steps import ROOT, Pod

VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")

PROGRAM = """
from __future__ import annotations
import collections, enum, typing, sys
from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import (
    TYPE_CHECKING, Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar, Union,
)
from uuid import UUID

from athena_runtime import Failed, Ok, container

if TYPE_CHECKING:
    from fractions import Fraction
    Ids = list[int]

T = TypeVar("T")
UserId = NewType("UserId", int)
Json = Union["dict[str, Json]", "list[Json]", str, int, None]

class Colour(str, enum.Enum):
    RED = "red"

class Access(enum.Flag):
    READ = 1
    WRITE = 2

@dataclass
class Node(Generic[T]):
    value: T
    children: list[Node[T]] = field(default_factory=list)

@dataclass
class Leaf(Node[int]):
    note: Optional[str] = None
    start: InitVar[int] = 3

class Point(NamedTuple):
    x: int
    y: float = 0.0

class Movie(TypedDict, total=False):
    title: str
    rating: "Literal[1, 2, 'x']"

@container
def everything(
    a: int, b: float, c: str, d: bytes, e: datetime, f: date, g: time, h: timedelta, i: Decimal, j: UUID, k: Path,
    l: list[int], m: set[Colour], n: tuple[int, str], o: tuple[int, ...], p: dict[int, Access], q: Json,
    r: Node[Point], s: Leaf, t: Movie, u: Annotated[UserId, "x"], v: Union[Ok[int], Failed], w: int | None,
    x: Ids, y: collections.Counter[str], z: Any = None,
) -> tuple[Any, ...]:
    assert isinstance(r.children[0].value, Point) and isinstance(e.tzinfo, timezone) and type(y) is collections.Counter
    return (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z)
"""

LATER = """
from athena_runtime import container

type Pair[T] = tuple[T, T]
type Tree = dict[str, Tree] | int

class Box[T]:
    pass

from dataclasses import dataclass

@dataclass
class Crate[T]:
    items: list[T]
    inside: "Crate[T] | None" = None

@container
def newer(pair: Pair[int], tree: Tree, crate: Crate[Pair[str]]) -> Crate[Pair[str]]:
    assert isinstance(crate.items[0], tuple)
    return crate
"""
CRATE = '{"items":[["a","b"]],"inside":{"items":[],"inside":null}}'

ARGUMENTS = [
    "9007199254740993", "0.1", '"é"', '"/w=="', '"2026-01-31T12:00:00.123Z"', '"2026-01-31"', '"12:00:00"', '"PT90S"',
    '"1.50"', '"00000000-0000-0000-0000-000000000001"', '"a/b"', "[1]", '["red"]', '[1,"a"]', "[1,2]", '{"1":3}',
    '{"a":[null,"b"]}', '{"value":{"x":1,"y":2.5},"children":[{"value":{"x":1,"y":0.0},"children":[]}]}',
    '{"value":1,"children":[],"note":null}', '{"title":"M","rating":2}', "3", '{"value":1}', "null", "[1]", '{"a":2}',
    '{"k":[1]}',
]  # fmt: skip


def find(version: str) -> Path | None:
    """A Python of this version on this machine: of pyenv, of uv, or of the system."""
    places = [
        *sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python")),
        *sorted((Path.home() / ".local/share/uv/python").glob(f"cpython-{version}.*/bin/python")),
        Path(f"/usr/bin/python{version}"),
        Path(f"/usr/local/bin/python{version}"),
    ]
    return next((place for place in places if place.exists()), None)


@pytest.fixture(params=VERSIONS)
def python(request: pytest.FixtureRequest) -> Path:
    found = find(request.param)
    if found is None:
        pytest.skip(f"there is no Python {request.param} on this machine")
    return found


def test_every_type_of_the_standard_library(python: Path, pod: Pod) -> None:
    there = Pod(pod.root, str(python), options=("-S",))
    there.write(PROGRAM)
    ended = there.run("everything", *ARGUMENTS)
    assert (ended.err, ended.code) == ("", 0)
    assert ended.result is not None
    expected = [each.replace(".123Z", ".123000+00:00").replace('"é"', '"\\u00e9"') for each in ARGUMENTS]
    assert ended.result == f"[{','.join(expected)}]"


def test_the_newer_ways_to_write_types(python: Path, pod: Pod) -> None:
    if python.resolve().name in ("python3.10", "python3.11"):
        pytest.skip("the `type` statement came with Python 3.12")
    there = Pod(pod.root, str(python), options=("-S",))
    there.write(LATER)
    ended = there.run("newer", "[1,2]", '{"a":{"b":1}}', CRATE)
    assert (ended.err, ended.result) == ("", CRATE)


def test_an_error_and_a_signal(python: Path, pod: Pod) -> None:
    there = Pod(pod.root, str(python), options=("-S",))
    there.write("from athena_runtime import container\n\n@container\ndef fail(n: int) -> int:\n    return 1 // n\n")
    ended = there.run("fail", "0")
    assert (ended.code, ended.err.splitlines()[-1]) == (1, "ZeroDivisionError: integer division or modulo by zero")
    assert "athena_runtime" not in ended.err


def test_the_modules_of_the_pod_compile_there(python: Path) -> None:
    files = [path for part in ("codec", "pod") for path in (ROOT / "athena_runtime" / part).glob("*.py")]
    program = "import sys; [compile(open(p).read(), p, 'exec') for p in sys.argv[1:]]"
    subprocess.run([python, "-I", "-S", "-c", program, *map(str, files)], check=True, timeout=60)

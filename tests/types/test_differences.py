"""Differences: where, between what, and why; and that comparing ends, whatever contains what."""

from __future__ import annotations

import time

import pytest

from athena_lsp.analysis.types import Difference, difference, inner_types, show
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import Type
from athena_lsp.project import Project

HEAD = """
from __future__ import annotations
from collections.abc import *
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Generic, Literal, NamedTuple, NotRequired, TypeAlias, TypedDict, TypeVar
from athena_runtime import Artifact, container
T = TypeVar("T")
class Colour(Enum):
    RED = "red"
    BLUE = "blue"
class Movie(TypedDict):
    title: str
    year: NotRequired[int]
class Full(TypedDict):
    title: str
    year: int
class Priced(TypedDict):
    price: int
class Point(NamedTuple):
    x: float
@dataclass
class Page(Generic[T]):
    items: list[T]
@dataclass
class Node(Generic[T]):
    children: list[Node[T]]
    value: T
@dataclass
class Growing(Generic[T]):
    below: Growing[list[T]] | None
    value: T
Json: TypeAlias = "dict[str, Json] | list[Json] | str"
Other: TypeAlias = "dict[str, Other] | list[Other] | str | int"
Loop: TypeAlias = "Loop"
"""


def compared(actual: str, expected: str, head: str = HEAD) -> Difference | None:
    text = f"{head}\n@container\ndef f(a: {expected}) -> {actual}: ...\n"
    facts = Project.of({"a.py": text}).facts
    signature = facts.signature(Declaration("a.py", "f"))
    assert signature is not None
    return difference(facts, signature.returns, signature.parameters[0].type)


def type_of(written: str) -> tuple[Project, Type]:
    project = Project.of({"a.py": f"{HEAD}\n@container\ndef f() -> {written}: ...\n"})
    signature = project.facts.signature(Declaration("a.py", "f"))
    assert signature is not None
    return project, signature.returns


@pytest.mark.parametrize(
    ("actual", "expected", "told"),
    [
        ("list[str]", "list[int]", "[]: str / int"),
        ("dict[str, list[str]]", "dict[str, list[int]]", "[...][]: str / int"),
        ("dict[int, str]", "dict[str, str]", ".keys(): int / str"),
        ("tuple[int, str]", "tuple[int, int]", "[1]: str / int"),
        ("Page[Page[str]]", "Page[Page[int]]", ".items[].items[]: str / int"),
        ("Node[str]", "Node[int]", ".value: str / int"),
        ("list[Movie]", "list[Full]", "[]: Movie / Full (the key `year` may be missing)"),
        ("Movie", "Priced", ": Movie / Priced (the key `price` is missing)"),
        ("dict[str, str]", "Movie", ": dict[str, str] / Movie (a `dict` may have any keys)"),
        ("Full", "Mapping[str, int]", ": Full / Mapping[str, int] (its other keys may hold anything)"),
        ("int | None", "int", ": int | None / int (`None` is not accepted)"),
        ("list[str] | list[int]", "list[int]", "[]: str / int"),
        ("list[list[str]]", "list[list[int]] | None", "[][]: str / int"),
        ("Colour", "Literal[Colour.RED]", ": Colour / Literal[Colour.RED] (`Literal[Colour.BLUE]` is not accepted)"),
        ("Colour", "str", ": Colour / str (a member is not its value: read `.value`)"),
        ("bool", "Literal[True]", ": bool / Literal[True] (`Literal[False]` is not accepted)"),
        ("datetime", "date", ": datetime / date (its text holds a time too)"),
        ("str", "Sequence[str]", ": str / Sequence[str] (its JSON form is a text, not a list)"),
        ("dict[str, int]", "set[str]", ": dict[str, int] / set[str] (its JSON form is an object, not a list)"),
        ("Point", "tuple[float]", ": Point / tuple[float] (its JSON form is an object, not a list)"),
        ("tuple[int]", "tuple[int, int]", ": tuple[int] / tuple[int, int] (it has 1 item, not 2)"),
        ("tuple[int, ...]", "tuple[int]", ": tuple[int, ...] / tuple[int] (the number of its items is not known)"),
        ("tuple[int]", "tuple[int, *tuple[int, ...], int]",
         ": tuple[int] / tuple[int, *tuple[int, ...], int] (it has 1 item, not at least 2)"),
        ("Artifact[str]", "str", ": Artifact[str] / str"),
        ("Artifact[str]", "Artifact[bytes]", ": str / bytes"),
    ],
)  # fmt: skip
def test_a_difference_says_where_and_why(actual: str, expected: str, told: str) -> None:
    found = compared(actual, expected)
    assert found is not None
    reason = f" ({found.reason})" if found.reason else ""
    assert f"{found.path}: {show(found.actual)} / {show(found.expected)}{reason}" == told


@pytest.mark.parametrize(
    ("actual", "expected", "fits"),
    [
        ("Json", "Other", True),
        ("Other", "Json", False),
        ("list[Json]", "Other", True),
        ("Json", "Loop", True),
        ("Growing[int]", "Growing[int]", True),
        ("Growing[bool]", "Growing[int]", True),
        ("Growing[str]", "Growing[int]", False),
    ],
)
def test_types_that_contain_themselves(actual: str, expected: str, fits: bool) -> None:
    assert (compared(actual, expected) is None) == fits


def test_every_part_of_a_type_is_met_once_and_growing_types_end() -> None:
    project, type_ = type_of("dict[str, Node[Movie] | None]")
    assert [show(part) for part in inner_types(project.facts, type_)].count("Node[Movie]") == 1
    assert {"str", "None", "Movie", "list[Node[Movie]]", "int"} <= {
        show(part) for part in inner_types(project.facts, type_)
    }
    project, type_ = type_of("Growing[int]")
    assert len(list(inner_types(project.facts, type_))) < 2000


def chain(kind: str, depth: int, last: str) -> str:
    """TypedDicts that hold the next one twice: a comparison that forgot what it knew would double at each."""
    lines = [f"class {kind}{depth}(TypedDict):", f"    value: {last}"]
    for number in reversed(range(depth)):
        lines += [f"class {kind}{number}(TypedDict):"]
        lines += [f"    one: {kind}{number + 1}", f"    two: list[{kind}{number + 1}] | None"]
    return "\n".join(lines)


@pytest.mark.parametrize(("last", "fits"), [("bool", True), ("str", False)])
def test_a_comparison_remembers_what_it_has_compared(last: str, fits: bool) -> None:
    head = "\n".join((HEAD, chain("A", 40, last), chain("B", 40, "int")))
    start = time.perf_counter()
    found = compared("A0", "B0", head)
    assert (found is None) == fits
    assert time.perf_counter() - start < 2
    if found is not None:
        assert found.path == ".one" * 40 + ".value"

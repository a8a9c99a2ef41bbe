"""Data classes made late are what `dataclasses` makes, for everything that athena asks of them."""

# mypy: disable-error-code="call-arg, attr-defined, comparison-overlap, operator, unreachable"

from __future__ import annotations

import ast
import copy
import dataclasses
import inspect
import pickle
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp import records

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
MAKERS = pytest.mark.parametrize("made", [dataclasses, records], ids=["dataclasses", "records"])


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    span: int = records.field(compare=False, repr=False)


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Node):
    """A leaf."""

    text: str
    marks: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.text)


@records.dataclass(frozen=True, slots=True, order=True)
class Point:
    x: int
    y: int = 0


@MAKERS
def test_defaults_factories_and_keywords(made: Any) -> None:
    @made.dataclass(slots=True)
    class Box:
        first: int
        second: str = "b"
        items: list[int] = made.field(default_factory=list)
        fixed: int = made.field(default=3, init=False)
        made_late: list[int] = made.field(init=False, default_factory=list)
        flag: bool = made.field(default=False, kw_only=True)

    box, other = Box(1), Box(1, "c", flag=True)
    assert (box.second, box.items, box.fixed, box.made_late, box.flag) == ("b", [], 3, [], False)
    assert (other.second, other.flag) == ("c", True)
    box.items.append(1)
    assert Box(1).items == []
    assert Box.__match_args__ == ("first", "second", "items")
    for wrong in ({}, {"first": 1, "nothing": 2}, {"first": 1, "fixed": 2}):
        with pytest.raises(TypeError):
            Box(**wrong)
    with pytest.raises(TypeError):
        Box(1, "b", [], True)
    assert [*inspect.signature(Box).parameters] == ["first", "second", "items", "flag"]
    with pytest.raises(TypeError):
        hash(box)


@MAKERS
@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize("frozen", [True, False])
@pytest.mark.parametrize("eq", [True, False])
def test_equality_and_hashes(made: Any, slots: bool, frozen: bool, eq: bool) -> None:
    @made.dataclass(slots=slots, frozen=frozen, eq=eq)
    class Pair:
        left: Any
        right: Any = made.field(default=0, compare=False)

    @made.dataclass(slots=slots, frozen=frozen, eq=eq)
    class Other:
        left: Any
        right: Any = 0

    one, same, different = Pair(1, 2), Pair(1, 3), Pair(2, 2)
    assert (one == same) is eq
    assert one == one
    assert one != different
    assert one != Other(1, 2)
    assert one != (1, 2)
    assert hasattr(one, "__dict__") is not slots
    if eq and not frozen:
        with pytest.raises(TypeError):
            hash(one)
    else:
        assert (hash(one) == hash(same)) is eq
        assert len({one, one}) == 1
    nan = float("nan")
    assert (Pair(nan) == Pair(nan)) is eq


@MAKERS
def test_own_methods_stay(made: Any) -> None:
    @made.dataclass(frozen=True, slots=True)
    class Name:
        text: str

        def __post_init__(self) -> None:
            assert self.text

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Name) and self.text.lower() == other.text.lower()

        def __hash__(self) -> int:
            return hash(self.text.lower())

        def __repr__(self) -> str:
            return self.text

    assert Name("A") == Name("a")
    assert len({Name("A"), Name("a")}) == 1
    assert repr(Name("A")) == "A"
    with pytest.raises(AssertionError):
        Name("")


@MAKERS
def test_an_own_init_stays(made: Any) -> None:
    @made.dataclass(frozen=True, eq=False)
    class Own:
        x: int

        def __init__(self) -> None:
            object.__setattr__(self, "x", 7)

    assert Own().x == 7


@MAKERS
def test_without_slots_there_is_room_for_what_is_worked_out_once(made: Any) -> None:
    @made.dataclass(frozen=True)
    class Text:
        text: str
        kind: str = "plain"
        words: ClassVar[int] = 3

        @cached_property
        def length(self) -> int:
            return len(self.text)

    assert Text("abc").length == 3
    assert Text.kind == "plain"
    assert [each.name for each in made.fields(Text)] == ["text", "kind"]


@MAKERS
def test_generic_classes(made: Any) -> None:
    @made.dataclass(frozen=True, slots=True)
    class Box(Generic[T]):
        item: T

    assert made.replace(Box(3), item=4) == Box(4)


def test_subclasses_have_the_fields_of_their_bases() -> None:
    leaf = Leaf(span=3, text="a", marks=("x",))
    assert repr(leaf) == "Leaf(text='a', marks=('x',))"
    assert leaf == Leaf(span=4, text="a", marks=("x",))
    assert hash(leaf) == hash(Leaf(span=4, text="a", marks=("x",)))
    assert leaf != Node(span=3)
    assert not hasattr(leaf, "__dict__")
    assert Leaf.__slots__ == ("text", "marks")
    assert Leaf.__match_args__ == ()
    assert Leaf.__doc__ == "A leaf."
    assert (Leaf.__module__, Leaf.__qualname__) == (__name__, "Leaf")
    with pytest.raises(TypeError):
        Leaf(3, "a")  # type: ignore[misc, unused-ignore]
    match leaf:
        case Leaf(text=text, size=1):
            assert text == "a"
        case _:
            pytest.fail("a pattern by keywords matches")
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


@given(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_order_is_that_of_the_fields(left: tuple[int, int], right: tuple[int, int]) -> None:
    one, other = Point(*left), Point(*right)
    assert (one < other, one <= other, one > other, one >= other) == (
        left < right, left <= right, left > right, left >= right
    )  # fmt: skip
    with pytest.raises(TypeError):
        assert one < right


def test_copies() -> None:
    leaf = Leaf(span=3, text="a")
    for copied in (pickle.loads(pickle.dumps(leaf)), copy.copy(leaf), copy.deepcopy(leaf), records.replace(leaf)):
        assert copied == leaf
        assert copied.span == 3
        assert copied is not leaf
    changed = records.replace(leaf, text="b")
    assert (changed.text, changed.span, leaf.text) == ("b", 3, "a")
    with pytest.raises(TypeError):
        records.replace(leaf, nothing=1)


def test_the_standard_library_knows_them() -> None:
    leaf = Leaf(span=3, text="a")
    assert dataclasses.is_dataclass(leaf)
    assert [each.name for each in dataclasses.fields(leaf)] == ["span", "text", "marks"]
    assert [(each.type, each.kw_only, each.compare) for each in dataclasses.fields(Leaf)] == [
        ("int", True, False), ("str", True, True), ("tuple[str, ...]", True, True)
    ]  # fmt: skip
    assert dataclasses.asdict(leaf) == {"span": 3, "text": "a", "marks": ()}
    assert dataclasses.replace(leaf, text="b").text == "b"


def test_nothing_is_made_before_it_is_used() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Late:
        x: int

    before = Late.__init__
    assert Late(1).x == 1
    assert Late.__init__ is not before
    assert Late.__init__.__qualname__.endswith("Late.__init__")
    assert [Late(2), Late(2)] == [Late(x=2)] * 2


@pytest.mark.parametrize("path", sorted((ROOT / "athena_lsp").rglob("*.py")), ids=lambda path: path.stem)
def test_all_data_classes_of_the_tools_are_made_late(path: Path) -> None:
    imported = {
        alias.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        for alias in node.names
    }
    assert imported == set()

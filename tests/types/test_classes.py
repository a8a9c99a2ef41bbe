"""What class statements tell: JSON names, what is required, arguments of bases, members of enums."""

from __future__ import annotations

import pytest

from athena_lsp.analysis.types import show
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassInfo
from athena_lsp.project import Project

HEAD = """
from collections import namedtuple
from dataclasses import KW_ONLY, InitVar, dataclass, field
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto
from typing import Annotated, ClassVar, Generic, NamedTuple, NotRequired, Required, TypedDict, TypeVar
import attr, attrs, msgspec
from pydantic import AliasGenerator, AliasPath, BaseModel, ConfigDict, Field, RootModel, computed_field
from pydantic.alias_generators import to_camel, to_pascal
T = TypeVar("T")
U = TypeVar("U")
"""


def info(text: str, name: str) -> ClassInfo:
    found = Project.of({"a.py": HEAD + text}).facts.class_info(Declaration("a.py", name))
    assert found is not None
    return found


def json_names(text: str, name: str = "C") -> dict[str, str | None]:
    return {field.name: field.json_name for field in info(text, name).fields}


def required(text: str, name: str = "C") -> list[str]:
    return [field.name for field in info(text, name).fields if field.required]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@dataclass\nclass C:\n    a_b: int", {"a_b": "a_b"}),
        ('C = TypedDict("C", {"class": int, "x-y": str})', {"class": "class", "x-y": "x-y"}),
        ('class C(BaseModel):\n    a: int = Field(alias="A")\n    b: int', {"a": "A", "b": "b"}),
        ('class C(BaseModel):\n    a: Annotated[int, Field(alias="A")]', {"a": "A"}),
        ('class C(BaseModel):\n    a: int = Field(alias="A", serialization_alias="B")', {"a": "B"}),
        ('class C(BaseModel):\n    a: int = Field(validation_alias="A")', {"a": "a"}),
        ('class C(BaseModel):\n    a: int = Field(alias=AliasPath("A", 0))', {"a": None}),
        ("class C(BaseModel, alias_generator=to_camel):\n    a_b: int", {"a_b": "aB"}),
        ("class C(BaseModel, alias_generator=AliasGenerator(alias=to_pascal)):\n    a_b: int", {"a_b": "AB"}),
        (
            "class C(BaseModel, alias_generator=AliasGenerator(validation_alias=to_camel)):\n    a_b: int",
            {"a_b": "a_b"},
        ),
        ("class C(BaseModel, alias_generator=str.upper):\n    a_b: int", {"a_b": None}),
        (
            'class C(BaseModel, alias_generator=to_camel):\n    a_b: int = Field(alias="A", alias_priority=1)',
            {"a_b": "aB"},
        ),
        ('class C(BaseModel):\n    a: int = Field(alias="A", alias_priority=1)', {"a": "A"}),
        ('class C(BaseModel):\n    @computed_field(alias="A")\n    def a(self) -> int: ...', {"a": "A"}),
        ("class C(RootModel[list[int]]):\n    pass", {"root": ""}),
        ("class C(RootModel):\n    root: list[int]", {"root": ""}),
        ('class C(msgspec.Struct):\n    a: int = msgspec.field(name="A")', {"a": "A"}),
        ('class C(msgspec.Struct, rename="camel"):\n    a_b: int', {"a_b": "aB"}),
        ('class C(msgspec.Struct, rename={"a": "A"}):\n    a: int\n    b: int', {"a": "A", "b": "b"}),
        ("class C(msgspec.Struct, rename=str.upper):\n    a: int", {"a": None}),
        ("class C(msgspec.Struct, array_like=True):\n    a: int", {"a": "a"}),
        ('@attrs.define\nclass C:\n    a: int = attrs.field(alias="A")', {"a": "a"}),
        ('class C(NamedTuple("B", [("a", int)])):\n    pass', {"a": "a"}),
    ],
)
def test_the_key_of_a_field_in_json(text: str, names: dict[str, str | None]) -> None:
    assert json_names(text) == names


def test_an_alias_generator_reaches_inherited_fields_and_leaves_given_aliases() -> None:
    text = """
class B(BaseModel):
    a_b: int
    c: int = Field(alias="C")
class C(B):
    model_config = ConfigDict(alias_generator=to_camel)
    d_e: int
"""
    assert json_names(text) == {"a_b": "aB", "c": "C", "d_e": "dE"}
    assert json_names(text, "B") == {"a_b": "a_b", "c": "C"}


def test_a_rename_of_msgspec_is_inherited_and_leaves_fields_of_bases() -> None:
    text = """
class A(msgspec.Struct):
    a_b: int
class B(A, rename="camel"):
    c_d: int
class C(B):
    e_f: int
"""
    assert json_names(text) == {"a_b": "a_b", "c_d": "cD", "e_f": "eF"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@dataclass\nclass C:\n    a: int\n    b: int = 1\n    c: list[int] = field(default_factory=list)", ["a"]),
        ("@dataclass\nclass C:\n    a: int = field(kw_only=True)\n    b: int = field(init=False)", ["a"]),
        ("class C(BaseModel):\n    a: int = Field(...)\n    b: int = Field(3)\n    c: int | None\n    d: int = Field()",
         ["a", "c", "d"]),
        ("class C(BaseModel):\n    a: Annotated[int, Field(default=3)]\n    b: Annotated[int, Field(gt=0)]", ["b"]),
        ("@attr.s\nclass C:\n    a = attr.ib()\n    b = attr.ib(default=1)\n    c = attr.ib(factory=list)", ["a"]),
        ("@attrs.define\nclass C:\n    a: int\n    b: int = attrs.field()\n    @b.default\n    def _b(self): return 1",
         ["a"]),
        ("class C(msgspec.Struct):\n    a: int\n    b: int = msgspec.field(default=1)", ["a"]),
        ("class C(NamedTuple):\n    a: int\n    b: int = 1", ["a"]),
        ('C = namedtuple("C", "a b c", defaults=(1, 2))', ["a"]),
        ("class C(TypedDict):\n    a: int\n    b: NotRequired[int]", ["a"]),
        ("class C(TypedDict, total=False):\n    a: int\n    b: Required[Annotated[int, 3]]", ["b"]),
        ('C = TypedDict("C", {"a": int, "b": Required[int]}, total=False)', ["b"]),
    ],
)  # fmt: skip
def test_what_a_value_cannot_do_without(text: str, names: list[str]) -> None:
    assert required(text) == names


def test_fields_that_nobody_gives_and_fields_that_are_given_by_name() -> None:
    text = """
@dataclass
class C:
    a: int
    _: KW_ONLY
    b: int
    c: int = field(init=False)
class M(BaseModel):
    a: int
    @computed_field
    def twice(self) -> int: ...
"""
    fields = {field.name: field for field in info(text, "C").fields}
    assert [name for name, field in fields.items() if field.keyword_only] == ["b", "c"]
    assert [name for name, field in fields.items() if not field.in_init] == ["c"]
    assert [field.name for field in info(text, "M").fields if not field.in_init] == ["twice"]


def test_arguments_of_bases_are_in_the_variables_of_the_class() -> None:
    text = """
@dataclass
class Pair(Generic[T, U]):
    first: T
    second: U
@dataclass
class Swapped(Pair[U, T], Generic[T, U]):
    third: T
@dataclass
class C(Swapped[int, list[T]]):
    fourth: T
"""
    found = info(text, "C")
    assert found.variables == ("T",)
    assert [show(parent) for parent in found.parents] == ["Swapped[int, list[T]]", "Pair[list[T], int]"]
    types = {field.name: show(field.type) for field in found.fields}
    assert types == {"first": "list[T]", "second": "int", "third": "int", "fourth": "T"}


def test_the_order_of_look_up_decides_which_field_counts() -> None:
    text = """
@dataclass
class A:
    x: int
    y: int
@dataclass
class B(A):
    y: str
@dataclass
class D(A):
    x: bytes
@dataclass
class C(B, D):
    z: int
"""
    types = {field.name: show(field.type) for field in info(text, "C").fields}
    assert types == {"x": "bytes", "y": "str", "z": "int"}


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("class C(Enum):\n    A = 1\n    B = -2\n    D = 'x'", (("A", 1), ("B", -2), ("D", "x"))),
        ("class C(Enum):\n    A = auto()\n    B = 5\n    D = auto()", (("A", 1), ("B", 5), ("D", 6))),
        ("class C(StrEnum):\n    RED_DARK = auto()", (("RED_DARK", "red_dark"),)),
        ("class C(Flag):\n    A = auto()\n    B = auto()\n    D = auto()", (("A", 1), ("B", 2), ("D", 4))),
        ("class C(IntFlag):\n    A = 1 << 3", (("A", 8),)),
        ("class C(Enum):\n    A = 1\n    B = A", (("A", 1), ("B", 1))),
        ("class C(Enum):\n    A, B = 1, 2", (("A", 1), ("B", 2))),
        ("class C(Enum):\n    A = (1, 2)", (("A", None),)),
        ("class C(Enum):\n    def _generate_next_value_(*a): return 'x'\n    A = auto()", (("A", None),)),
        ("class C(str, Enum):\n    A = auto()\n    B = auto()\n    D = 5", (("A", "1"), ("B", "2"), ("D", "5"))),
        ('C = Enum("C", "A B", type=str)', (("A", "1"), ("B", "2"))),
        ('C = Enum("C", "A B")', (("A", 1), ("B", 2))),
        ('C = Enum("C", "A, B", start=5)', (("A", 5), ("B", 6))),
        ('C = StrEnum("C", ["A", "B"])', (("A", "a"), ("B", "b"))),
        ('C = Flag("C", "A B D")', (("A", 1), ("B", 2), ("D", 4))),
        ('C = IntEnum("C", [("A", 3), ("B", 4)])', (("A", 3), ("B", 4))),
        ('C = Enum("C", {"A": "x"})', (("A", "x"),)),
    ],
)
def test_members_of_enums(text: str, cases: object) -> None:
    assert info(text, "C").cases == cases

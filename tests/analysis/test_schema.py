"""JSON Schema of types: what Python's own values look like in JSON fits, and what is something else does not."""

from __future__ import annotations

import base64
import dataclasses
import json
import sys
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from athena_lsp.analysis.schema import Schema, Source, inputs_schema, output_schema
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project

MODELS = '''
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag, IntEnum
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, NewType, Optional, TypeVar, Union
from uuid import UUID

import attrs
import msgspec
import pydantic
from typing_extensions import NotRequired, TypedDict

T = TypeVar("T")
UserId = NewType("UserId", int)
Rows = list[int]
Json = dict[str, "Json"] | list["Json"] | str


class Colour(Enum):
    """What it is painted with."""

    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


@dataclass
class Report:
    """A finished report.

    More about it.
    """

    id: str
    rows: int
    colour: Colour = Colour.RED
    tags: list[str] = field(default_factory=list)


class Point(NamedTuple):
    x: float
    y: float = 0.5


class Options(TypedDict):
    verbose: bool
    level: NotRequired[int]


@dataclass
class Tree:
    name: str
    children: list[Tree]
    parent: Optional[Tree] = None


@dataclass
class Page(Generic[T]):
    items: list[T]
    next: str | None = None


class Model(pydantic.BaseModel):
    id: int
    name: str = pydantic.Field(default="x", max_length=5)


@attrs.define
class Plan:
    steps: tuple[str, ...]
    limit: int = attrs.field(default=3)


class Aliased(pydantic.BaseModel):
    class_: str = pydantic.Field(alias="class")


class Reports(pydantic.RootModel[list[Report]]):
    pass


class Renamed(msgspec.Struct, rename="camel"):
    one_word: int


class Closed(TypedDict, closed=True):
    a: int


class Access(Flag):
    READ = 1
    WRITE = 2


@dataclass
class Counted:
    text: str
    length: int = field(init=False)


class Message(msgspec.Struct):
    text: str
    at: float = 1.5
'''
FLOW = """
from typing import Annotated

from athena_runtime import Artifact, Inject, container
import models
from models import *

@container
def run(value: {type}) -> {type}: ...
"""

TYPES: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
    "str": (("", "x"), (1, None, ["x"])),
    "int": ((0, -3, 2**70), (1.5, "1", True, None)),
    "float": ((0, 1.5, -2), ("1.5", None, True)),
    "bool": ((True, False), (0, "true", None)),
    "None": ((None,), (0, "", False)),
    "bytes": (("", "YQ==", "YWJj"), ("YQ=", "a b", 1)),
    "datetime": (("2024-01-31T10:00:00+00:00", "2024-01-31T10:00:00"), (1706695200, None)),
    "Decimal": (("1.50", "-1E+3", "0"), ("NaN", "", "one", 1.5)),
    "UUID": (("6ba7b810-9dad-11d1-80b4-00c04fd430c8",), (7,)),
    "Path": (("a/b",), (1, None)),
    "Rows": (([], [1, 2]), (["1"], {"0": 1})),
    "list[int | None]": (([], [1, None]), ([1.5], None)),
    "set[int]": (([], [1, 2]), ([1, 1], ["a"])),
    "tuple[int, str]": (([1, "a"],), ([1], [1, "a", 2], ["a", 1])),
    "tuple[int, ...]": (([], [1, 2, 3]), ([1, "a"],)),
    "tuple[()]": (([],), ([1],)),
    "dict[str, int]": (({}, {"a": 1}), ({"a": "1"}, [])),
    "dict[int, str]": (({"1": "a", "-20": "b"},), ({"x": "a"}, {"01": "a"}, {"1": 1})),
    "dict[Colour, int]": (({"red": 1},), ({"RED": 1}, {"green": 1})),
    "dict[Literal[1, 2], int]": (({"1": 1},), ({"3": 1},)),
    "dict[UserId | Size, int]": (({"1": 1},), ({"a": 1},)),
    "Optional[str]": (("a", None), (1,)),
    "Union[int, list[int]]": ((1, [1]), ("1", [[1]])),
    "Literal['a', 3]": (("a", 3), ("b", "3", None)),
    "Literal[True]": ((True,), (1, False, "true")),
    "Literal[b'a']": (("YQ==",), ("a",)),
    "Colour": (("red", "blue"), ("RED", 1)),
    "Literal[Colour.RED]": (("red",), ("blue",)),
    "Size": ((1, 2), (3, "1")),
    "UserId": ((7,), ("7",)),
    "Any": ((1, "a", None, {}), ()),
    "models.Report": (
        ({"id": "a", "rows": 1}, {"id": "a", "rows": 1, "colour": "blue", "tags": ["x"], "more": 1}),
        ({"id": "a"}, {"id": "a", "rows": "1"}, {"id": "a", "rows": 1, "colour": "green"}, ["a", 1]),
    ),
    "Point": (({"x": 1}, {"x": 1, "y": 2}), ({"y": 1}, [1, 2])),
    "Options": (({"verbose": True}, {"verbose": True, "level": 1}), ({"level": 1}, {"verbose": 1})),
    "Tree": (
        ({"name": "a", "children": [{"name": "b", "children": []}]}, {"name": "a", "children": [], "parent": None}),
        ({"name": "a", "children": [{"name": "b"}]}, {"name": "a", "children": [], "parent": {"name": 1}}),
    ),
    "Page[models.Report]": (({"items": [{"id": "a", "rows": 1}]},), ({"items": [1]}, {})),
    "Page[Page[int]]": (({"items": [{"items": [1], "next": None}]},), ({"items": [{"items": ["1"]}]},)),
    "Model": (({"id": 1}, {"id": 1, "name": "y"}), ({"name": "y"},)),
    "Plan": (({"steps": ["a"], "limit": 1},), ({"limit": 1}, {"steps": "a"})),
    "Aliased": (({"class": "a"},), ({"class_": "a"}, {})),
    "Reports": (([], [{"id": "a", "rows": 1}]), ([1], {"root": []})),
    "Renamed": (({"oneWord": 1},), ([1], {"one_word": 1})),
    "Closed": (({"a": 1},), ({}, {"a": 1, "b": 2})),
    "Access": ((1, 3), ("READ",)),
    "Counted": (({"text": "a"}, {"text": "a", "length": 1}), ({"length": 1},)),
    "Message": (({"text": "a"},), ({"at": 1},)),
}


def project(type_: str) -> Project:
    return Project.of({"models.py": MODELS, "main.py": FLOW.format(type=type_)})


def output(type_: str) -> Schema:
    given = project(type_)
    definition = given.facts.definition(Declaration("main.py", "run"))
    assert definition is not None
    return output_schema(given.facts, definition)


def inputs(signature: str) -> dict[str, Any]:
    text = FLOW.replace("{type}", "None").replace("value: None", signature)
    given = Project.of({"models.py": MODELS, "main.py": text})
    definition = given.facts.definition(Declaration("main.py", "run"))
    assert definition is not None
    document: dict[str, Any] = inputs_schema(given.facts, definition).document
    assert jsonschema_rs.meta.is_valid(document)
    return document


@pytest.mark.parametrize("type_", TYPES)
def test_values_of_a_type_fit_its_schema_and_others_do_not(type_: str) -> None:
    document = output(type_).document
    assert jsonschema_rs.meta.is_valid(document)
    fits = jsonschema_rs.Draft202012Validator(document).is_valid
    right, wrong = TYPES[type_]
    assert [value for value in right if not fits(value)] == []
    assert [value for value in wrong if fits(value)] == []
    assert output(type_) == output(type_)


@contextmanager
def loaded() -> Iterator[dict[str, Any]]:
    """The module of the models as Python itself sees it."""
    module = types.ModuleType("models")
    sys.modules["models"] = module
    try:
        exec(MODELS, module.__dict__)
        yield {**module.__dict__, "models": module}
    finally:
        del sys.modules["models"]


def encoded(value: Any) -> Any:
    """A value as the pod writes it."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case Enum():
            return value.value
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return f"PT{value.total_seconds()}S"
        case Decimal() | UUID() | Path():
            return str(value)
        case set():
            return sorted((encoded(item) for item in value), key=json.dumps)
        case tuple() if hasattr(value, "_asdict"):
            return encoded(value._asdict())
        case list() | tuple():
            return [encoded(item) for item in value]
        case dict():
            return {
                k if isinstance(k, str) else json.dumps(encoded(k)).strip('"'): encoded(v) for k, v in value.items()
            }
        case _ if dataclasses.is_dataclass(value):
            return {each.name: encoded(getattr(value, each.name)) for each in dataclasses.fields(value)}
        case _:
            return value


GENERATED = [
    "str", "int", "bool", "None", "bytes", "datetime", "date", "time", "timedelta", "UUID", "list[int | None]",
    "set[int]", "tuple[int, str]", "dict[int, str]", "dict[Colour, int]", "Optional[str]", "Colour", "Size", "UserId",
    "models.Report", "Point", "Options", "tuple[models.Report, ...]", "dict[str, list[Point]]",
    "list[Literal['a', 3]]",
]  # fmt: skip


@pytest.mark.parametrize("type_", GENERATED)
def test_what_python_makes_of_a_type_fits_its_schema(type_: str) -> None:
    fits = jsonschema_rs.Draft202012Validator(output(type_).document).is_valid
    with loaded() as names:

        @settings(max_examples=25)
        @given(st.from_type(eval(type_, names) or type(None)))
        def check(value: object) -> None:
            text = json.dumps(encoded(value))
            assume("NaN" not in text and "Infinity" not in text)  # JSON has neither
            assert fits(json.loads(text)), value

        check()


@pytest.mark.parametrize(("type_", "library"), [("Model", "pydantic"), ("Message", "msgspec")])
def test_what_the_libraries_write_fits(type_: str, library: str) -> None:
    fits = jsonschema_rs.Draft202012Validator(output(type_).document).is_valid
    with loaded() as names:
        write: Callable[[Any], str | bytes] = (
            (lambda value: value.model_dump_json()) if library == "pydantic" else names["msgspec"].json.encode
        )
        made = names["Model"](id=1) if library == "pydantic" else names["Message"](text="a")
        assert fits(json.loads(write(made)))


def test_formats_hold_for_values_with_a_zone() -> None:
    value = {
        "datetime": "2024-01-31T10:00:00.5+00:00", "date": "2024-01-31", "time": "10:00:00+00:00",
        "timedelta": "PT5400S", "UUID": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    }  # fmt: skip
    for type_, text in value.items():
        fits = jsonschema_rs.Draft202012Validator(output(type_).document, validate_formats=True).is_valid
        assert fits(text), type_
        assert not fits("soon"), type_


def test_a_document_holds_its_classes_once_with_their_own_words() -> None:
    schema = output("dict[str, models.Report] | list[models.Report]")
    assert schema.document == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "anyOf": [
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/Report"}},
            {"type": "array", "items": {"$ref": "#/$defs/Report"}},
        ],
        "$defs": {
            "Colour": {
                "title": "Colour",
                "description": "What it is painted with.",
                "type": "string",
                "enum": ["red", "blue"],
            },
            "Report": {
                "title": "Report",
                "description": "A finished report.",
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "rows": {"type": "integer"},
                    "colour": {"$ref": "#/$defs/Colour", "default": "red"},
                    "tags": {"type": "array", "items": {"type": "string"}, "default": []},
                },
                "required": ["id", "rows"],
            },
        },
    }
    assert schema.sources == (
        Source(Declaration("models.py", "Report"), "dataclass"),
        Source(Declaration("models.py", "Colour"), "enum"),
    )


def test_a_recursive_alias_is_a_definition() -> None:
    schema = output("Json")
    definitions: Any = schema.document["$defs"]
    assert {"$ref": "#/$defs/Json"} in [part.get("items") for part in definitions["Json"]["anyOf"]]
    assert Source(Declaration("models.py", "Json"), "alias") in schema.sources
    fits = jsonschema_rs.Draft202012Validator(schema.document).is_valid
    assert fits({"a": ["b", {"c": "d"}]})
    assert not fits({"a": [1]})


def test_defaults_of_every_library() -> None:
    for type_, name, default in (("Model", "name", "x"), ("Plan", "limit", 3), ("Message", "at", 1.5)):
        definitions: Any = output(type_).document["$defs"]
        assert definitions[type_]["properties"][name]["default"] == default


def test_classes_of_one_name_are_told_apart() -> None:
    other = "from dataclasses import dataclass\n\n@dataclass\nclass Report:\n    total: float\n"
    flow = FLOW.format(type="tuple[models.Report, other.Report]").replace("import models\n", "import models, other\n")
    given = Project.of({"models.py": MODELS, "other.py": other, "main.py": flow})
    definition = given.facts.definition(Declaration("main.py", "run"))
    assert definition is not None
    document: Any = output_schema(given.facts, definition).document
    assert document["prefixItems"] == [{"$ref": "#/$defs/Report"}, {"$ref": "#/$defs/Report_2"}]
    assert document["$defs"]["Report_2"]["required"] == ["total"]


def test_a_class_that_grows_without_end_has_a_schema() -> None:
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import Generic, TypeVar\n"
        "from athena_runtime import container\nT = TypeVar('T')\n"
        "@dataclass\nclass Grow(Generic[T]):\n    item: T\n    next: Grow[list[T]] | None\n"
        "@container\ndef run() -> Grow[int]: ...\n"
    )
    given = Project.of({"main.py": text})
    definition = given.facts.definition(Declaration("main.py", "run"))
    assert definition is not None
    document = output_schema(given.facts, definition).document
    fits = jsonschema_rs.Draft202012Validator(document).is_valid
    assert fits({"item": 1, "next": {"item": [1], "next": None}})
    assert not fits({"item": 1, "next": {"item": 1, "next": None}})


def test_inputs_are_an_object_of_the_arguments() -> None:
    document = inputs('url: str, rows: Rows = [1], rate: float = 1, at: Annotated[int, Inject("{{retries}}")] = 0')
    assert document["required"] == ["url"]
    assert document["properties"] == {
        "url": {"type": "string"},
        "rows": {"type": "array", "items": {"type": "integer"}, "default": [1]},
        "rate": {"type": "number", "default": 1},
    }
    fits = jsonschema_rs.Draft202012Validator(document).is_valid
    assert fits({"url": "a"})
    assert not fits({})
    assert not fits({"url": "a", "ulr": "b"})


def test_artifacts_are_marked_and_never_required() -> None:
    document = inputs("model: Artifact[bytes], text: Artifact[str], folder: Artifact[Path], rows: Artifact[Rows]")
    assert "required" not in document
    assert document["properties"] == {
        "model": {"x-athena-artifact": "bytes"},
        "text": {"x-athena-artifact": "text"},
        "folder": {"x-athena-artifact": "file"},
        "rows": {"x-athena-artifact": "json", "type": "array", "items": {"type": "integer"}},
    }


def test_the_types_are_those_of_python() -> None:
    """The programs of this module run: what is asserted of them is asserted of real classes."""
    with loaded() as names:
        assert typing.get_type_hints(names["Report"])["colour"] is names["Colour"]

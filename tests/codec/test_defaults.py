"""A default that the compiler writes into a manifest is the text that a pod would write, and reads."""

from __future__ import annotations

from typing import Any

import pytest

from athena_lsp.argo.inputs import default_text
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_runtime.codec.forms import form_of
from athena_runtime.codec.hints import Scope
from athena_runtime.codec.text import from_argument, to_text

HEAD = """\
from __future__ import annotations
from datetime import timedelta
from enum import Enum, IntEnum
from typing import Any, Literal
from athena_runtime import container

class Colour(Enum):
    RED = "red"
    BLUE = 2

class Level(IntEnum):
    LOW = 1

"""
DEFAULTS = [
    ("int", "3"), ("int", "-8"), ("int", "9007199254740993"), ("float", "0.1"), ("float", "1e300"),
    ("float", "-0.0"), ("bool", "True"), ("str", "'a\"\\u2028é'"), ("str", "'{{x}} $(HOME) $$'"), ("None", "None"),
    ("bytes", "b'\\xff\\x00'"), ("list[int]", "[1, 2]"), ("tuple[int, str]", "(1, 'a')"), ("set[int]", "{10, 9, 1}"),
    ("set[str]", "{'b', 'a'}"), ("dict[str, int]", "{'b': 1, 'a': 2}"), ("dict[int, bool]", "{1: True, 20: False}"),
    ("dict[Colour, int]", "{Colour.RED: 1, Colour.BLUE: 2}"), ("Colour", "Colour.BLUE"), ("Level", "Level.LOW"),
    ("Literal['a', 3]", "3"), ("timedelta", "timedelta(hours=1, milliseconds=500)"),
    ("timedelta", "timedelta(microseconds=1)"), ("timedelta", "timedelta(seconds=-90)"), ("Any", "[1, {'a': None}]"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "value"), DEFAULTS)
def test_a_default_is_written_as_the_pod_writes_it(type_: str, value: str) -> None:
    text = f"{HEAD}@container\ndef step(value: {type_} = {value}) -> None: ...\n"
    project = Project.of({"flow.py": text})
    definition = project.facts.definition(Declaration("flow.py", "step"))
    assert definition is not None
    written = default_text(definition.parameters[0])
    names: dict[str, Any] = {}
    exec(text, names)
    form = form_of(type_, Scope("flow", names))
    assert written == to_text(form, eval(value, names))
    assert from_argument(form, written) == eval(value, names)

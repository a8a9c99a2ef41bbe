"""Whatever stands in an annotation or in a class's body: nothing raises, nothing runs away, and the order of asking
changes no answer."""

from __future__ import annotations

from random import Random

import pytest

from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project

WORDS = """
int str list dict tuple set frozenset None Any object Literal Optional Union Annotated Final ClassVar InitVar Required
NotRequired ReadOnly Callable Sequence Mapping Counter deque TypedDict NamedTuple Enum Flag NewType TypeVar Generic
Protocol Self Unpack TypeAlias BaseModel RootModel Field conint conlist SecretStr Struct define field auto KW_ONLY
A B C D E F G H T U V Missing Path datetime Artifact Secret "A" "list[B]" "C[" ... 3 -1 2.5 True b"x" lambda:1
"""
NAMES = WORDS.split()
STATEMENTS = (
    "class {0}({1}): pass",
    "class {0}({1}, {2}):\n    {3}: {4}",
    "class {0}({1}):\n    {3}: {4} = {2}\n    {5} = {1}",
    "class {0}({1}, total=False, closed=True):\n    {3}: {4}",
    "@dataclass\nclass {0}({1}):\n    {3}: {4}",
    "@define\nclass {0}:\n    {3}: {4} = field(default={2})\n    {5} = field(type={1})",
    "@{1}\nclass {0}({2}):\n    class {5}({1}): pass\n    {3}: {5}",
    "class {0}(Enum):\n    {3} = {1}\n    {5} = auto()",
    "{0} = {1}",
    "{0}: TypeAlias = {1}",
    '{0} = NewType("{0}", {1})',
    '{0} = TypedDict("{0}", {{"a": {1}, "b": {2}}}, total={4})',
    '{0} = NamedTuple("{0}", [("a", {1}), ({2}, {4})])',
    '{0} = Enum("{0}", {1})',
    '{0} = Enum("{0}", "a b", start={1}, type={2})',
    '{0} = namedtuple("{0}", {1}, defaults={2})',
    '{0} = TypeVar("{0}", bound={1}, default={2})',
    '{0} = TypeAliasType("{0}", {1}, type_params=({3}, {5}))',
    "{0} = {1}({2}, *{4}, **{1})",
    "from somewhere import {0}",
    "def {0}({3}: {1}) -> {2}: ...",
)
HEAD = """
from __future__ import annotations
from collections import Counter, deque, namedtuple
from collections.abc import *
from dataclasses import *
from datetime import datetime
from enum import Enum, Flag, auto
from pathlib import Path
from typing import *
from attrs import define, field
from msgspec import Struct
from pydantic import BaseModel, Field, RootModel, SecretStr, conint, conlist
from athena_runtime import *
"""


def expression(random: Random, depth: int = 3) -> str:
    if depth <= 0 or random.random() < 0.3:
        return random.choice(NAMES)
    match random.randrange(7):
        case 0:
            return f"{expression(random, depth - 1)} | {expression(random, depth - 1)}"
        case 1:
            return f"({expression(random, depth - 1)}).{random.choice('ABCDE')}"
        case 2:
            return f"{random.choice(NAMES[:40])}({expression(random, depth - 1)}, x={expression(random, depth - 1)})"
        case 3:
            return f"[{expression(random, depth - 1)}, {expression(random, depth - 1)}]"
        case _:
            inside = ", ".join(expression(random, depth - 1) for _ in range(random.randrange(4)))
            star = random.choice(("", "", "*")) if inside else "()"
            outer = random.choice([name for name in NAMES if name.isidentifier()])
            return f"{outer}[{star}{inside}]"


def program(seed: int) -> str:
    random = Random(seed)
    lines = [HEAD]
    for name in "ABCDEFGHTUV":
        parts = [name, *(expression(random) for _ in range(2)), random.choice("ABxy_"), expression(random)]
        lines.append(random.choice(STATEMENTS).format(*parts, random.choice("XYAB")))
    lines += [
        f"@container\ndef give{number}(a: {expression(random)}) -> {expression(random)}: ..." for number in range(4)
    ]
    calls = "\n".join(f"    give{number}(give{(number + 1) % 4}(None).a['b'][0])" for number in range(4))
    lines.append(f"@workflow\ndef flow() -> {expression(random)}:\n{calls}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("start", range(0, 160, 40))
def test_anything_may_stand_in_an_annotation(start: int) -> None:
    for seed in range(start, start + 40):
        text = program(seed)
        project = Project.of({"a.py": text})
        project.diagnostics("a.py")
        asked = {name: project.facts.class_info(Declaration("a.py", name)) for name in "VUTHGFEDCBA"}
        other = Project.of({"a.py": text})
        for name in "ABCDEFGHTUV":
            assert other.facts.class_info(Declaration("a.py", name)) == asked[name], f"seed {seed}, {name}"

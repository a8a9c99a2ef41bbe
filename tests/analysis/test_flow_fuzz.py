"""Whatever stands in the body of a workflow: lowering answers, rules do, and a manifest can be made of it."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.argo.emit import own_documents
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project

HEAD = """\
from enum import Enum
from typing import Literal
from athena_runtime import Artifact, Failed, Ok, bounded, container, workflow

class Mode(Enum):
    RED = "red"
    BLUE = "blue"

@container
def number(x: int) -> int: ...

@container
def mode(x: int) -> Mode: ...

@container
def maybe(x: int) -> int | None: ...

@container
def film(x: int) -> Artifact[bytes]: ...

@container
def note(x: int) -> None: ...

@workflow
def flow(a: int, b: int | None, m: Mode, k: Literal["x", "y"], xs: list[int], t: Ok[int] | Failed) -> int:
"""
NAMES = ("a", "b", "m", "k", "xs", "t", "c", "d")
PATTERNS = (
    *(
        "Mode.RED",
        "Mode.BLUE | None",
        "None",
        "True",
        "1",
        "-1",
        "'x'",
        "_",
        "other",
        "int()",
        "int(q)",
        "str() | int()",
    ),
    *(
        "Ok(v)",
        "Failed(message=z)",
        "Ok(Ok(_))",
        "[1, *rest]",
        "{'a': 1}",
        "(1 | 2) as w",
        "Mode.GREEN",
        "unknown.name",
    ),
)


def expression(chance: random.Random, depth: int = 0) -> str:
    name = chance.choice(NAMES)
    simple = [
        name,
        name,
        "1",
        "None",
        "'x'",
        "Mode.RED",
        "xs[0]",
        "b + 1",
        f"{name} is None",
        f"{name} == 1",
        "m.value",
    ]
    if depth > 2:
        return chance.choice(simple)
    inner = expression(chance, depth + 1), expression(chance, depth + 1), expression(chance, depth + 1)
    calls = [f"number({inner[0]})", f"maybe({inner[0]})", f"mode({inner[0]})", f"film({inner[0]})", f"note({inner[0]})"]
    mixed = [
        f"{inner[0]} if {inner[1]} else {inner[2]}",
        f"{inner[0]} and {inner[1]}",
        f"not {inner[0]}",
        f"{inner[0]} < {inner[1]} < {inner[2]}",
        f"[number(x) for x in {inner[0]}]",
        f"isinstance({inner[0]}, int)",
        f"({inner[0]}, {inner[1]})",
    ]
    return chance.choice([*simple, *simple, *calls, *calls, *mixed])


def block(chance: random.Random, depth: int) -> list[str]:
    lines: list[str] = []
    for _ in range(chance.randint(1, 3)):
        lines += statement(chance, depth)
    return lines


def statement(chance: random.Random, depth: int) -> list[str]:
    indent, name, value = "    " * (depth + 1), chance.choice(NAMES), expression(chance)
    simple = [f"{name} = {value}", f"{name} = {value}", value, f"{name}: int = {value}", f"c, d = {value}", "pass"]
    if depth > 3 or chance.random() < 0.5:
        leaving = ["break", "continue", f"return {value}", "return", "raise ValueError", f"{name} += 1", "del c"]
        return [indent + chance.choice([*simple, *simple, *leaving])]
    inside = block(chance, depth + 1)
    match chance.randint(0, 6):
        case 0 | 1:
            more = [f"{indent}elif {expression(chance)}:", *block(chance, depth + 1)] if chance.random() < 0.4 else []
            last = [f"{indent}else:", *block(chance, depth + 1)] if chance.random() < 0.5 else []
            return [f"{indent}if {value}:", *inside, *more, *last]
        case 2 | 3:
            lines = [f"{indent}match {value}:"]
            for pattern in chance.sample(PATTERNS, chance.randint(1, 3)):
                guard = f" if {expression(chance)}" if chance.random() < 0.2 else ""
                lines += [f"{indent}    case {pattern}{guard}:", *block(chance, depth + 2)]
            return lines
        case 4 | 5:
            bound = chance.choice(["2", "3", "80", "81", "0", "a", "", "2.5"])
            target = chance.choice(["i", "_", "a", "c, d"])
            return [
                f"{indent}for {target} in bounded({bound}):",
                *inside,
                f"{indent}    if {value}:",
                f"{indent}        break",
            ]
        case _:
            head = chance.choice([f"while {value}:", f"for i in {value}:", "with a:", "def g():", "async for i in xs:"])
            return [f"{indent}{head}", *inside]


def program(seed: int) -> str:
    return HEAD + "\n".join(block(random.Random(seed), 0)) + "\n"


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_any_body_has_an_answer(seed: int) -> None:
    text = program(seed)
    project = Project.of({"main.py": text})
    found = project.diagnostics("main.py")
    for finding in found:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.message
        assert "\n" not in finding.message
    definition = project.facts.definition(Declaration("main.py", "flow"))
    if definition is not None:
        assert own_documents(project.facts, definition)

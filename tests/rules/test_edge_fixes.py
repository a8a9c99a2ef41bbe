"""Fixes of edges in programs that nobody wrote: whatever is wrong, a fix ends that, and leaves Python behind."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.diagnostics import Fix
from athena_lsp.project import Project
from athena_lsp.text import apply_edits

MODELS = """\
from dataclasses import dataclass
from enum import Enum
from typing import NewType, TypedDict

UserId = NewType("UserId", int)
Rows = list[int]


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Point(TypedDict):
    x: float
    label: str


@dataclass
class Report:
    id: str
    rows: int
    point: Point
"""
STEPS = """\
from datetime import date
from pathlib import Path
from typing import Literal
from athena_runtime import Artifact, container
from models import Colour, Point, Report, Rows, UserId

@container
def produce(x: {0}, n: int = 3) -> {1}: ...

@container
def consume(a: {2}, b: {3} = {default}, *, c: int = 1) -> {4}:
    {body}
"""
MAIN = """\
from typing import Literal
from athena_runtime import Artifact, workflow
from models import Point, Report
{imported}
@workflow
def flow(p: {0}, q: {1}) -> {2}:
    r = produce({produced})
    s: {3} = consume({consumed})
    t = [produce({fanned}) for i in {source}]
    consume({last})
    return {returned}
"""
SHARED = ("int", "str", "float", "bool", "None", "Point", "Report", "list[str]", "str | None", "dict[str, Report]",
          "tuple[int, str]", "Literal['a', 'b']", "Artifact[bytes]", "list[Point]", "bytes")  # fmt: skip
TYPES = st.sampled_from((*SHARED, "Rows", "UserId", "Colour", "date", "Path", "frozenset[int]", "list[Colour]"))
OWN_TYPES = st.sampled_from(SHARED)
LITERALS = ("3", '"3"', '"red"', '"c"', "True", "None", "1.5", '{"x": 1, "label": "a"}', '{"x": "1", "lable": "a"}',
            "[1, 2]", '["1", 2]', '(1, "a")', "[]", "[None]", '{"x": 1}', "(3)", '{"a": {"id": "a"}}')  # fmt: skip
VALUES = st.sampled_from(
    (
        *LITERALS,
        "p",
        "q",
        "r",
        "r.id",
        "r.ix",
        "p.point",
        "q.label",
        'q["label"]',
        "(p)",
        "i",
        "i.id",
        "t",
        "[p, r]",
        "(p if q == r else r)",
        "p + 1",
    )
)
RETURNS = st.sampled_from(
    ("...", *(f"return {value}" for value in LITERALS), 'return f"{a}"', "return a < b", "return [a]", "return None",
     'return {"x": a, "label": b}', "return Report(id=a, rows=b, point=c)", "return 1 if a else 'b'", "return a")
)  # fmt: skip
ARGUMENTS = st.lists(st.tuples(st.sampled_from(("", "", "a=", "b=", "c=", "x=", "d=")), VALUES), max_size=4)


@st.composite
def programs(draw: st.DrawFn) -> dict[str, str]:
    types = [draw(TYPES) for _ in range(5)]
    own = [draw(OWN_TYPES) for _ in range(4)]
    steps = STEPS.format(*types, default=draw(st.sampled_from(LITERALS)), body=draw(RETURNS))
    imported = draw(st.sampled_from(("from steps import consume, produce\n", "from steps import *\n")))
    calls = {name: written(draw(ARGUMENTS)) for name in ("produced", "consumed", "fanned", "last")}
    main = MAIN.format(*own, imported=imported, source=draw(VALUES), returned=draw(VALUES), **calls)
    return {"models.py": MODELS, "steps.py": steps, "main.py": main}


def written(arguments: list[tuple[str, str]]) -> str:
    """The arguments of a call, positional ones first, as Python wants them; at most one for each keyword."""
    keywords = {keyword: value for keyword, value in arguments if keyword}
    return ", ".join([*(v for k, v in arguments if not k), *(f"{k}{v}" for k, v in keywords.items())])


def fixed(project: Project, fix: Fix) -> Project:
    for path in {edit.path for edit in fix.edits}:
        text = apply_edits(project.files[path].text, [each.edit for each in fix.edits if each.path == path])
        project = project.with_text(path, text)
    return project


def findings(project: Project) -> Counter[tuple[str, str, str]]:
    paths = project.files
    return Counter((path, found.rule, found.message) for path in paths for found in project.diagnostics(path))


@settings(max_examples=60)
@given(programs())
def test_a_fix_ends_the_finding(files: dict[str, str]) -> None:
    project = Project.of(files)
    before = findings(project)
    for path in files:
        for found in project.diagnostics(path):
            for fix in found.fixes:
                after = fixed(project, fix)
                texts = {name: file.text for name, file in after.files.items()}
                where = (found.rule, found.message, fix.title, texts)
                assert not any(file.parsed.broken for file in after.files.values()), where
                key = (path, found.rule, found.message)
                assert findings(after)[key] < before[key], where

"""Where going to the definition leads."""

from __future__ import annotations

import pytest

from athena_lsp.ide.definition import definition
from tests.ide.cursor import at

MODELS = """from dataclasses import dataclass


@dataclass
class Meta:
    tag: str


@dataclass
class Report:
    id: str
    meta: Meta
"""
STEPS = """from athena_runtime import container
from models import Report


@container(image="app:{tag}", labels={"m": "{report.meta.tag}"})
def transform(data: str, report: Report, tag: str = "latest") -> Report: ...


@container
def notify() -> None: ...
"""
MAIN = """from athena_runtime import workflow
from models import Report
from steps import notify, transform as change


@workflow(on_exit_if_root=notify)
def pipeline(report: Report, url: str) -> Report:
    clean = change(url, report=report)
    return clean
"""


@pytest.mark.parametrize(
    ("cursor", "origin", "path", "target"),
    [
        ("clean = cha$0nge(", "change", "steps.py", "def |transform|("),
        ("(url, rep$0ort=report)", "report", "steps.py", "data: str, |report|: Report"),
        ("on_exit_if_root=no$0tify", "notify", "steps.py", "def |notify|("),
        ("    cle$0an = ", "clean", "main.py", "    |clean| = "),
        ("def pipe$0line(", "pipeline", "main.py", "def |pipeline|("),
    ],
)
def test_from_a_workflow(cursor: str, origin: str, path: str, target: str) -> None:
    place = at(MAIN.replace(cursor.replace("$0", ""), cursor, 1), steps=STEPS, models=MODELS)
    found = definition(place.project, place.path, place.offset)
    assert found is not None
    assert found.origin.of(MAIN) == origin
    assert found.location.path == path
    assert marked(place.text(path), found.location.span.start, found.location.span.end, target)


@pytest.mark.parametrize(
    ("cursor", "path", "target"),
    [
        ("app:{t$0ag}", "main.py", "report: Report, |tag|: str"),
        ("{rep$0ort.meta.tag}", "main.py", "data: str, |report|: Report"),
        ("{report.me$0ta.tag}", "models.py", "    |meta|: Meta"),
        ("{report.meta.t$0ag}", "models.py", "    |tag|: str"),
    ],
)
def test_from_a_placeholder(cursor: str, path: str, target: str) -> None:
    place = at(STEPS.replace(cursor.replace("$0", ""), cursor, 1), models=MODELS)
    found = definition(place.project, place.path, place.offset)
    assert found is not None
    assert found.location.path == path
    assert marked(place.text(path), found.location.span.start, found.location.span.end, target)


@pytest.mark.parametrize("cursor", ["from mod$0els", "return cle$0an", "def pipeline(rep$0ort", "app:{unk$0nown}"])
def test_other_names_are_left_to_the_python_server(cursor: str) -> None:
    steps = STEPS.replace("app:{tag}", "app:{unknown}")
    text = (steps if "unk" in cursor else MAIN).replace(cursor.replace("$0", ""), cursor, 1)
    place = at(text, steps=STEPS, models=MODELS)
    assert definition(place.project, place.path, place.offset) is None


def marked(text: str, start: int, end: int, target: str) -> bool:
    """Whether exactly the part between the bars of `target` is covered."""
    before, name, after = target.split("|")
    assert text[start:end] == name
    return text[:start].endswith(before) and text[end:].startswith(after)

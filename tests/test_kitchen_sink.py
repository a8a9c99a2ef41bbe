"""The kitchen sink: every option, every option type's field and every resource call, emitted and checked four ways."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from athena_lsp.analysis.options import CONSTRUCTS, OPTIONS, RESOURCES, DurationShape
from athena_lsp.analysis.placeholders import Verbatim, parse_placeholders
from athena_lsp.argo.read import seconds_of
from athena_lsp.ir.model import Definition, Kind, ResourceCall, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Construct, Number, Text
from athena_lsp.project import Project
from athena_lsp.render.text import render_text
from athena_lsp.rules._options import Slot, definition_slots
from athena_lsp.workspace import Workspace
from tests.argo.manifest_checks import check_manifest

FOLDER = Path(__file__).parent.parent / "examples" / "kitchen_sink"
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py"))
NEWER_THAN_HERA = ("pendingTimeout",)
WORDS_OF_OURS = ("unlimited", "image")
"""They say something by what is missing."""


@pytest.fixture(scope="module")
def project() -> Project:
    return read()


def read() -> Project:
    workspace = Workspace.open([FOLDER])
    assert workspace.config.diagnostics == ()
    assert workspace.problems == {}
    return workspace.project


def roots(project: Project, program: str) -> list[Declaration]:
    """What a program can be submitted as: every workflow that nobody calls, and every container by itself."""
    alone = (face.declaration for face in project.signatures() if face.kind is Kind.CONTAINER)
    return [root for root in (*project.roots(), *alone) if root.path == program]


def emitted(project: Project, program: str) -> list[str]:
    return [project.emit(root, with_workflow=True).text for root in roots(project, program)]


def units(project: Project) -> Iterator[Unit]:
    for path in project.files:
        yield from (unit for _, unit in project.units(path))


def definitions(project: Project) -> Iterator[Definition]:
    for unit in units(project):
        yield from unit.definitions


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_is_found(program: str, project: Project) -> None:
    found = project.diagnostics(program)
    assert found == (), render_text(found, {program: project.source(program)})


@pytest.mark.parametrize("program", PROGRAMS)
def test_argo_takes_it(program: str, project: Project) -> None:
    for text in emitted(project, program):
        assert check_manifest(text, newer_than_hera=NEWER_THAN_HERA)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_second_emission_is_the_same_bytes(program: str, project: Project) -> None:
    assert emitted(read(), program) == emitted(project, program)


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_that_an_option_says_is_dropped(program: str, project: Project) -> None:
    manifests = "".join(emitted(project, program)).lower()
    of_program = (each for each in definitions(project) if each.declaration.path == program)
    said = [(slot.title, text) for each in of_program for slot in definition_slots(each) for text in texts_of(slot)]
    assert [(title, text) for title, text in said if text.lower() not in manifests] == []


def texts_of(slot: Slot) -> Iterator[str]:
    """What must stand in the manifest, in one form or another, when a slot holds its value."""
    if isinstance(slot.shape, DurationShape):
        yield str(seconds_of(slot.value))
    elif isinstance(slot.value, Number):
        yield str(slot.value.value)
    elif isinstance(slot.value, Text) and slot.value.value not in WORDS_OF_OURS:
        parts = parse_placeholders(slot.value.value)
        yield from (part.text for part in parts if isinstance(part, Verbatim))


@pytest.mark.parametrize("program", PROGRAMS)
def test_python_takes_it_too(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    module: Any = importlib.import_module(program.removesuffix(".py"))
    del sys.modules[module.__name__]
    assert module.__doc__


def test_every_option_stands_on_every_kind_that_takes_it(project: Project) -> None:
    used = {(argument.name, each.kind) for each in definitions(project) for argument in each.options}
    assert used >= {(option.name, kind) for option in OPTIONS for kind in option.kinds}


def test_every_field_of_every_option_type_is_given(project: Project) -> None:
    given = {
        (construct.name, argument.name)
        for unit in units(project)
        for construct in walk(unit, Construct)
        for argument in construct.arguments
    }
    # `Inject` stands in an annotation.
    assert given >= {(name, field.name) for name in CONSTRUCTS.keys() - {"Inject"} for field in CONSTRUCTS[name]}


def test_every_resource_is_asked_for(project: Project) -> None:
    assert {call.name for unit in units(project) for call in walk(unit, ResourceCall)} == RESOURCES.keys()

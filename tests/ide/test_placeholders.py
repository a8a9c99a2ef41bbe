"""Placeholders at a cursor: what is offered, and the new name of what one stands for."""

from __future__ import annotations

import pytest

from athena_lsp.ide.definition import definition
from athena_lsp.ide.hover import hover
from athena_lsp.ide.placeholders import placeholder_choices
from athena_lsp.ide.references import references_at
from athena_lsp.ide.rename import Refused, rename
from athena_lsp.text import apply_edits
from tests.ide.cursor import At, at

MODELS = """from dataclasses import dataclass
from enum import Enum


class Zone(Enum):
    NORTH = "north"


@dataclass
class Meta:
    tag: str
    parts: list[str]


@dataclass
class Report:
    id: str
    meta: Meta
    zone: Zone
"""
PROGRAM = """from athena_runtime import Artifact, Mutex, Sidecar, Toleration, container, workflow
from models import Report


@container(OPTION)
def build(report: Report, name: str, size: int, deep: bool, many: list[str], file: Artifact[bytes]) -> str:
    return name + report.id


@workflow(mutexes_if_root=[Mutex("ROOT")])
def release(app: str, ready: bool) -> str: ...
"""


def program(option: str) -> At:
    """The cursor in an option of the container; else in the workflow's."""
    return at(PROGRAM.replace("OPTION", option).replace("ROOT", "{app}" if option else "{$0}"), models=MODELS)


def offered(option: str) -> list[str] | None:
    place = program(option)
    found = placeholder_choices(place.project, place.path, place.offset)
    return [each.new_text for each in found.choices] if found else None


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ('image="app:{$0}"', ["report.", "name", "size"]),
        ('image="app:{$0"', ["report.", "name}", "size}"]),
        ('image="app:{na$0me}"', ["report.", "name", "size"]),
        ('image="app:{ $0 }"', ["report.", "name", "size"]),
        ('image="app:{report.$0"', ["id}", "meta.", "zone}"]),
        ('image="app:{report.$0}-{name}"', ["id", "meta.", "zone"]),
        ('image="app:{report.meta.t$0}"', ["tag"]),
        ('image="app:{name}{$0}"', ["report.", "name", "size"]),
        ('env={"A": "{$0}"}', ["report.", "name", "size"]),
        ('env={"A": r"{$0}"}', ["report.", "name", "size"]),
        ('tolerations=[Toleration(key="{$0}")]', ["report.", "name", "size"]),
        ('affinity={"a": [{"b": "{$0}"}]}', ["report.", "name", "size"]),
        ('sidecars=[Sidecar(name="a", image="b", args=["--x={$0}"])]', ["report.", "name", "size"]),
        ('image="app:{report.nothing.$0}"', []),
        ('image="app:{other.$0}"', []),
        ("", ["app"]),
    ],
)
def test_what_is_offered(option: str, expected: list[str]) -> None:
    assert offered(option) == expected


@pytest.mark.parametrize(
    "option",
    [
        'image="app:$0{name}"',
        'image="app:{name}$0"',
        'image="{{$0}}"',
        'image="{{workflow.$0"',
        'env={"{$0}": "a"}',
        'name="{$0}"',
        'image="\\x41{$0}"',
        'image="app:{name(($0}"',
    ],
)
def test_nothing_is_offered_elsewhere(option: str) -> None:
    assert not offered(option)


def test_what_a_choice_replaces() -> None:
    place = program('image="größe:{na$0me}-{size}"')
    found = placeholder_choices(place.project, place.path, place.offset)
    assert found is not None
    assert found.span.of(place.text()) == "name"
    assert [each.type for each in found.choices] == ["Report", "str", "int"]


@pytest.mark.parametrize(
    ("option", "new", "expected"),
    [
        (
            'image="app:{na$0me}", env={"N": "{name}-{size}"}',
            "title",
            'image="app:{title}", env={"N": "{title}-{size}"}',
        ),
        ('image="app:{rep$0ort.id}"', "result", 'image="app:{result.id}"'),
        ('image="{report.id}-{report.meta.ta$0g}"', "label", 'image="{report.id}-{report.meta.label}"'),
    ],
)
def test_a_new_name(option: str, new: str, expected: str) -> None:
    place = program(option)
    edits = rename(place.project, place.path, place.offset, new)
    assert edits is not None
    assert not isinstance(edits, Refused)
    texts = {
        path: apply_edits(place.text(path), tuple(each.edit for each in edits if each.path == path))
        for path in {each.path for each in edits}
    }
    assert expected in texts["main.py"]
    assert f"{new}: " in "".join(texts.values())
    if new == "title":
        assert "return title + report.id" in texts["main.py"]


def test_a_new_name_reaches_the_callers() -> None:
    text = """from athena_runtime import container, workflow

@container(image="app:{na$0me}")
def build(name: str) -> str:
    return name

@workflow
def release(app: str) -> str:
    return build(name=app)
"""
    place = at(text)
    edits = rename(place.project, place.path, place.offset, "title")
    assert edits is not None
    assert not isinstance(edits, Refused)
    renamed = apply_edits(place.text(), tuple(each.edit for each in edits))
    assert renamed == text.replace("$0", "").replace("name", "title")


def test_a_name_that_is_none_has_no_new_one() -> None:
    place = program('image="app:{no$0pe}"')
    assert rename(place.project, place.path, place.offset, "a") is None


@pytest.mark.parametrize("option", ['image="a{$0"', 'image="a{report.$0"', 'image="{$0{}}{"', 'image="{na$0me!r}"'])
def test_nothing_raises_while_one_types(option: str) -> None:
    place = program(option)
    for offset in range(len(place.text()) + 1):
        placeholder_choices(place.project, place.path, offset)
        references_at(place.project, place.path, offset)
        hover(place.project, place.path, offset)
        definition(place.project, place.path, offset)

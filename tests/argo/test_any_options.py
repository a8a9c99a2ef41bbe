"""Whatever the options of a program are: when nothing is said against them, Argo, hera and preflight take the manifest.

What is tried is made from the table of options, so that a new one is tried as well.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.analysis.options import (
    CONSTRUCTS,
    AnythingShape,
    BoolShape,
    ChoiceShape,
    ConstructShape,
    DurationShape,
    ExceptionsShape,
    Field,
    IntShape,
    JsonShape,
    ListShape,
    MapShape,
    QuantityShape,
    Shape,
    TemplateShape,
    TextShape,
    VolumeShape,
    options_of,
)
from athena_lsp.argo.preflight import emission_refusals
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Kind
from athena_lsp.project import Project
from athena_lsp.settings import Settings
from tests.argo.manifest_checks import check_with_crd, check_with_hera, read_with_go

Source = st.SearchStrategy[str]

TEXTS = (
    *(
        '"x"',
        '"a-b"',
        '"A_b.c"',
        '"1"',
        '"n"',
        '"007"',
        '"1e3"',
        '"{name}"',
        '"a-{size}"',
        '"{{workflow.name}}"',
        '"ü"',
    ),
    *(
        '"a b"',
        '"a\\"b\'c"',
        '"a: b #c"',
        '""',
        '"{{=sprig.upper(workflow.name)}}"',
        '"{report.id}"',
        '"%s\\n"',
        '"- a"',
    ),
    *(
        '"$(HOME)"',
        '"a\\tb"',
        '"{{pod.name}}"',
        '"{name}{size}"',
        '"x" * 70',
        '"0o17"',
        '"null"',
        '"@x"',
        '"{{retries}}"',
    ),
)
CHECKED: dict[str, tuple[str, ...]] = {
    "template-name": ('"shop-a"', '"x"', '"a1-b2"'),
    "object-name": ('"claim"', '"a.b"', '"x-1"'),
    "container-name": ('"side"', '"b"', '"main"'),
    "image": ('"alpine"', '"ghcr.io/a/b:{name}"', '"a@sha256:" + "0" * 64', '"A b"', '"x:{size}"'),
    "host-path": ('"/data"', '"/var/log/{name}"', '"data"'),
    "mount-path": ('"/mnt"', '"/a/b"', '"/a:b"'),
    "folder": ('"/app"', '"app"'),
    "cron": ('"0 2 * * *"', '"@daily"', '"*/5 9-17 * * MON-FRI"', '"61 * * * *"'),
    "timezone": ('"Europe/Paris"', '"UTC"', '"Mars"'),
}
JSON = (
    "{}",
    (
        '{"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{'
        '"matchExpressions": [{"key": "a", "operator": "In", "values": ["{name}", "x"]}]}]}}}'
    ),
    '{"containers": [{"name": "main", "env": [{"name": "A", "value": "{name}"}]}], "hostNetwork": True}',
    (
        '{"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 3, "podAffinityTerm": '
        '{"topologyKey": "zone"}}]}}'
    ),
    '{"terminationGracePeriodSeconds": 3, "dnsConfig": {"nameservers": ["1.1.1.1"]}}',
)
KEYS = {
    "env": ('"A"', '"a.b-c"', '"N"', '"1A"'),
    "label": ('"a"', '"example.com/n"', '"y"', '"-a"'),
    "annotation": ('"a"', '"example.com/a_b"'),
    "resource": ('"cpu"', '"memory"', '"nvidia.com/gpu"', '"cup"'),
}
QUANTITIES = ('"500m"', '"1Gi"', "2", "0.5", '"1e3"', '"10 Gi"', '"0"')
DURATIONS = ("30", '"90s"', '"1h30m"', '"2d"', "timedelta(minutes=5)", '"1.5s"', "0")

PROGRAM = """\
from dataclasses import dataclass
from datetime import timedelta

from athena_runtime import *


@dataclass
class Report:
    id: str


@container
def handler() -> None: ...


@container
def load() -> Report: ...


@container({container})
def step(report: Report, name: str = "a", size: int = 3) -> str: ...


@workflow({workflow})
def flow(name: str = "b", size: int = 4) -> str:
    return step(load(), name, size)
"""


def of_shape(shape: Shape) -> Source:  # long: a case for each shape
    """Python that may stand for a value of the shape, now and then one that may not."""
    match shape:
        case TextShape(check=check):
            return st.sampled_from(CHECKED.get(check, TEXTS))
        case QuantityShape():
            return st.sampled_from(QUANTITIES)
        case ChoiceShape(words=words):
            return st.sampled_from([f'"{word}"' for word in words])
        case IntShape(minimum=minimum, words=words):
            numbers = st.integers(minimum if minimum is not None else -3, 2_000_000).map(str)
            return numbers | st.sampled_from([f'"{word}"' for word in words]) if words else numbers
        case BoolShape():
            return st.sampled_from(("True", "False"))
        case DurationShape():
            return st.sampled_from(DURATIONS)
        case MapShape(key=key):
            values = st.sampled_from(QUANTITIES if key == "resource" else TEXTS)
            return st.dictionaries(st.sampled_from(KEYS[key]), values, max_size=2).map(written_map)
        case ListShape(item=item):
            return st.lists(of_shape(item), max_size=2).map(lambda items: f"[{', '.join(items)}]")
        case ConstructShape(name=name, shorthand=shorthand):
            call = of_fields(CONSTRUCTS[name]).map(lambda given: f"{name}({given})")
            return call | of_shape(shorthand) if shorthand is not None else call
        case TemplateShape():
            return st.just("handler")
        case ExceptionsShape():
            return st.sampled_from(("(TimeoutError,)", "(OSError, TransientError)", "(PermanentError,)"))
        case JsonShape():
            return st.sampled_from(JSON)
        case VolumeShape() | AnythingShape():
            return st.just("None")


def written_map(entries: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"


def of_fields(fields: tuple[Field, ...]) -> Source:
    """Keyword arguments: all that are required, and some of the others."""
    required = {field.name: of_shape(field.shape) for field in fields if field.required}
    optional = {field.name: of_shape(field.shape) for field in fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional).map(written)


def written(given: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in given.items())


def some_of(kind: Kind, most: int) -> Source:
    shapes = {name: option.shape for name, option in options_of(kind).items()}
    names = st.lists(st.sampled_from(sorted(shapes)), max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: of_shape(shapes[name]) for name in chosen})).map(
        written
    )


@settings(max_examples=80)
@given(some_of(Kind.CONTAINER, 4), some_of(Kind.WORKFLOW, 3), st.sampled_from([(3, 6), (4, 1)]))
def test_what_nothing_is_said_against_is_taken(container: str, workflow: str, argo: tuple[int, int]) -> None:
    text = PROGRAM.format(container=container, workflow=workflow)
    project = Project.of({"main.py": text}, Settings(project="shop", version="1.0", argo_version=argo))
    if any(each.severity is Severity.ERROR for each in project.diagnostics("main.py")):
        return
    (root,) = [each for each in project.roots() if each.name == "flow"]
    emission = project.emit(root)
    found = [str(each) for each in emission_refusals(emission.documents) if each.level != "advice"]
    assert found == [], text
    for document in read_with_go(emission.text):
        check_with_crd(document)
        check_with_hera(document, ("pendingTimeout",))


@pytest.mark.parametrize("kind", [Kind.CONTAINER, Kind.WORKFLOW])
def test_every_option_is_tried_alone(kind: Kind) -> None:
    """Of every option, some value is taken: else the test above would try it in vain."""
    for name, option in options_of(kind).items():
        sources = tried(of_shape(option.shape))
        assert any(is_taken(kind, f"{name}={source}") for source in sources), name


def tried(source: Source) -> list[str]:
    found: list[str] = []

    @settings(max_examples=60, database=None, derandomize=True)
    @given(source)
    def collect(text: str) -> None:
        found.append(text)

    run: Callable[[], None] = collect
    run()
    return found


def is_taken(kind: Kind, option: str) -> bool:
    given = {"container": "", "workflow": "", kind.value: option}
    settings_ = Settings(project="shop", version="1.0", argo_version=(4, 1))
    project = Project.of({"main.py": PROGRAM.format(**given)}, settings_)
    return not any(each.severity is Severity.ERROR for each in project.diagnostics("main.py"))

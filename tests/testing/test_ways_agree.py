"""The ways that Python takes through a workflow are those that Argo takes, and all are ways that the compiler knows."""

from __future__ import annotations

import importlib
import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from checked import Checked
from running import arguments_of, program_to_run, simulated

from athena_lsp.argo.naming import object_name
from athena_lsp.argo.ways import WayKind
from athena_lsp.cli.run_parts import failer
from athena_lsp.cli.run_ways import taken_by
from athena_lsp.cli.ways import workflow_of
from athena_lsp.ir.model import Kind
from athena_lsp.project import Project
from athena_runtime.testing import recording, run_workflow
from athena_runtime.testing.coverage import Taken

PROGRAM = '''
from dataclasses import dataclass
from enum import Enum
from athena_runtime import (
    Failed, Retry, StepFailed, approval, bounded, container, gather, parallel, sleep, workflow, All,
)

class Mode(Enum):
    FULL = "full"
    PART = "part"
    NONE = "none"

@container
def load(num: int) -> list[int]:
    return list(range(num))

@container(retry=Retry(limit=2))
def flaky(x: int) -> int:
    return x

@container(retry=1)
def wobbly(x: int) -> int:
    return x

@container
def shaky(x: int) -> int:
    return x

@container
def plain(x: int) -> int:
    return x

@container
def is_big(x: int) -> bool:
    return x > 2

@container
def note(text: str) -> None: ...

@container
def fails(x: int) -> int:
    if x > 1:
        raise ValueError("too large")
    return x

@workflow
def arms(num: int) -> int:
    """Says `é` before its arms."""
    if num > 10:  # é
        a = plain(num)
    elif num > 5:
        a = 0
    else:
        # nothing
        a = plain(1)
    if num == 3: note("three")
    if num > 1 and is_big(num):
        note("é"); b = plain(num) if is_big(num - 4) else plain(2)
    else:
        b = 1
    c = (is_big(num) or is_big(a)) and num != 11 and is_big(b)
    if c:
        return plain(a)
    if num == 0:
        return 7
    note("rest")
    return b

@workflow
def cases(mode: Mode, num: int) -> int:
    match mode:
        case Mode.FULL:
            a = plain(1)
        case Mode.PART if num > 3:
            a = 2
        case Mode.PART | Mode.NONE:
            a = 3
    match num:
        case 1:
            note("one")
        case 2 | 3:
            note("few")
    return a

@workflow
def loops(num: int, stop: int) -> list[int]:
    xs = load(num)
    for x in xs:
        note("a")
        if x == 1:
            note("b")
    for x in parallel(xs, limit=2):
        plain(x)
    ys = [plain(x) for x in xs]
    zs = [plain(plain(x) + y) for x in xs for y in ys]
    for i in bounded(3):
        k = plain(i + len(zs))
        if k == stop:
            break
    return zs

@workflow
def returns(stop: int) -> int:
    for i in bounded(4):
        k = plain(i)
        if k == stop:
            return k
        if k == stop + 2:
            break
    return -1

@workflow
def tries(num: int) -> int:
    try:
        a = fails(num)
    except StepFailed:
        a = plain(0)
    else:
        note("well")
    return a

@workflow
def ends(num: int) -> int:
    try:
        try:
            b = fails(num)
        except StepFailed:
            b = fails(num + 1)
    finally:
        note("all")
        note("of them")
    return b

@workflow
def last(num: int) -> None:
    try:
        fails(num)
        note("second")
    finally:
        note("finally")

@workflow
def hooked(num: int) -> int:
    page = fails.options(on_failure=lambda: note("hook é"), on_success=[note_done, lambda: note("well")]).attempt(num)
    if isinstance(page, Failed):
        return -1
    x = flaky(page.value)
    y = plain.options(retry=1, on_exit=note_done)(x)
    zs = [wobbly(i) for i in load(num)]
    w = shaky.options(retry=Retry(limit=1)).attempt(y)
    vs = gather([fails.attempt(i) for i in zs], join=All())
    return y

@container
def note_done() -> None: ...

@workflow
def asserting(num: int) -> None:
    assert num != 9, "never 9"
    if num == 8:
        raise ValueError("none")

@workflow
def chained(num: int) -> int:
    if 0 < load_one(num) < load_one(5) < 7:
        num += 1
    return num

@workflow
def catching(num: int) -> int:
    try:
        a = fails(num)
        if a == 1:
            return a
        b = plain(a) if (c := is_big(a + 3)) else plain(0)
        if c and is_big(a) or is_big(a + 3):
            b = plain(0)
    except StepFailed as error:
        note(error.message)
        if num == 4:
            raise
        b = plain(1)
    return b

@workflow
def continuing(num: int) -> None:
    for x in load(num):
        if x == 1:
            continue
        note("x")

@workflow
def folding(num: int, stop: int) -> int:
    total = 0
    for x in load(num):
        total += plain(x)
        if x == stop:
            break
    else:
        total = plain(-1)
    for y in load(num):
        if plain(y) == 3:
            return total
    found: list[int] = []
    for z in load(total):
        found.append(plain(z))
    return len(found)

@workflow
def pure(num: int) -> int:
    items = load(num)
    if num > 2:
        a = 1
        if len(items) > 3:
            a = 4
    elif len(items) == 1:
        a = 2
    else:
        a = 3
    try:
        b = fails(num)
    except StepFailed:
        b = 0
    match a:
        case 1:
            c = 1
        case _:
            c = 2
    if plain(a) > 2:
        d = plain(b)
        e = plain(d)
        if e == num:
            d = 2
    else:
        d = c
        if num == 3:
            d = 9
    return c + d

@workflow
def skipping(num: int) -> None:
    for i in bounded(4):
        try:
            if plain(i) <= num:
                continue
            break
        finally:
            note("turn")

@container
def load_one(num: int) -> int:
    return num

@workflow
def outer(num: int) -> int:
    return hooked(num) if num else arms(num)
'''

RUNS: tuple[tuple[str, dict[str, Any], dict[str, int]], ...] = (
    *(("arms", {"num": num}, {}) for num in (0, 1, 2, 3, 6, 11, 12)),
    *(("cases", {"mode": mode, "num": num}, {}) for mode, num in (("full", 1), ("part", 3), ("part", 4), ("none", 2))),
    *(("loops", {"num": num, "stop": stop}, {}) for num, stop in ((0, 0), (1, 2), (2, 6), (0, 9))),
    *(("returns", {"stop": stop}, {}) for stop in (-1, 0, 3, 9)),
    *(("tries", {"num": num}, {}) for num in (0, 1, 2)),
    *(("ends", {"num": num}, {}) for num in (0, 1, 2)),
    *(("last", {"num": num}, {}) for num in (1, 2)),
    *(("hooked", {"num": num}, {}) for num in (0, 1, 2)),
    ("hooked", {"num": 1}, {"wobbly": 1}),
    ("hooked", {"num": 1}, {"flaky": 1}),
    ("hooked", {"num": 1}, {"plain": 1}),
    ("hooked", {"num": 1}, {"shaky": 1}),
    *(("asserting", {"num": num}, {}) for num in (1, 8, 9)),
    *(("chained", {"num": num}, {}) for num in (0, 1)),
    *(("catching", {"num": num}, {}) for num in (-2, 0, 1, 2, 4)),
    *(("continuing", {"num": num}, {}) for num in (0, 1, 2)),
    *(("folding", {"num": num, "stop": stop}, {}) for num, stop in ((0, 0), (1, 3), (3, 1), (4, 9))),
    *(("pure", {"num": num}, {}) for num in (0, 1, 2, 3, 4)),
    *(("skipping", {"num": num}, {}) for num in (-1, 0, 9)),
    ("skipping", {"num": 1}, {"plain": 1}),
    ("outer", {"num": 0}, {}),
    ("outer", {"num": 1}, {"flaky": 1}),
)


@pytest.fixture(scope="module")
def project() -> Project:
    made = Project.of({"ways_program.py": PROGRAM})
    assert [d.message for d in made.diagnostics("ways_program.py") if d.severity.name == "ERROR"] == []
    return made


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("program")
    (folder / "ways_program.py").write_text(PROGRAM, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("ways_program")
    sys.path.remove(str(folder))
    del sys.modules["ways_program"]


Ways = set[tuple[str, tuple[int, ...]]]


def known(project: Project) -> Ways:
    found = (project.facts.definition(face.declaration) for face in project.signatures() if face.kind is Kind.WORKFLOW)
    return {
        (shown.kind, shown.at)
        for definition in found
        if definition is not None
        for _, shown in workflow_of(project, Path("/"), definition).ways
    }


def emitted(project: Project, name: str, inputs: Mapping[str, Any], fail: Mapping[str, int], folder: Path) -> Ways:
    """What nodes of a run of manifests show."""
    checked = Checked(project, {}, (), None)
    options = Namespace(
        given=[f"{key}={json.dumps(value)}" for key, value in inputs.items()],
        set=[],
        answer=[],
        fail=[f"{step}:{count}" for step, count in fail.items()],
    )
    root = next(face.declaration for face in project.signatures() if face.declaration.name == name)
    program = program_to_run(checked, root, options)
    functions = {face.template: face.declaration.name for face in project.signatures()}
    fails = failer(options, program, functions)
    found = simulated(checked, program, arguments_of(checked, root, options), options, folder, fails=fails)
    workflows = {}
    for face in project.signatures():
        document = f"WorkflowTemplate/{object_name(project.facts.settings, face.template)}"
        definition = project.facts.definition(face.declaration)
        if document in program.objects and face.kind is Kind.WORKFLOW and definition is not None:
            workflows[document] = workflow_of(project, Path("/"), definition)
    return {(kind, at) for _, kind, at in taken_by(found.state, workflows)[1]}


def in_process(module: ModuleType, name: str, inputs: Mapping[str, Any], fail: Mapping[str, int]) -> Ways:
    taken = Taken()

    class Listener:
        def add(self, run: object, coverage: Path | None) -> None: ...

        def trace(self) -> Taken:
            return taken

    values = {key: module.Mode(value) if key == "mode" else value for key, value in inputs.items()}
    listener = Listener()
    recording.recorder.append(listener)
    try:
        followed = run_workflow(getattr(module, name), fail=fail, **values)
    finally:
        recording.recorder.remove(listener)
    assert not taken.unseen
    # What a function does stays the same.
    plain = run_workflow(getattr(module, name), fail=fail, **values)
    assert (followed.value, str(followed.error)) == (plain.value, str(plain.error))
    assert [step.name for step in followed.steps] == [step.name for step in plain.steps]
    return {(kind, at) for (_, kind, at), count in taken.counts.items() if count}


@pytest.mark.parametrize(("name", "inputs", "fail"), RUNS, ids=str)
def test_python_and_argo_take_the_same_ways(
    project: Project, module: ModuleType, tmp_path: Path, name: str, inputs: dict[str, Any], fail: dict[str, int]
) -> None:
    python = in_process(module, name, inputs, fail)
    # Conditions without steps, which Argo computes at one go, are forks of Python's alone.
    python = {way for way in python if way in known(project) or way[0] == "run"}
    assert python == emitted(project, name, inputs, fail, tmp_path)


def test_these_runs_take_every_way_that_the_compiler_knows(project: Project, module: ModuleType) -> None:
    taken: Ways = set()
    for name, inputs, fail in RUNS:
        taken |= in_process(module, name, inputs, fail)
    assert known(project) - taken == set()
    assert {kind for kind, _ in known(project)} == set(get_args(WayKind))


def test_a_workflow_without_a_source_runs_as_it_is_and_is_told() -> None:
    space: dict[str, Any] = {"__name__": "made"}
    exec("def flow(x):\n    return x + 1", space)
    taken = Taken()
    assert taken.of(space["flow"]) is space["flow"]
    assert taken.unseen == {"made.flow"}

    def inside(x: int) -> int:
        return x or -1

    assert taken.of(inside) is inside

"""The plugin for pytest, in sessions of its own: as somebody meets it whose tests pass, fail, or are interrupted."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

# Each test is some sessions of pytest, most of them with processes for pods.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

FLOW = """
import os
from athena_runtime import Retry, StepFailed, container, secret, sleep, workflow

@container
def load(url: str) -> list[int]:
    return [len(url), 2]

@container(retry=Retry(limit=1, backoff="1h"))
def square(x: int) -> int:
    print("squaring", x)
    return x * x

@container
async def later(x: int) -> int:
    return x + 1

@container
def hang(place: str) -> None:
    import time
    open(place, "w").write(str(os.getpid()))
    time.sleep(60)

@container
def alarm(why: str) -> None: ...

@workflow
def pipeline(url: str) -> int:
    items = load(url)
    squares = [square(x) for x in items]
    sleep("2h")
    if len(items) > 2:
        alarm("many")
    try:
        last = later(squares[0])
    except StepFailed:
        last = 0
    return last

@workflow
def hanging(place: str) -> None:
    hang(place)
"""
Session = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "pyproject.toml", '[project]\nname = "shop"\n[tool.pytest.ini_options]\npythonpath = ["src"]\n')
    write(tmp_path, "src/shop/__init__.py", "")
    write(tmp_path, "src/shop/flow.py", FLOW)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def session(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=variables(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", *arguments]


def variables(**further: str) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "CI"))}
    return {**inherited, "PYTHONDONTWRITEBYTECODE": "1", **further}


KINDS = """
import asyncio
import os
import unittest
from pathlib import Path

import pytest

from athena_runtime.testing import Clock, LocalRun, run_emitted, run_workflow
from shop.flow import load, pipeline, square

@pytest.mark.parametrize(("url", "result"), [("a", 2), ("ab", 5)])
def test_parameters(url: str, result: int) -> None:
    assert run_workflow(pipeline, url).result == result

def test_in_a_loop() -> None:
    async def inside() -> LocalRun[int]:
        return run_workflow(pipeline, "abc")
    assert asyncio.run(inside()).result == 10

def test_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOP", "open")
    monkeypatch.chdir(tmp_path)
    run = run_workflow(pipeline, "a", fakes={load: lambda url: [len(os.environ["SHOP"])]})
    assert run.result == 17

class TestCase(unittest.TestCase):
    def test_case(self) -> None:
        run = run_workflow(pipeline, "a", fail={"square": 1}, clock=(clock := Clock("2024-01-01")))
        self.assertEqual(run.result, 2)
        self.assertTrue(run.retried(square))
        self.assertEqual(clock.passed.total_seconds(), 3 * 3600)
"""
EMITTED = """
from shop.flow import pipeline
from here import URL

def test_emitted(athena_emitted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = athena_emitted(pipeline, {"url": URL}, fail={"later": 1}, took={"square": "10m"})
    assert (run.result, run.retried("square"), run.skipped("alarm")) == (0, False, True)
    assert run.steps["try-1.last"].started == 7200 + 600
    assert list((tmp_path / "athena").glob("runs/*/pods"))

def test_by_text(athena_emitted, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert athena_emitted("src/shop/flow.py:pipeline", {"url": "a"}, results={"square": 3}).result == 4
"""


def test_every_kind_of_test_and_branches_over_several_processes(project: Path) -> None:
    write(project, "tests/test_flow.py", KINDS)
    for name in ("one", "two"):
        write(
            project,
            f"tests/{name}/conftest.py",
            "import sys, pathlib; sys.path.insert(0, str(pathlib.Path(__file__).parent))",
        )
    write(project, "tests/one/here.py", 'URL = "a"')
    write(project, "tests/one/test_flow.py", EMITTED)
    write(project, "tests/two/test_flow.py", "def test_nothing(): ...")
    options = ("-q", "--import-mode=importlib", "-n", "2", "--athena-cov=src", "--athena-cov-json=taken.json")
    found = session(project, *options)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "8 passed" in found.stdout
    assert told(found.stdout) == [
        "shop.flow.pipeline  src/shop/flow.py     6 of 8      75%",
        "  never taken: no element in `[square(x) for x in items]` at src/shop/flow.py:30",
        "  never taken: `if len(items) > 2` at src/shop/flow.py:32",
        "shop.flow.hanging   src/shop/flow.py  never run",
        "all                                      6 of 9      67%",
    ]
    data = json.loads((project / "taken.json").read_text(encoding="utf-8"))
    assert {workflow["name"]: workflow["runs"] for workflow in data["workflows"]} == {
        "shop.flow.pipeline": 7,
        "shop.flow.hanging": 0,
    }


def told(output: str) -> list[str]:
    """What stands under the heading of branches."""
    lines = output.splitlines()
    begin = next(number for number, line in enumerate(lines) if "branches of workflows" in line)
    return [line for line in lines[begin + 1 :] if line.startswith(("shop", "  never", "all"))]


def test_too_few_branches_fail_the_session(project: Path) -> None:
    write(project, "test_flow.py", KINDS)
    found = session(project, "-q", "-k", "parameters", "--athena-cov", "--athena-cov-fail-under=80")
    assert found.returncode == 1
    assert "2 passed" in found.stdout
    assert "% of the branches were taken, less than 80%" in found.stdout
    assert "never taken: `except StepFailed` at src/shop/flow.py:36" in found.stdout


FAILING = """
from athena_runtime.testing import run_emitted, run_workflow
from shop.flow import pipeline

def test_local():
    run = run_workflow(pipeline, "a", fail={"square": ValueError("no square")})
    assert run.error is None

def test_emitted():
    run = run_emitted(pipeline, {"url": "a"}, results={"load": "x"})
    assert run.result == 1

def test_unknown():
    run_workflow(pipeline, "a", fakes={"sqare": 1})

def test_no_fake():
    run_workflow(pipeline, "a", fakes={"square": "four"})

def test_no_argument():
    run_emitted(pipeline, {"ur": "a"})

def test_no_step():
    assert not run_workflow(pipeline, "a").ran("alrm")
"""


def test_a_failed_test_tells_what_ran(project: Path) -> None:
    write(project, "test_flow.py", FAILING)
    found = session(project, "-q")
    assert found.returncode == 1
    assert "6 failed" in found.stdout
    local, emitted, unknown, no_fake, no_argument, no_step = re.split(r"^_+ test_\w+ _+$", found.stdout, flags=re.M)[1:]
    assert "athena: run 1" in local
    assert "  x square(x=1) raised ValueError: no square" in local
    assert "  - not called: alarm, later" in local
    assert "x squares.each" in emitted or "squares failed" in emitted
    assert 'the result of `load`: expected list[int], got "x"' in emitted or "load" in emitted
    assert "`pipeline` has no step `sqare`; did you mean `square`?" in unknown
    assert 'the fake of `square` gives what the step cannot: its result: expected int, got "four"' in no_fake
    assert "there is no parameter `ur`; did you mean `url`?" in no_argument
    assert "`pipeline` has no step `alrm`; did you mean `alarm`?" in no_step


GOLDEN = """
from shop.flow import hanging, pipeline

def test_manifests(athena_golden):
    athena_golden(pipeline)

def test_others(athena_golden):
    athena_golden("src/shop/flow.py:hanging", name="hanging")
"""


def test_manifests_are_compared_with_files(project: Path) -> None:
    write(project, "tests/test_flow.py", GOLDEN)
    folder = project / "tests/golden/test_flow"
    missing = session(project, "-q")
    assert (
        "there is no tests/golden/test_flow/test_manifests.yaml yet: `pytest --athena-update` writes" in missing.stdout
    )
    assert not folder.exists()

    in_ci = session(project, "--athena-update", CI="true")
    assert (in_ci.returncode, folder.exists()) == (4, False)
    assert "--athena-update: CI is set" in in_ci.stderr

    assert session(project, "-q", "--athena-update=ci", CI="true").returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == ["hanging.yaml", "test_manifests.yaml"]
    text = (folder / "test_manifests.yaml").read_text(encoding="utf-8")
    assert "layers/app/DIGEST.tgz" in text
    assert "shop-pipeline-golden" in text

    # A body, a digest and a version are no difference; a retry is.
    write(project, "src/shop/flow.py", FLOW.replace("return x * x", "return x ** 2"))
    (project / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "7.1"\n[tool.pytest.ini_options]\npythonpath = ["src"]\n'
    )
    write(project, "tests/test_flow.py", GOLDEN.replace('"hanging"', '"other"'))
    found = session(project, "-q", "-k", "manifests", "-n", "2")
    assert found.returncode == 0, found.stdout
    assert "no test asks for" not in found.stdout
    write(project, "src/shop/flow.py", FLOW.replace("limit=1", "limit=2"))
    changed = session(project, "-q", "-k", "manifests")
    assert "-      limit: '1'" in changed.stdout
    assert "+      limit: '2'" in changed.stdout

    updated = session(project, "-q", "--athena-update")
    assert "removed tests/golden/test_flow/hanging.yaml, for which no test asks" in updated.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["other.yaml", "test_manifests.yaml"]
    write(project, "tests/golden/test_flow/old.yaml", "")
    unused = session(project, "-q", "-n", "2")
    assert (unused.returncode, "no test asks for tests/golden/test_flow/old.yaml" in unused.stdout) == (0, True)


HANGING = """
from athena_runtime.testing import run_emitted
from shop.flow import hanging

def test_hangs():
    run_emitted(hanging, {"place": "PLACE"}, limit=LIMIT)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, None], ids=["ctrl-c", "killed", "limit"])
def test_nothing_outlives_a_test(project: Path, how: signal.Signals | None) -> None:
    place = project / "pid"
    write(project, "test_flow.py", HANGING.replace("PLACE", str(place)).replace("LIMIT", "None" if how else "4"))
    with subprocess.Popen(
        command("-q", "-x"), cwd=project, env=variables(), stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        until = time.monotonic() + 60
        while not (place.exists() and place.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        if how is not None:
            running.send_signal(how)
        out, _ = running.communicate(timeout=60)
    assert how is not None or "`athena run` was stopped after 4 s" in out
    pod = int(place.read_text())
    until = time.monotonic() + 20
    while is_alive(pod) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(pod)


def is_alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False

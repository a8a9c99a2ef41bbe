"""`athena run --clock`: waits pass at once and everything keeps its order; steps are meant by their function too."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

ATHENA = str(Path(sys.executable).parent / "athena")
PROGRAM = """
from datetime import datetime
from athena_runtime import Retry, Scheduled, StepFailed, container, sleep, workflow

@container
def load(at: datetime) -> str:
    return at.isoformat()

@container(retry=Retry(limit=3, backoff="1h"))
def flaky(day: str) -> str:
    return day

@container(timeout="30m")
def slow(day: str) -> str:
    return day

@container(timeout="1s")
def hangs() -> None:
    import time
    time.sleep(60)

@container
def tell(what: str) -> None: ...

@workflow
def pipeline(at: datetime = Scheduled()) -> str:
    day = load(at)
    again = flaky.options(name="again")(day)
    sleep("2h")
    try:
        slow(again)
    except StepFailed:
        tell("too slow")
    return again

@container
def pause() -> None:
    import time
    time.sleep(60)

@workflow
def waiting() -> None:
    pause()

@workflow
def hanging() -> None:
    hangs()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flow.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ATHENA, "run", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_hours_pass_at_once_and_in_order(folder: Path) -> None:
    options = ("--clock", "2024-03-31T01:00:00+01:00", "--took", "load=10m", "--took", "slow=45m", "--fail", "flaky:2")
    found = run(folder, "flow.py:pipeline", "--json", "--state", "kept", *options)
    assert found.returncode == 0, found.stderr
    events = [json.loads(line) for line in found.stdout.splitlines()]
    assert events[-1]["outputs"] == {"return": '"2024-03-31T00:00:00+00:00"'}
    ended = {event["name"]: event for event in events if event["event"] == "node" and event["ended"] is not None}
    begin = min(event["started"] for event in ended.values())
    minutes = {name: (event["ended"] - begin) / 60 for name, event in ended.items()}
    assert (minutes["day"], minutes["again"], minutes["sleep-1"]) == (10, 130, 250)
    assert (ended["try-1.slow"]["message"], minutes["try-1.slow"]) == ("Step exceeded its deadline", 280)
    assert minutes["try-1-1.tell"] == 280
    assert (folder / "kept/runs.db").exists()
    assert not (folder / ".athena").exists()
    assert Path(ended["day"]["logs"]).is_relative_to(folder / "kept")


def test_a_pod_that_really_hangs_meets_its_limit(folder: Path) -> None:
    began = time.monotonic()
    found = run(folder, "flow.py:hanging", "--clock")
    assert found.returncode == 1
    assert "hangs failed: Step exceeded its deadline" in found.stderr
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--clock", "noon"), "`--clock noon` is no time"),
        (("--took", "load=1h"), "--took needs --clock"),
        (("--clock", "--took", "load=soon"), "--took load: `soon`"),
        (("--clock", "--took", "lod=1h"), "there is no step `lod`; did you mean `load`"),
        (("--fail", "slwo:1"), "--fail: there is no step `slwo`; did you mean `slow`?"),
        (("--set", "flak=1"), "--set: there is no step `flak`; did you mean `flaky`?"),
    ],
)
def test_what_nobody_can_mean_is_told(folder: Path, options: tuple[str, ...], message: str) -> None:
    found = run(folder, "flow.py:pipeline", *options)
    assert found.returncode == 2
    assert message in found.stderr


def test_a_run_ends_with_the_process_that_began_it(folder: Path) -> None:
    command = [ATHENA, "run", "flow.py:waiting", "--with-parent"]
    script = (
        f"import subprocess, time; subprocess.Popen({command!r}, stderr=open('told', 'w'))\n"
        "while 'pause running' not in open('told').read(): time.sleep(0.05)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, timeout=60)
    until = time.monotonic() + 20
    while "stopped;" not in (folder / "told").read_text(encoding="utf-8") and time.monotonic() < until:
        time.sleep(0.1)
    assert "stopped;" in (folder / "told").read_text(encoding="utf-8")

"""Tests of workflows: in this process with fakes, and as their manifests run."""

from __future__ import annotations

from pathlib import Path

import pytest

from athena_runtime import Failed, container, workflow
from athena_runtime.testing import Clock, RunFailedError, run_emitted, run_workflow, upcoming


@container
def fetch(url: str) -> str:
    raise OSError(f"no network for {url}")


@container
def count(page: str) -> int:
    return len(page)


@container
def alarm(why: str) -> None:
    """Somebody is woken."""


@workflow
def watch(url: str, limit: int = 3) -> int:
    page = fetch.attempt(url)
    if isinstance(page, Failed):
        alarm(page.message)
        return -1
    size = count.options(retry=2)(page.value)
    if size > limit:
        alarm("large")
    return size


def test_fakes_stand_for_steps() -> None:
    run = run_workflow(watch, "http://x", fakes={fetch: "page", "alarm": None})
    assert (run.result, run.error) == (4, None)
    assert [step.name for step in run.steps] == ["fetch", "count", "alarm"]
    assert run.calls(count)[0].arguments == {"page": "page"}
    assert run.calls(alarm)[0].arguments == {"why": "large"}
    assert run.calls(alarm)[0].is_fake


def test_a_fake_may_be_a_function_and_a_step_may_not_run() -> None:
    run = run_workflow(watch, url="ab", fakes={fetch: lambda url: url.upper()})
    assert run.result == 2
    assert not run.ran(alarm)


def test_failures_are_injected_and_retried() -> None:
    run = run_workflow(watch, "x", fakes={fetch: "page"}, fail={count: 2}, limit=9)
    assert run.result == 4
    assert [type(step.error) for step in run.calls(count)] == [RuntimeError, RuntimeError, type(None)]
    broken = run_workflow(watch, "x", fakes={fetch: "page"}, fail={"count": ValueError("broken")})
    assert "broken" in str(broken.error)
    with pytest.raises(RunFailedError, match="x count\\(page='page'\\) raised ValueError: broken"):
        _ = broken.result


def test_what_really_fails_is_seen() -> None:
    run = run_workflow(watch, "x")
    assert run.result == -1
    assert isinstance(run.calls(fetch)[0].error, OSError)
    assert run.calls(alarm)[0].arguments == {"why": "OSError: no network for x"}


PROGRAM = """
from athena_runtime import Retry, container, workflow

@container
def load(url: str) -> list[int]:
    return [1, 2]

@container(retry=Retry(limit=1))
def square(x: int) -> int:
    return x * x

@container
def alarm(why: str) -> None: ...

@workflow
def pipeline(url: str) -> list[int]:
    items = load(url)
    squares = [square(x) for x in items]
    if len(items) > 2:
        alarm("many")
    return squares
"""


def test_emitted_manifests_run(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(PROGRAM, encoding="utf-8")
    run = run_emitted("flow.py", {"url": "u"}, fail={"squares.each": 1}, folder=tmp_path)
    assert (run.phase, run.result) == ("Succeeded", [1, 4]), run.log
    assert sorted(step.attempts for name, step in run.steps.items() if ".each" in name) == [1, 2]
    assert any("alarm" in name for name in run.ended("Skipped"))
    with pytest.raises(ValueError, match="there is no parameter `ur`; did you mean `url`"):
        run_emitted("flow.py", {"ur": 1}, folder=tmp_path)


SCHEDULED = """
from athena_runtime import Cron, workflow

@workflow(schedule=[Cron("30 2 * * *", timezone="Europe/Paris"), Cron("0 */12 * * *"), Cron("* * * * *", suspend=True)])
def nightly() -> None: ...

@workflow
def never() -> None: ...
"""


def test_timetables_are_asked_for_their_times(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(SCHEDULED, encoding="utf-8")
    times = upcoming("flow.py:nightly", Clock("2024-03-30T01:00Z"), 5, folder=tmp_path)
    # In the night to the 31st there is no half past two in Paris.
    assert [time.isoformat() for time in times] == [
        "2024-03-30T02:30:00+01:00",
        "2024-03-30T12:00:00+00:00",
        "2024-03-31T00:00:00+00:00",
        "2024-03-31T12:00:00+00:00",
        "2024-04-01T00:00:00+00:00",
    ]
    assert upcoming("flow.py:never", "2024-03-30", folder=tmp_path) == []
    with pytest.raises(ValueError, match="did you mean `nightly`"):
        upcoming("flow.py:nightyl", "2024-03-30", folder=tmp_path)

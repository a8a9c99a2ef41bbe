"""Pods of an engine that is gone: their outcome is taken over, unless the machine has been started since."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from athena_lsp.engine.model import StartPod
from athena_lsp.engine.places import Places
from athena_lsp.engine.podspec import Machine
from athena_lsp.engine.processes import ALIVE, BOOT, EXIT, KILLED, PROCESS, Running, adopt_pod, run_pod

TEMPLATE: dict[str, Any] = {"name": "work", "container": {"image": "i", "command": ["sh", "-c", "echo done; exit 3"]}}
MACHINE = Machine("python", Path("/runtime"), Path("/code"), {"PATH": "/usr/bin:/bin"})
START = StartPod("w.work", "w-work-1", TEMPLATE, {}, (), 0)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Of a pod that has ended."""
    found = Places(tmp_path / "state", tmp_path / "run")
    assert run_pod(START, MACHINE, found, Running()).exit_code == 3
    return found


def test_a_pod_that_has_ended_is_taken_over(places: Places) -> None:
    outcome = adopt_pod(START, MACHINE, places, Running())
    assert outcome is not None
    assert (outcome.exit_code, outcome.result) == (3, "done\n")


def test_after_a_power_cut_it_begins_anew(places: Places) -> None:
    """Its exit code may be on the disk, and what it wrote not."""
    (places.pod(START.node) / BOOT).write_text("another", encoding="utf-8")
    assert adopt_pod(START, MACHINE, places, Running()) is None


def test_one_that_was_ended_on_purpose_begins_anew(places: Places) -> None:
    (places.pod(START.node) / KILLED).touch()
    assert adopt_pod(START, MACHINE, places, Running()) is None


def test_one_without_an_exit_code_begins_anew(places: Places) -> None:
    (places.pod(START.node) / EXIT).unlink()
    assert adopt_pod(START, MACHINE, places, Running()) is None


def test_one_that_nobody_has_noted_yet_is_waited_for(places: Places) -> None:
    """Its engine was killed before the pod could tell its number; the pod lives, and ends."""
    folder = places.pod(START.node)
    (folder / PROCESS).unlink()
    (folder / EXIT).unlink()
    with open(folder / ALIVE, "rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        command = ["sh", "-c", f"sleep 0.3; echo 3 > '{folder / EXIT}.new'; mv '{folder / EXIT}.new' '{folder / EXIT}'"]
        pod = subprocess.Popen(command, pass_fds=(alive.fileno(),))
    outcome = adopt_pod(START, MACHINE, places, Running())
    assert outcome is not None
    assert outcome.exit_code == 3
    pod.wait()

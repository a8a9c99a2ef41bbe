"""From the start of the server to the problems of every file of a workspace: never looked at, and looked at before."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.client import PUSH_CLIENT, Client
from bench.generate import write_workspace

FILES = 1_000
LINES = 300
MISTAKE = """from athena_runtime import container, workflow


@container
def last(count: int) -> int: ...


@workflow
def mistaken() -> int:
    return last("text")
"""
"""Stands in the last file, by name: when its problem is told, all have been looked at."""


def openings(
    folder: Path, command: list[str], runs: int, variables: Mapping[str, str]
) -> Iterator[tuple[str, list[float], str]]:
    """What, the seconds of each run, and a note."""
    path, program = write_workspace(folder / "workspace", FILES - 2, LINES)
    mistaken = path.with_name("zzz.py")
    mistaken.write_text(MISTAKE, encoding="utf-8")
    cache = folder / "cache"
    cold: list[float] = []
    warm: list[float] = []
    for _ in range(max(2, runs // 2)):
        shutil.rmtree(cache, ignore_errors=True)
        for times in (cold, warm):
            with Client(command, path.parent, {**variables, "ATHENA_CACHE_DIR": str(cache)}) as client:
                client.initialize(PUSH_CLIENT, initializationOptions={"diagnosticMode": "workspace"})
                client.open(path.as_uri(), program.text)
                times.append(client.published(mistaken.as_uri()).at - client.started)
                until_kept(cache)
    what = f"start -> problems of {FILES} files"
    yield f"{what}, cold", cold, ""
    yield f"{what}, warm", warm, f"{statistics.median(cold) / statistics.median(warm):.0f} times as fast as cold"


def until_kept(cache: Path) -> None:
    """Waits until the server has written down what it found."""
    for _ in range(600):
        if any(cache.glob("*.answers")):
            return
        time.sleep(0.1)
    raise TimeoutError("the server has kept nothing")

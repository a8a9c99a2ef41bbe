"""Whole runs over projects of several sizes, cold and warm, beside type checkers and a linter."""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.generate import write_workspace

Times = tuple[str, str, list[float], str]

SIZES = (10, 100, 1_000, 5_000)
LARGE = 1_000
"""From so many files on, a run is timed once: the slowest peer takes minutes."""
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Checker:
    """A command that looks at a whole folder. `cache` is where it keeps what it found out; empty: it keeps nothing."""

    name: str
    command: list[str]
    cache: str = ""

    @property
    def is_installed(self) -> bool:
        return Path(self.command[0]).exists()


def checkers(folder: Path, root: Path) -> Iterator[Checker]:
    """athena and its peers, each told where athena_runtime is."""
    python, cache = sys.executable, str(folder / ".cache")
    start = "from athena_lsp.cli.main import main; main()"
    yield Checker("athena", [python, "-c", start, "check", "."], cache)
    yield Checker("mypy", [str(SCRIPTS / "mypy"), "--cache-dir", cache, "--no-error-summary", "."], cache)
    yield Checker("pyright", [str(SCRIPTS / "basedpyright"), "--level", "error", "."])
    yield Checker("ty", [str(SCRIPTS / "ty"), "check", "--quiet", "--extra-search-path", str(root), "."])
    yield Checker("ruff", [str(SCRIPTS / "ruff"), "check", "--quiet", "--cache-dir", cache, "."], cache)


def write_project(folder: Path, files: int, root: Path) -> None:
    """A project of so many files, ten definitions each, that every peer reads in the same way."""
    write_workspace(folder, files - 1, 150)
    settings = f"[tool.basedpyright]\nextraPaths = [{str(root)!r}]\ntypeCheckingMode = 'standard'\n"
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(settings)


def checks(folder: Path, options: argparse.Namespace, root: Path, variables: Mapping[str, str]) -> Iterator[Times]:
    """What, who, the seconds of each run, and a note."""
    for files in SIZES:
        place = folder / str(files)
        write_project(place, files, root)
        count = options.runs if files < LARGE else 1
        for checker in checkers(place, root):
            what = f"check {files:>4} files"
            if not checker.is_installed:
                yield f"{what}, cold", checker.name, [], "is not installed"
                continue
            environment = {**variables, "ATHENA_CACHE_DIR": checker.cache, "MYPYPATH": str(root)}
            cold: list[float] = []
            warm: list[float] = []
            for _ in range(count):
                shutil.rmtree(checker.cache or place / ".cache", ignore_errors=True)
                cold.append(seconds(checker.command, place, environment))
                if checker.cache:
                    warm.append(seconds(checker.command, place, environment))
            yield f"{what}, cold", checker.name, cold, ""
            if warm:
                ratio = statistics.median(cold) / statistics.median(warm)
                yield f"{what}, warm", checker.name, warm, f"{ratio:.0f} times as fast as cold"


def seconds(command: list[str], folder: Path, environment: Mapping[str, str]) -> float:
    """How long a process takes. Raises CalledProcessError unless it found something or nothing."""
    before = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    took = time.perf_counter() - before
    if done.returncode not in (0, 1):
        raise subprocess.CalledProcessError(done.returncode, command, stderr=done.stderr)
    return took

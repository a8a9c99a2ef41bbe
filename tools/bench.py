"""Measure athena on this machine, beside programs that do comparable work: a table, and JSON with `--json FILE`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench_client import Client
from bench_programs import chain, file_of_lines, hera_chain, write_workspace

BIN = Path(sys.executable).parent
LINES = 3000
EDITS = 100
MEGA = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: medians and 99th percentiles in milliseconds, memory in MiB (0: not measured)."""

    what: str
    who: str
    median: float
    p99: float
    memory: float = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer files and rounds: to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too")
    options = parser.parse_args()
    files, edits, rounds = (20, 20, 2) if options.quick else (1000, EDITS, 5)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", file=sys.stderr)
    print(f"{'what':<48}{'who':<14}{'median ms':>10}{'p99 ms':>10}{'MiB':>8}", flush=True)
    rows: list[Row] = []
    for row in measure(files, edits, rounds):
        rows.append(row)
        print(f"{row.what:<48}{row.who:<14}{row.median:>10.1f}{row.p99:>10.1f}{row.memory or '':>8.4}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return 0


def measure(files: int, edits: int, rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="athena-bench-") as name:
        folder = Path(name, "workspace")
        write_workspace(folder, files)
        yield from keystrokes(folder, files, edits)
        yield from whole_checks(folder, files, rounds)
        yield from emits(Path(name), rounds)


def keystrokes(folder: Path, files: int, edits: int) -> Iterator[Row]:
    """A name in the middle of a long file goes wrong and right again, as each server sees it."""
    servers: dict[str, Sequence[str]] = {
        "athena": [str(BIN / "athena-lsp")],
        "ruff": [str(BIN / "ruff"), "server"],
        "basedpyright": [str(BIN / "basedpyright-langserver"), "--stdio"],
    }
    path = folder / "long.py"
    text = file_of_lines(LINES)
    path.write_text(text)
    lines = text.split("\n")
    number = next(index for index in range(len(lines) // 2, len(lines)) if "second = load_" in lines[index])
    start = lines[number].index("first.name")
    for who, command in servers.items():
        began = time.perf_counter()
        client = Client(command, folder)
        try:
            client.open(path, text)
            first = time.perf_counter() - began
            times = list(edit_back_and_forth(client, path, number, start, edits))
            memory = client.memory() / MEGA
        finally:
            client.close()
        yield Row(f"start to first diagnostics, {files} files", who, first * 1000, first * 1000)
        yield Row(f"keystroke to diagnostics, {LINES} lines, {files} files", who, *figures(times), memory)


def edit_back_and_forth(client: Client, path: Path, line: int, start: int, edits: int) -> Iterator[float]:
    """Seconds of each edit but the first five. Raises RuntimeError when a server does not see the mistake."""
    for index in range(edits + 5):
        wrong = index % 2 == 0
        seconds, found = client.replace(path, line, start, start + 5, "fisrt" if wrong else "first")
        if wrong and not found:
            raise RuntimeError("the server did not report a name that is not there")
        if index >= 5:
            yield seconds
        time.sleep(0.03)


def whole_checks(folder: Path, files: int, rounds: int) -> Iterator[Row]:
    commands: dict[str, Sequence[str]] = {
        "athena": [str(BIN / "athena-lsp"), "--check", "."],
        "ruff": [str(BIN / "ruff"), "check", "--no-cache", "--isolated", "--quiet", "."],
    }
    for who, command in commands.items():
        yield Row(f"check {files} files, whole process", who, *figures(timed(command, folder, rounds)))


def emits(folder: Path, rounds: int) -> Iterator[Row]:
    for steps in (10, 100, 1000):
        programs: dict[str, tuple[str, Callable[[Path], Sequence[str]]]] = {
            "athena": (chain(steps), lambda path: [str(BIN / "athena"), "emit", str(path)]),
            "hera": (hera_chain(steps), lambda path: [sys.executable, str(path)]),
        }
        for who, (text, command) in programs.items():
            path = folder / f"{who}_{steps}" / "program.py"
            path.parent.mkdir()
            path.write_text(text)
            yield Row(f"emit {steps} steps, whole process", who, *figures(timed(command(path), path.parent, rounds)))


def timed(command: Sequence[str], folder: Path, rounds: int) -> list[float]:
    """Seconds of each round after one to warm up. Raises CalledProcessError when the command fails."""
    times: list[float] = []
    for index in range(rounds + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if index:
            times.append(time.perf_counter() - start)
    return times


def figures(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return statistics.median(ordered) * 1000, ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000


if __name__ == "__main__":
    sys.exit(main())

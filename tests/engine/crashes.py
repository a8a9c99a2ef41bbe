"""Runs that are killed at a random moment and go on: they give the same, and nothing that had succeeded runs again.

Either the engine alone gets SIGKILL, and its pods live on, or all of them do, as when the machine goes down. Run as a
program for more moments: `--count 100 --seed 1 --all`.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from athena_lsp.engine.processes import EXIT

ATHENA = str(Path(sys.executable).parent / "athena")
PROGRAM = """
import time
from pathlib import Path
from athena_runtime import container, workflow

def note(text: str) -> None:
    with open({log!r}, "a") as file:
        file.write(text + "\\n")

@container
def first(count: int) -> list[int]:
    time.sleep(0.05)
    note("first")
    time.sleep(0.02)
    return list(range(count))

@container
def square(x: int) -> int:
    time.sleep(0.05)
    note(f"square {{x}}")
    time.sleep(0.02)
    return x * x

@container
def total(xs: list[int]) -> int:
    note("total")
    return sum(xs)

@workflow
def pipeline(count: int = 4) -> int:
    squares = [square(x) for x in first(count)]
    return total(squares)
"""


@dataclass
class Outcome:
    """What came of some crashes."""

    crashes: int = 0
    before_start: int = 0
    after_end: int = 0
    begun_anew: int = 0
    """Steps that were under way when they were killed, and so ran again."""
    problems: list[str] = field(default_factory=list)


def run(count: int, seed: int, *, everything: bool = False) -> Outcome:
    """As many crashes: of the engine, or of the engine and everything that it has started."""
    rng = random.Random(seed)
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        number = 0
        while outcome.crashes < count and number < 2 * count:
            place = Path(folder, str(number))
            _once(place, rng.randrange(7), rng.uniform(0.0, 0.2), outcome, everything=everything)
            number += 1
    return outcome


def _once(folder: Path, steps: int, seconds: float, outcome: Outcome, *, everything: bool) -> None:
    """One run, killed some time after so many of its six steps have ended, and resumed."""
    folder.mkdir()
    log = folder / "log"
    (folder / "flow.py").write_text(PROGRAM.format(log=str(log)), encoding="utf-8")
    process = _athena(folder, "flow.py", "-q")
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        if (folder / ".athena" / "runs.db").exists() and len(_lines(log)) >= steps:
            break
        time.sleep(0.002)
    time.sleep(seconds)
    if process.poll() is not None:
        outcome.after_end += 1
        _check(process.communicate()[0], process.returncode, log, outcome, folder.name)
        return
    _kill(process, everything=everything)
    outcome.crashes += 1
    done = _ended_well(folder, log) if everything else None
    again = _athena(folder, "--resume", "last", "-q")
    text, told = again.communicate(timeout=60)
    if "there is no run" in told:
        outcome.before_start += 1
    elif "is over" not in told:
        name = f"{folder.name}, killed {seconds:.3f} s after step {steps}"
        _check(text, again.returncode, log, outcome, name, done)


def _kill(process: subprocess.Popen[str], *, everything: bool) -> None:
    """Nothing of it gets a word: what is to be killed is halted first, so that it starts nothing more."""
    found = [process.pid]
    if everything:
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
            found += _children(pid)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.communicate()


def _children(parent: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text(encoding="utf-8").rpartition(")")[2].split()[1]) == parent:
                yield int(path.parent.name)


def _ended_well(folder: Path, log: Path) -> Counter[str]:
    """How often each step is noted whose pod has left its exit code: those must not run again."""
    noted = Counter(_lines(log))
    pods = [path.parent.name for path in folder.glob(f".athena/runs/*/pods/*/{EXIT}")]
    ended = {name: count for name, count in noted.items() if any(_is_pod_of(pod, name) for pod in pods)}
    return Counter(ended)


def _is_pod_of(pod: str, note: str) -> bool:
    step, _, number = note.partition(" ")
    return f"each_{number}_{number}_" in pod if step == "square" else pod.rpartition(".")[2] == step


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def _athena(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [ATHENA, "run", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _check(text: str, code: int, log: Path, outcome: Outcome, name: str, done: Counter[str] | None = None) -> None:
    """`done`: the steps that had succeeded; without it, all that began, since their pods have lived on."""
    if text.strip() != "14" or code != 0:
        outcome.problems.append(f"{name}: gave {text!r} and exit code {code}")
        return
    noted = Counter(_lines(log))
    twice = {step for step, count in noted.items() if count > (1 if done is None else done.get(step, count))}
    if twice:
        outcome.problems.append(f"{name}: ran twice: {', '.join(sorted(twice))}")
    outcome.begun_anew += sum(noted.values()) - len(noted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="kill the pods too")
    options = parser.parse_args()
    outcome = run(options.count, options.seed, everything=options.all)
    print(
        f"{outcome.crashes} crashes, {outcome.before_start} before the run began, {outcome.after_end} runs ended first"
    )
    print(f"{outcome.begun_anew} steps ran again that had not ended")
    print(f"{len(outcome.problems)} problems")
    for problem in outcome.problems:
        print(problem)
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())

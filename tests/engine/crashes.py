"""Runs that are killed: the engine gets SIGKILL at a random moment, goes on, and nothing that succeeded runs again.

Run as a program for more moments: `--count 100 --seed 1`.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

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
    return list(range(count))

@container
def square(x: int) -> int:
    time.sleep(0.05)
    note(f"square {{x}}")
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
    problems: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> Outcome:
    rng = random.Random(seed)
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            _once(Path(folder, str(number)), rng.randrange(7), rng.uniform(0.0, 0.2), outcome)
    return outcome


def _once(folder: Path, steps: int, seconds: float, outcome: Outcome) -> None:
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
    process.send_signal(signal.SIGKILL)
    process.communicate()
    outcome.crashes += 1
    again = _athena(folder, "--resume", "last", "-q")
    text, told = again.communicate(timeout=60)
    if "there is no run" in told:
        outcome.before_start += 1
    elif "is over" not in told:
        _check(text, again.returncode, log, outcome, f"{folder.name}, killed {seconds:.3f} s after step {steps}")


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def _athena(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [ATHENA, "run", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _check(text: str, code: int, log: Path, outcome: Outcome, name: str) -> None:
    if text.strip() != "14" or code != 0:
        outcome.problems.append(f"{name}: gave {text!r} and exit code {code}")
        return
    lines = _lines(log)
    twice = {line for line in lines if line and lines.count(line) > 1}
    if twice:
        outcome.problems.append(f"{name}: ran twice: {', '.join(sorted(twice))}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = run(options.count, options.seed)
    print(
        f"{outcome.crashes} crashes, {outcome.before_start} before the run began, {outcome.after_end} runs ended first"
    )
    print(f"{len(outcome.problems)} problems")
    for problem in outcome.problems:
        print(problem)
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())

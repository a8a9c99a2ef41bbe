"""Whole local runs beside those of metaflow and kfp: the same shapes, as somebody would write them for each.

The peers are installed into an environment of their own in the user's cache folder, at the versions that stand here;
one that cannot be installed, or cannot do a shape, is named with the reason.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

PEERS = ("metaflow==2.19.39", "kfp==2.17.0")
LONGEST = 3600
COLOURS = re.compile(r"\x1b\[\d*m")
STARTER = """
import os, sys
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(pid, 0)
print("PEAK", used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Tells the largest of a program's processes: it starts with little itself."""
Program = tuple[str, str]
"""The text, and what its output must hold."""


# --- the same shapes, three times -------------------------------------------------------------------------------------


def athena_chain(size: int) -> Program:
    body = "".join("    x = work(x)\n" for _ in range(size))
    return f"{ATHENA}@workflow\ndef flow(x: int = 0) -> int:\n{body}    return x\n", f"{size}"


def athena_fan(size: int) -> Program:
    body = "@workflow\ndef flow() -> int:\n    return total([work(x) for x in source()])\n"
    return ATHENA.replace("SIZE", str(size)) + body, f"{size * (size + 1) // 2}"


def athena_dag(size: int) -> Program:
    middle = "".join(f"    x{number} = work(first)\n" for number in range(size - 2))
    names = ", ".join(f"x{number}" for number in range(size - 2))
    body = f"@workflow\ndef flow(x: int = 0) -> int:\n    first = work(x)\n{middle}    return total([{names}])\n"
    return ATHENA + body, f"{2 * (size - 2)}"


ATHENA = """from athena_runtime import container, workflow

@container
def source() -> list[int]:
    return list(range(SIZE))

@container
def work(x: int) -> int:
    return x + 1

@container
def total(xs: list[int]) -> int:
    return sum(xs)

"""


def metaflow_chain(size: int) -> Program:
    steps = "".join(
        f"    @step\n    def s{number}(self):\n        self.x = self.x + 1\n        self.next(self.s{number + 1})\n"
        for number in range(1, size)
    )
    start = "    @step\n    def start(self):\n        self.x = 1\n        self.next(self.s1)\n"
    body = (start + steps).replace(f"self.next(self.s{size})", "self.next(self.end)")
    return METAFLOW.format(body=body, told="self.x"), f"RESULT {size}"


def metaflow_fan(size: int) -> Program:
    body = f"""    @step
    def start(self):
        self.items = list(range({size}))
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.y = self.input + 1
        self.next(self.join)

    @step
    def join(self, inputs):
        self.x = sum(each.y for each in inputs)
        self.next(self.end)
"""
    return METAFLOW.format(body=body, told="self.x"), f"RESULT {size * (size + 1) // 2}"


def metaflow_dag(size: int) -> Program:
    names = [f"w{number}" for number in range(size - 2)]
    following = ", ".join(f"self.{name}" for name in names)
    body = f"    @step\n    def start(self):\n        self.x = 1\n        self.next({following})\n"
    for name in names:
        body += f"    @step\n    def {name}(self):\n        self.y = self.x + 1\n        self.next(self.join)\n"
    body += "    @step\n    def join(self, inputs):\n        self.x = sum(each.y for each in inputs)\n"
    body += "        self.next(self.end)\n"
    return METAFLOW.format(body=body, told="self.x"), f"RESULT {2 * (size - 2)}"


METAFLOW = """from metaflow import FlowSpec, step

class Flow(FlowSpec):
{body}
    @step
    def end(self):
        print("RESULT", {told})

if __name__ == "__main__":
    Flow()
"""


def kfp_chain(size: int) -> Program:
    body = f"    x = work(x=0)\n    for _ in range({size} - 1):\n        x = work(x=x.output)\n    return x.output\n"
    return KFP.format(body=body, size=size), f"RESULT {size}"


def kfp_fan(size: int) -> Program:
    body = "    with dsl.ParallelFor(source().output) as item:\n        each = work(x=item)\n"
    return KFP.format(body=body + "    return total(xs=dsl.Collected(each.output)).output\n", size=size), "RESULT"


def kfp_dag(size: int) -> Program:
    body = f"    first = work(x=0)\n    every = [work(x=first.output) for _ in range({size} - 2)]\n"
    return KFP.format(body=body + "    return work(x=0).after(*every).output\n", size=size), "RESULT 1"


KFP = """from typing import List
from kfp import dsl, local

local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root="./out")

@dsl.component(install_kfp_package=False)
def source() -> List[int]:
    return list(range({size}))

@dsl.component(install_kfp_package=False)
def work(x: int) -> int:
    return x + 1

@dsl.component(install_kfp_package=False)
def total(xs: List[int]) -> int:
    return sum(xs)

@dsl.pipeline
def flow() -> int:
{body}
print("RESULT", flow().output)
"""
SHAPES: Mapping[str, tuple[str, Mapping[str, Callable[[int], Program]]]] = {
    "chain": ("chain of {} steps", {"athena": athena_chain, "metaflow": metaflow_chain, "kfp": kfp_chain}),
    "fan": ("fan-out over {} elements", {"athena": athena_fan, "metaflow": metaflow_fan, "kfp": kfp_fan}),
    "dag": ("dag of {} tasks", {"athena": athena_dag, "metaflow": metaflow_dag, "kfp": kfp_dag}),
}


# --- measuring --------------------------------------------------------------------------------------------------------


def runner_rows(folder: Path, options: argparse.Namespace) -> Iterator[tuple[str, str, list[float], str]]:
    """What was measured, of whom, milliseconds of whole runs, and a note."""
    python, problem = installed()
    sizes = {"chain": options.steps, "fan": options.elements, "dag": options.steps}
    for shape, (title, makers) in SHAPES.items():
        what, size = f"a run, {title.format(sizes[shape])}", sizes[shape]
        own = 0.0
        for who, maker in makers.items():
            if who != "athena" and problem:
                yield what, who, [], problem
                continue
            place = folder / shape / who
            place.mkdir(parents=True)
            text, expected = maker(size)
            (place / "flow.py").write_text(text, encoding="utf-8")
            seconds, peak, trouble = timed_run(commands(who, python), place, expected)
            if trouble:
                yield what, who, [], f"cannot do it: {trouble}"
                continue
            own = own or seconds
            tasks = size + 2 if shape == "fan" else size
            note = f"{seconds / tasks * 1000:.0f} ms a step; largest process {peak:.0f} MB"
            yield (
                what,
                who,
                [seconds * 1000],
                note + (f"; {seconds / own:.1f} times athena's" if who != "athena" else ""),
            )


def commands(who: str, python: str) -> list[str]:
    jobs = str(os.cpu_count() or 1)
    match who:
        case "athena":
            return [sys.executable, "-c", "from athena_lsp.cli.main import main; main()", "run", "flow.py", "-j", jobs]
        case "metaflow":
            return [python, "flow.py", "--quiet", "run", "--max-workers", jobs, "--max-num-splits", "10000"]
        case _:
            return [python, "flow.py"]


def timed_run(command: list[str], place: Path, expected: str) -> tuple[float, float, str]:
    """Seconds, megabytes of the largest process, and why it went wrong."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[1]) if "athena_lsp" in " ".join(command) else "",
        "USERNAME": "bench",
        "METAFLOW_HOME": str(place / "home"),
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(place),
        "KFP_DISABLE_EXECUTION_CACHING_BY_DEFAULT": "true",
        "NO_COLOR": "1",
    }
    small = [sys.executable, "-I", "-S", "-c", STARTER, *command]
    before = time.perf_counter()
    try:
        done = subprocess.run(
            small, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return 0.0, 0.0, f"it took more than {LONGEST} s"
    seconds = time.perf_counter() - before
    told = [COLOURS.sub("", line) for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    peak = next((int(line.split()[1]) / 1024 for line in told if line.startswith("PEAK ")), 0.0)
    if done.returncode or expected not in done.stdout + done.stderr:
        wrong = [line for line in told if not line.startswith("PEAK ")]
        return seconds, peak, wrong[-1][:160] if wrong else f"exit code {done.returncode}"
    return seconds, peak, ""


def installed() -> tuple[str, str]:
    """The interpreter of the peers' environment, or why there is none."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "athena" / "bench" / "-".join(PEERS).replace("==", "-")
    python = place / "bin" / "python"
    if (place / "complete").exists():
        return str(python), ""
    uv = str(Path(sys.executable).parent / "uv")
    for command in (
        [uv, "venv", "-q", "--clear", str(place)],
        [uv, "pip", "install", "-q", "--python", str(python), *PEERS],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return "", f"not measured: {(done.stderr.strip().splitlines() or ['uv has failed'])[-1][:160]}"
    (place / "complete").touch()
    return str(python), ""

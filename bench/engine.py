"""What the local engine costs: beside the processes that it starts, and by itself for wide and for large workflows."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from athena_lsp.engine.driver import Driver, new_run, places_of
from athena_lsp.engine.model import Outcome
from athena_lsp.engine.podspec import Machine
from athena_lsp.engine.program import Program, program_of
from athena_lsp.engine.simulation import simulate
from athena_lsp.engine.store import Store

WORK: dict[str, Any] = {
    "name": "work",
    "inputs": {"parameters": [{"name": "x", "default": "0"}]},
    "outputs": {"parameters": [{"name": "return", "valueFrom": {"path": "/athena/out/return", "default": "1"}}]},
    "container": {"image": "i", "command": ["true"], "args": ["{{inputs.parameters.x}}"]},
}


def program(template: dict[str, Any]) -> Program:
    spec: dict[str, Any] = {"entrypoint": "main", "templates": [{"name": "main", **template}, WORK]}
    return program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": spec}])


def chain(length: int) -> Program:
    """A dag in which every task takes what the one before it gave."""
    tasks: list[dict[str, Any]] = [{"name": "t0", "template": "work"}]
    for number in range(1, length):
        value = f"{{{{tasks.t{number - 1}.outputs.parameters.return}}}}"
        given = {"parameters": [{"name": "x", "value": value}]}
        needs = f"t{number - 1}.Succeeded"
        tasks.append({"name": f"t{number}", "depends": needs, "template": "work", "arguments": given})
    return program({"dag": {"tasks": tasks}})


def fan_out(width: int) -> Program:
    items = "[" + ",".join(map(str, range(width))) + "]"
    given = {"parameters": [{"name": "x", "value": "{{item}}"}]}
    return program({"steps": [[{"name": "each", "template": "work", "withParam": items, "arguments": given}]]})


def interpreted(given: Program) -> float:
    """Seconds that the interpreter takes for a run whose pods take none."""
    start = time.perf_counter()
    run = simulate(given, pods=lambda _: Outcome("Succeeded"))
    assert run.state.phase == "Succeeded"
    return time.perf_counter() - start


def driven(given: Program, folder: Path, jobs: int) -> float:
    """Seconds of a run with real processes, state and logs."""
    folder.mkdir(parents=True)
    (folder / "code").mkdir()
    store = Store(folder / "runs.db")
    begun = new_run(given, "bench", {}, "bench", {"is_typed": True})
    store.create(given, begun)
    machine = Machine(sys.executable, folder, folder / "code", {"PATH": "/usr/bin:/bin"})
    start = time.perf_counter()
    state = Driver(given, begun, store, machine, places_of(folder, begun.id), jobs).drive()
    took = time.perf_counter() - start
    store.close()
    assert state.phase == "Succeeded", state.message
    return took


def bare(count: int) -> float:
    """Seconds of as many processes alone, one behind the other."""
    start = time.perf_counter()
    for _ in range(count):
        subprocess.run(["true"], check=True)
    return time.perf_counter() - start


def figures(folder: Path, runs: int) -> Iterator[tuple[str, str, list[float], str]]:
    """What was measured, whose it is, the times in milliseconds, and a note."""
    over = [(driven(chain(50), folder / f"chain{number}", 1) - bare(50)) / 50 * 1000 for number in range(runs)]
    yield "a step, beyond its own process (`true`), chain of 50", "athena", over, "budget 15 ms"
    yield "200-task dag, interpreted", "athena", [interpreted(chain(200)) * 1000 for _ in range(runs)], ""
    wide = [interpreted(fan_out(1000)) * 1000 for _ in range(runs)]
    yield "1,000-element fan-out, interpreted", "athena", wide, ""
    real = [driven(fan_out(1000), folder / "wide", 2) * 1000]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    alone = bare(1000) * 1000
    note = f"1,000 processes alone {alone:.0f} ms; peak memory of the measuring process {peak:.0f} MB"
    yield "1,000-element fan-out, 1,000 processes", "athena", real, note

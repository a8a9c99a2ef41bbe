"""From the start of a pod's process to the first line of the function, beside a bare Python and hera's runner."""

from __future__ import annotations

import argparse
import compileall
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from athena_runtime import contract

FLAGS = ("-I", "-X", "utf8", "-u", "-B")
PEX_MAIN = """import json
from types import SimpleNamespace

import peer

step = getattr(peer, "step")
given = json.loads({given!r}, object_hook=lambda fields: SimpleNamespace(**fields))
step(**(vars(given) if isinstance(given, SimpleNamespace) else given))
"""
BODY = 'print("here", flush=True)\n    return {result}'
PROGRAMS = {
    "a number and a text": (
        "",
        "def step(x: int, name: str) -> int:\n    " + BODY.format(result="x"),
        {"x": "1", "name": '"a"'},
    ),
    "a list of dataclasses": (
        """from dataclasses import dataclass
from datetime import datetime

@dataclass
class Line:
    price: float
    at: datetime

""",
        "def step(lines: list[Line]) -> float:\n    " + BODY.format(result="lines[0].price"),
        {"lines": '[{"price": 1.5, "at": "2026-01-31T12:00:00Z"}]'},
    ),
}


def pod_starts(folder: Path, options: argparse.Namespace, root: Path) -> Iterator[tuple[str, str, list[float], str]]:
    """What was measured, of whom, milliseconds, and how it compares with a bare Python."""
    for number, (what, (head, function, arguments)) in enumerate(PROGRAMS.items()):
        commands = dict(_commands(folder / str(number), root, head, function, arguments))
        times: dict[str, list[float]] = {who: [] for who in commands}
        for _ in range(3 * options.runs):
            for who, (command, environment) in commands.items():
                times[who].append(_first_line(command, environment))
        bare = statistics.median(times["python"])
        for who, found in times.items():
            note = "" if who == "python" else f"{statistics.median(found) - bare:+.0f} ms, {_ratio(found, bare)} times"
            yield f"start of a pod -> first line, {what}", who, found, note


def _ratio(times: list[float], bare: float) -> str:
    return f"{statistics.median(times) / bare:.1f}"


def _commands(
    folder: Path, root: Path, head: str, function: str, arguments: Mapping[str, str]
) -> Iterator[tuple[str, tuple[list[str], dict[str, str]]]]:
    """How each starts, and its environment. Everything is compiled beforehand, as in a bundle."""
    path = {"PATH": os.environ["PATH"]}
    yield "python", ([sys.executable, *FLAGS, "-c", 'print("here", flush=True)'], path)
    app, runtime = folder / contract.APP, folder / contract.RUNTIME
    app.mkdir(parents=True)
    shutil.copytree(root / "athena_runtime", runtime, ignore=shutil.ignore_patterns("__pycache__", "bundle"))
    athena = f"{head}from athena_runtime import container\n\n@container\n{function}\n"
    (app / "flow.py").write_text(athena, encoding="utf-8")
    (app / "peer.py").write_text(f"{head}{function}\n", encoding="utf-8")
    (folder / contract.INDEX).write_text(json.dumps({"version": 1, "templates": {"step": "flow:step"}}))
    compileall.compile_dir(folder, quiet=2)
    own = {**path, contract.ROOT_VARIABLE: str(folder), contract.TEMPLATE_VARIABLE: "step"}
    yield "athena", ([sys.executable, *FLAGS, f"{runtime}/__main__.py", "--", *arguments.values()], own)
    if pex := _pex(app, folder / "step.pex", arguments):
        yield "pex", ([sys.executable, pex], {**path, "PEX_ROOT": str(folder / "pex")})
    if importlib.util.find_spec("hera") is not None:
        given = folder / "arguments.json"
        given.write_text(json.dumps([{"name": name, "value": text} for name, text in arguments.items()]))
        runner = [sys.executable, "-m", "hera.workflows.runner", "-e", "peer:step", str(given)]
        yield "hera", (runner, {**path, "PYTHONPATH": str(app)})


def _pex(app: Path, file: Path, arguments: Mapping[str, str]) -> str:
    """The same function in a PEX, which makes itself an environment once; empty where `pex` cannot be had."""
    given = json.dumps({name: json.loads(text) for name, text in arguments.items()})
    (app / "peer_main.py").write_text(PEX_MAIN.format(given=given), encoding="utf-8")
    uv = str(Path(sys.executable).parent / "uv")
    command = [uv, "tool", "run", "--quiet", "pex", "--sources-directory", str(app)]
    command += ["-m", "peer_main", "--venv", "-o", str(file)]
    made = subprocess.run(command, check=False, capture_output=True, cwd=app.parent)
    return str(file) if made.returncode == 0 else ""


def _first_line(command: list[str], environment: Mapping[str, str]) -> float:
    """Milliseconds. Raises CalledProcessError when the line does not come."""
    before = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        after = time.perf_counter()
        process.stdout.read()
    if process.returncode or line != b"here\n":
        raise subprocess.CalledProcessError(process.returncode, command)
    return (after - before) * 1000

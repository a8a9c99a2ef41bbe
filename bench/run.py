"""`python bench/run.py`: how fast athena is, as its users see it, beside its peers in the same run; a table and JSON.

Every figure is measured from outside: a client's own clock over standard input and output, or a whole process. On a
busy machine look at the ratios.
"""

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
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[0] = str(ROOT)  # and not this folder: its modules are called like packages

from bench.bundles import bundle_rows  # noqa: E402
from bench.checking import checks  # noqa: E402
from bench.client import ENVIRONMENT, PULL_CLIENT, PUSH_CLIENT, PYTHON, Client, Json  # noqa: E402
from bench.engine import figures  # noqa: E402
from bench.generate import (  # noqa: E402
    BAD,
    BROKEN,
    GOOD,
    USERS,
    Program,
    athena_steps,
    hera_steps,
    long_file,
    nested_steps,
    write_users,
    write_workspace,
)
from bench.growth import growth_row  # noqa: E402
from bench.in_vscode import missing, squiggles  # noqa: E402
from bench.opening import openings  # noqa: E402
from bench.packages import package_rows  # noqa: E402
from bench.pods import pod_starts  # noqa: E402
from bench.requests import request_rows  # noqa: E402
from bench.runners import runner_rows  # noqa: E402

SCRIPTS = Path(PYTHON).parent
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in milliseconds."""

    what: str
    who: str
    p50: float
    p99: float
    count: int
    note: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=3000, help="length of the edited file")
    parser.add_argument("--files", type=int, default=0, help="further files in the workspace, ten definitions each")
    parser.add_argument("--edits", type=int, default=100, help="keystrokes that are timed")
    parser.add_argument("--runs", type=int, default=7, help="whole processes that are timed")
    parser.add_argument("--steps", type=int, default=20, help="of whole runs, beside metaflow's and kfp's")
    parser.add_argument("--elements", type=int, default=50, help="of their fan-outs")
    parser.add_argument("--python", default=sys.prefix, help="the environment whose packages are read by `packages`")
    parser.add_argument("--only", default="", help=f"one of: {', '.join(MEASURES)}")
    parser.add_argument("--output", type=Path, default=Path("bench-results.json"))
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in MEASURES.items():
            if options.only in ("", name):
                for row in measure(Path(folder) / name, options):
                    rows.append(row)
                    print(line(row), flush=True)
    options.output.write_text(json.dumps(report(rows, options), indent=2) + "\n", encoding="utf-8")
    return 0


def line(row: Row) -> str:
    return f"{row.what:<52} {row.who:<8} p50 {row.p50:8.1f} ms   p99 {row.p99:8.1f} ms   n={row.count:<4} {row.note}"


def report(rows: list[Row], options: argparse.Namespace) -> Json:
    return {
        "version": 1,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "options": {key: value for key, value in vars(options).items() if key != "output"},
        "rows": [asdict(row) for row in rows],
    }


# --- in an editor -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Peer:
    """A language server and two states of the edit spot that it tells apart."""

    name: str
    command: list[str]
    good: str = GOOD
    bad: str = BAD


def peers() -> Iterator[Peer]:
    yield Peer("athena", [PYTHON, "-m", "athena_lsp.server"])
    if (SCRIPTS / "ruff").exists():
        yield Peer("ruff", [str(SCRIPTS / "ruff"), "server"], bad="unknown_name")


def keystrokes(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From a sent change to the arrival of the diagnostics of that version."""
    path, program = write_workspace(folder, options.files, options.lines)
    where = f"{options.lines} lines" + (f", {options.files} files" if options.files else "")
    for peer in peers():
        with Typist(peer, folder, path, program) as typist:
            yield row(f"first diagnostics, {where}", peer.name, [typist.first])
            times = typist.toggle((peer.bad, peer.good), options.edits)
            yield row(f"keystroke -> diagnostics, {where}", peer.name, times)
            yield row(
                f"keystroke -> diagnostics while broken, {where}", peer.name, typist.toggle(BROKEN, options.edits)
            )
            yield row(f"burst of 15 keys -> diagnostics, {where}", peer.name, typist.bursts(peer.bad, 12))
            yield row(f"hover right after a keystroke, {where}", peer.name, typist.hovers(20))
            before = typist.memory()
            typist.toggle((peer.bad, peer.good), options.edits)
            yield Row(f"memory, {where}", peer.name, before, typist.memory(), 2, "MB: then, and as many edits later")


class Typist:
    """Types at the edit spot of an open file."""

    def __init__(self, peer: Peer, folder: Path, path: Path, program: Program, capabilities: Json = PUSH_CLIENT):
        self.peer, self.uri, self.program = peer, path.as_uri(), program
        self.client = Client(peer.command, folder, ENVIRONMENT, folder / f"{peer.name}.log")
        self.client.initialize(capabilities)
        self.version = 1
        self.here = GOOD
        opened = self.client.open(self.uri, program.text)
        self.first = (self.client.published(self.uri, since=opened).at - self.client.started) * 1000
        self.replace(peer.good)
        time.sleep(0.5)

    def __enter__(self) -> Typist:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.kill()

    def replace(self, text: str) -> float:
        """Types over the spot; the time before."""
        start = {"line": self.program.line, "character": self.program.character}
        end = {"line": self.program.line, "character": self.program.character + len(self.here)}
        self.version += 1
        self.here = text
        return self.client.change(self.uri, self.version, {"range": {"start": start, "end": end}, "text": text})

    def answer(self, since: float) -> float:
        """Milliseconds until the diagnostics of the current version are there."""
        return (self.client.published(self.uri, self.version, since).at - since) * 1000

    def toggle(self, texts: tuple[str, str], count: int) -> list[float]:
        """Every keystroke changes what is wrong, so that an answer must come."""
        times: list[float] = []
        for number in range(count + WARM_UP):
            times.append(self.answer(self.replace(texts[number % 2])))
            time.sleep(0.03)
        return times[WARM_UP:]

    def bursts(self, bad: str, count: int) -> list[float]:
        """The time from the last of fifteen keystrokes, 5 ms apart."""
        times: list[float] = []
        for number in range(count):
            for key in range(14):
                self.replace(f"raw.r{key}")
                time.sleep(0.005)
            times.append(self.answer(self.replace(bad if number % 2 == 0 else self.peer.good)))
            time.sleep(0.1)
        return times

    def hovers(self, count: int) -> list[float]:
        times: list[float] = []
        for number in range(count):
            self.replace(self.peer.good + " " * (number % 2))
            before = time.perf_counter()
            position = {"line": self.program.line, "character": self.program.character - 3}
            self.client.ask("textDocument/hover", {"textDocument": {"uri": self.uri}, "position": position})
            times.append((time.perf_counter() - before) * 1000)
            time.sleep(0.05)
        return times

    def memory(self) -> float:
        """Resident megabytes of the server's process."""
        status = Path(f"/proc/{self.client.process.pid}/status")
        text = status.read_text(encoding="utf-8") if status.exists() else "VmRSS: 0"
        return int(text.split("VmRSS:")[1].split()[0]) / 1024


def signatures(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From a change of a signature that 200 files use to the diagnostics of another open file."""
    shared, user = write_users(folder, USERS)
    (folder / "pyproject.toml").write_text(f"[tool.basedpyright]\nextraPaths = [{str(ROOT)!r}]\n", encoding="utf-8")
    for peer in (next(peers()), Peer("pyright", [str(SCRIPTS / "basedpyright-langserver"), "--stdio"])):
        if not Path(peer.command[0]).exists():
            yield Row(f"signature used by {USERS} files", peer.name, 0, 0, 0, "is not installed")
            continue
        with Client(peer.command, folder, ENVIRONMENT, folder / f"{peer.name}.log") as client:
            client.initialize(PUSH_CLIENT)
            client.open(user.as_uri(), user.read_text(encoding="utf-8"))
            opened = client.open(shared.as_uri(), shared.read_text(encoding="utf-8"))
            client.published(user.as_uri())
            client.published(shared.as_uri(), since=opened)
            times: list[float] = []
            start, end = {"line": 4, "character": 4}, {"line": 4, "character": 10}
            for number in range(options.runs * 2):
                time.sleep(0.5)
                name = ("sharex", "shared")[number % 2]
                change = {"range": {"start": start, "end": end}, "text": name}
                sent = client.change(shared.as_uri(), number + 2, change)
                times.append((client.published(user.as_uri(), since=sent).at - sent) * 1000)
        yield row(f"signature used by {USERS} files -> another open file", peer.name, times)


def whole_checks(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """`athena check` and its peers over projects of several sizes."""
    for what, who, seconds, note in checks(folder, options, ROOT, ENVIRONMENT):
        yield row(what, who, [each * 1000 for each in seconds], note) if seconds else Row(what, who, 0, 0, 0, note)


def workspaces(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From the start of the server to the problems of files that are not open."""
    for what, seconds, note in openings(folder, next(peers()).command, options.runs, ENVIRONMENT):
        yield row(what, "athena", [each * 1000 for each in seconds], note)


def packages(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """What is added to a program's first answers by types of packages that it uses."""
    for what, times, note in package_rows(folder, options.python, options.runs, ENVIRONMENT):
        yield row(what, "athena", times, note)


def pods(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From the start of a pod's process to the first line of the function."""
    for what, who, times, note in pod_starts(folder, options, ROOT):
        yield row(what, who, times, note)


def bundles(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From the start of `athena lock` or `athena publish` to its end."""
    for what, times, note in bundle_rows(folder, options, ROOT):
        yield row(what, "athena", times, note)


def starts(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From the start of the process to the first diagnostics of an open file."""
    path, program = write_workspace(folder, options.files, 300)
    for peer in peers():
        times: list[float] = []
        for _ in range(options.runs + 1):  # the first one writes the byte code
            with Typist(peer, folder, path, program) as typist:
                times.append(typist.first)
        yield row(f"start -> first diagnostics, {options.files + 1} files", peer.name, times[1:])


def previews(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From a keystroke to the new text of an open preview, with the client's own question in between."""
    path, program = write_workspace(folder, options.files, options.lines)
    peer = next(peers())
    with Client(peer.command, folder, ENVIRONMENT, folder / "athena.log") as client:
        client.initialize(PULL_CLIENT)
        typist_uri, version, here = path.as_uri(), 1, GOOD
        client.open(typist_uri, program.text)
        document = client.ask("athena/emit", {"uri": typist_uri, "root": "edited"})["document"]
        client.ask("workspace/textDocumentContent", {"uri": document})
        times: list[float] = []
        for number in range(options.edits + WARM_UP):
            text = ("2", "3")[number % 2]
            start = {"line": program.line, "character": program.character}
            end = {"line": program.line, "character": program.character + len(here)}
            version, here = version + 1, text
            before = client.change(typist_uri, version, {"range": {"start": start, "end": end}, "text": text})
            client.wait(lambda said: said.get("method") == "workspace/textDocumentContent/refresh", since=before)
            client.ask("workspace/textDocumentContent", {"uri": document})
            times.append((time.perf_counter() - before) * 1000)
            time.sleep(0.03)
    yield row(f"keystroke -> new preview, {options.lines} lines", peer.name, times[WARM_UP:])


# --- whole processes --------------------------------------------------------------------------------------------------


def emits(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """`athena emit` beside a program of the same shape that prints its YAML with hera."""
    for steps in (10, 100, 1000):
        place = folder / f"steps-{steps}"
        place.mkdir(parents=True)
        program, peer = place / "program.py", place / "peer.py"
        program.write_text(athena_steps(steps), encoding="utf-8")
        peer.write_text(hera_steps(steps), encoding="utf-8")
        commands = {
            "athena": [PYTHON, "-c", "from athena_lsp.cli.main import main; main()", "emit", str(program)],
            "hera": [PYTHON, str(peer)],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.runs + 1):
            for name, command in commands.items():
                times[name].append(timed(command, place) * 1000)
        memory = {name: peak_memory(command, place) for name, command in commands.items()}
        ratio = statistics.median(times["hera"][1:]) / statistics.median(times["athena"][1:])
        for name in commands:
            note = f"{memory[name]:.0f} MB" + (f", {ratio:.1f} times as fast as hera" if name == "athena" else "")
            yield row(f"emit, whole process, {steps} steps", name, times[name][1:], note)


def nested(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """`athena emit` of branches 10 deep, loops in a loop and fan-outs, beside as many steps in a row."""
    programs = {"nested": nested_steps(1000), "in a row": athena_steps(1000)}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for name, text in programs.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "program.py").write_text(text, encoding="utf-8")
    for _ in range(options.runs + 1):
        for name in programs:
            path = str(folder / name / "program.py")
            command = [PYTHON, "-c", "from athena_lsp.cli.main import main; main()", "emit", path]
            times[name].append(timed(command, folder / name) * 1000)
    ratio = statistics.median(times["nested"][1:]) / statistics.median(times["in a row"][1:])
    for name in programs:
        note = f"{ratio:.1f} times as long as in a row" if name == "nested" else ""
        yield row(f"emit, whole process, 1000 steps {name}", "athena", times[name][1:], note)


def timed(command: list[str], folder: Path) -> float:
    """Seconds of a process. Raises CalledProcessError when it fails."""
    before = time.perf_counter()
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=pipe, stderr=nothing)
    assert process.stdout is not None
    written = process.stdout.read()
    process.wait()
    seconds = time.perf_counter() - before
    process.stdout.close()
    if process.returncode or not written:
        raise subprocess.CalledProcessError(process.returncode, command)
    return seconds


def peak_memory(command: list[str], folder: Path) -> float:
    """The most megabytes of a process. A process begins with the peak of the one that started it, and this one is
    large: so a small one starts it."""
    starter = """
import os, sys
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
print(os.wait4(pid, 0)[2].ru_maxrss, file=sys.stderr)
"""
    small = [sys.executable, "-I", "-S", "-c", starter, *command]
    done = subprocess.run(
        small, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True
    )
    return int(done.stderr.split()[-1]) / 1024


def growths(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """Megabytes of the server after every request was made, and many edits later."""
    yield Row(*growth_row(folder, options.lines))


def requests(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """The longest step of the server's loop during each request: what comes in meanwhile waits for its end."""
    for what, times in request_rows(folder, options):
        yield row(what, "athena", times)


def row(what: str, who: str, times: list[float], note: str = "") -> Row:
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * (len(ordered) - 1)))]
    return Row(what, who, round(statistics.median(ordered), 2), round(p99, 2), len(ordered), note)


def in_vscode(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """From a key to the squiggle, as a person sees it."""
    what = f"key -> squiggle in VS Code, {options.lines} lines"
    if absent := missing():
        yield Row(what, "athena", 0, 0, 0, f"not measured: {absent} is not installed")
    else:
        yield row(what, "athena", squiggles(folder, options, long_file(options.lines)))


def engines(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    """The local engine, beside the processes that it starts, and beside the local runners of others."""
    for what, who, times, note in figures(folder, options.runs):
        yield row(what, who, times, note)
    for what, who, times, note in runner_rows(folder, options):
        yield row(what, who, times, note) if times else Row(what, who, 0, 0, 0, note)


MEASURES: dict[str, Callable[[Path, argparse.Namespace], Iterator[Row]]] = {
    "keystroke": keystrokes,
    "growth": growths,
    "requests": requests,
    "signature": signatures,
    "start": starts,
    "preview": previews,
    "emit": emits,
    "nested": nested,
    "check": whole_checks,
    "opening": workspaces,
    "packages": packages,
    "pod": pods,
    "vscode": in_vscode,
    "engine": engines,
    "bundle": bundles,
}

if __name__ == "__main__":
    sys.exit(main())

"""How long each request takes, and how long the server is deaf meanwhile: what came in then has to wait.

One long file, a thousand short ones and two hundred that call one container; before every request somebody types.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.asking import AT_CURSOR, OF_FILE, OWN, params_at
from bench.client import ENVIRONMENT, PULL_CLIENT, PYTHON, Client, Json, ServerError
from bench.generate import BAD, GOOD, USERS, write_users, write_workspace
from bench.timed_server import LONGEST

WRONG = """from athena_runtime import workflow
from shared import shared


@workflow
def wrong(text: int = 1) -> str:
    return shared(text)
"""
REFUSED = -32803


@dataclass
class Timed:
    """What was measured of one request at one place, in milliseconds."""

    kind: str
    where: str
    answers: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    """The longest step of the loop during each."""

    def line(self) -> str:
        return (
            f"{self.kind:<34} {self.where:<14} first {self.answers[0]:8.1f}  p50 {statistics.median(self.answers):7.1f}"
            f"   deaf: first {self.steps[0]:6.1f}  p50 {statistics.median(self.steps):6.1f}  max {max(self.steps):6.1f}"
        )


class Asker:
    """A client that types, asks, and notes how long the server was deaf."""

    def __init__(self, folder: Path, files: int, lines: int) -> None:
        path, self.program = write_workspace(folder, files, lines)
        shared, _ = write_users(folder, USERS)
        (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
        self.client = Client([PYTHON, "-m", "bench.timed_server"], folder, ENVIRONMENT, folder / "athena.log")
        self.client.initialize(PULL_CLIENT, initializationOptions={"diagnosticMode": "workspace"})
        self.uri, self.shared_uri = path.as_uri(), shared.as_uri()
        shared_text = shared.read_text(encoding="utf-8")
        self.client.open(self.uri, self.program.text)
        self.client.open(self.shared_uri, shared_text)
        text = self.program.text
        self.places: dict[str, tuple[str, str, int]] = {
            "shared": (self.shared_uri, shared_text, shared_text.index("shared(") + 1),
            "shared.value": (self.shared_uri, shared_text, shared_text.index("value") + 1),
            "load_0": (self.uri, text, text.index("def load_0") + 5),
            "Report0.rows": (self.uri, text, text.index("raw.rows") + 5),
            "edited": (self.uri, text, text.index("def edited") + 5),
        }
        self.version, self.here = 1, GOOD
        self.settle()

    def settle(self) -> None:
        """Everything that follows an edit is done."""
        self.client.pull(self.uri)
        self.client.pull(self.shared_uri)
        time.sleep(0.3)

    def type(self) -> None:
        start = {"line": self.program.line, "character": self.program.character}
        end = {"line": self.program.line, "character": self.program.character + len(self.here)}
        self.here = BAD if self.here == GOOD else GOOD
        self.version += 1
        self.client.change(self.uri, self.version, {"range": {"start": start, "end": end}, "text": self.here})
        self.settle()

    def ask(self, timed: Timed, method: str, params: Json) -> Any:
        self.type()
        self.client.ask(LONGEST, {})
        before = time.perf_counter()
        answer: Any = None
        try:
            answer = self.client.ask(method, params)
        except ServerError as error:
            if error.code != REFUSED:
                raise
        timed.answers.append((time.perf_counter() - before) * 1000)
        timed.steps.append(self.client.ask(LONGEST, {}))
        return answer


def measure(folder: Path, files: int, lines: int, times: int) -> Iterator[Timed]:
    """Every request at every place that it can be made at."""
    asker = Asker(folder, files, lines)
    try:
        for where, (uri, text, at) in asker.places.items():
            kinds = (*AT_CURSOR, *OF_FILE, *OWN, "athena/graph") if where in ("shared", "edited") else AT_CURSOR
            for kind in kinds:
                begin, end = (0, len(text)) if kind in OF_FILE else (at, at)
                yield from _measured(asker, kind, where, params_at(uri, text, kind, begin, end), times)
        everything = Timed("workspace/diagnostic", "")
        for _ in range(times):
            asker.ask(everything, "workspace/diagnostic", {"previousResultIds": []})
        yield everything
    finally:
        asker.client.kill()


def _measured(asker: Asker, kind: str, where: str, asked: tuple[str, Json], times: int) -> Iterator[Timed]:
    timed = Timed(kind, where)
    for _ in range(times):
        answer = asker.ask(timed, *asked)
    yield timed
    if kind == "prepareCallHierarchy" and answer:
        for end in ("incoming", "outgoing"):
            further = Timed(f"callHierarchy/{end}Calls", where)
            for _ in range(times):
                asker.ask(further, further.kind, {"item": answer[0]})
            yield further
    if kind == "codeLens":
        resolved = Timed("codeLens/resolve", where)
        for lens in answer[:20]:
            asker.ask(resolved, resolved.kind, lens)
        yield resolved


def request_rows(folder: Path, options: argparse.Namespace) -> Iterator[tuple[str, list[float]]]:
    """For each kind of request: what it is called in the table, and the longest steps during it."""
    worst: dict[str, list[float]] = {}
    for timed in measure(folder, 1000, options.lines, options.runs):
        worst.setdefault(timed.kind, []).extend(timed.steps)
    for kind, steps in sorted(worst.items()):
        yield f"longest step of the loop, {kind}", steps


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=3000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = list(measure(Path(folder) / "w", options.files, options.lines, options.times))
    for timed in sorted(found, key=lambda each: -max(each.steps)):
        sys.stdout.write(timed.line() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How the last run of a workflow stands, for somebody who only looks: its file is read, and never written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from athena_lsp.engine.places import Places
from athena_lsp.engine.processes import STDERR, STDOUT
from athena_lsp.engine.program import step_path
from athena_lsp.records import dataclass

DATABASE = "runs.db"
MOST_BYTES = 32_000
"""So much of the end of a log is shown."""
MOST_PODS = 8
"""So many pods' logs are shown at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A node of a run."""

    id: str
    path: str
    """Its names below the run, with dots between."""
    kind: str
    phase: str
    """Argo's word."""
    message: str


@dataclass(frozen=True, slots=True)
class Glance:
    """A run as it stood a moment ago."""

    run: str
    started: float
    phase: str
    nodes: tuple[Seen, ...]


@dataclass(slots=True)
class LastRun:
    """The last run of a workflow on this machine; `look` may be called often."""

    state: Path
    """The folder `.athena` of the project."""
    target: str
    """As `athena run` names it: the file and the function."""
    stamps: tuple[tuple[int, int], ...] | None = None
    found: Glance | None = None

    def look(self, since: float) -> Glance | None:
        """The last run, if it began after that moment. What is being written right now is seen by the next look."""
        database = self.state / DATABASE
        stamps = tuple(_stamps(database))
        if stamps != self.stamps:
            try:
                self.found = _read(database, self.target) if stamps else None
                self.stamps = stamps
            except (sqlite3.Error, ValueError):
                self.stamps = None
        return self.found if self.found and self.found.started >= since else None


def logs(state: Path, run: str, nodes: Iterable[Seen]) -> str:
    """What pods have printed, the last ones, each below a line that names it; empty when there is nothing."""
    pods = [node for node in nodes if node.kind == "Pod"][-MOST_PODS:]
    places = Places(state, state / "runs" / run)
    found: list[str] = []
    for pod in pods:
        texts = [_tail(places.pod(pod.id) / name) for name in (STDOUT, STDERR)]
        how = f"{pod.phase.lower()}: {pod.message}" if pod.message else pod.phase.lower()
        found.append("\n".join([f"== {pod.path or pod.id}, {how}", *(text for text in texts if text)]))
    return "\n\n".join(found)


def _stamps(database: Path) -> Iterator[tuple[int, int]]:
    """What changes with every transaction; nothing when there is no file."""
    for path in (database, database.with_name(f"{database.name}-wal")):
        try:
            status = path.stat()
        except OSError:
            continue
        yield status.st_mtime_ns, status.st_size


def _read(database: Path, target: str) -> Glance | None:
    """Raises `sqlite3.Error` when somebody is writing, or when it is no file of runs."""
    is_written = database.with_name(f"{database.name}-wal").exists()
    # Without a journal nobody has it open: then not even the files beside it are made.
    address = f"{database.resolve().as_uri()}?mode=ro{'' if is_written else '&immutable=1'}"
    base = sqlite3.connect(address, uri=True, timeout=0)
    try:
        base.execute("pragma trusted_schema = off")
        columns = "id, name, started, phase from runs where target = ? order by started desc, id desc limit 1"
        row = base.execute(f"select {columns}", (target,)).fetchone()
        if row is None or not str(row[0]).isalnum():  # a run's id names a folder
            return None
        run, name, started, phase = map(str, row)
        nodes = base.execute("select id, kind, phase, message from nodes where run = ? order by started, id", (run,))
        seen = tuple(Seen(str(i), step_path(str(i), name), str(k), str(p), str(m or "")) for i, k, p, m in nodes)
        return Glance(run, float(started), phase, seen)
    finally:
        base.close()


def _tail(path: Path) -> str:
    """The end of a text file, in whole lines; empty when there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - MOST_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return (text if size <= MOST_BYTES else "...\n" + text.partition("\n")[2]).rstrip()

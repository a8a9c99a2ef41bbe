"""The state of all runs of a project: one SQLite file, in which every event stands before anything is done about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from athena_lsp.engine.model import (
    Answered,
    Begun,
    Event,
    Node,
    Outcome,
    PodEnded,
    PodRunning,
    State,
    Stopped,
    Ticked,
)
from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.program import Program
from athena_lsp.records import dataclass

VERSION = 1
SCHEMA = """
create table if not exists runs (
    id text primary key, target text, name text, started real, ended real, phase text, message text,
    uid text, arguments text, program text, options text, outputs text, engine integer
);
create table if not exists events (
    run text, number integer, moment real, kind text, body text, primary key (run, number)
) without rowid;
create table if not exists nodes (
    run text, id text, kind text, template text, phase text, parent text, boundary text, task text, message text,
    started real, ended real, inputs text, outputs text, primary key (run, id)
) without rowid;
create table if not exists memory (key text primary key, outputs text, made real);
"""
EVENTS: dict[str, type[Any]] = {
    type_.__name__: type_ for type_ in (Begun, PodRunning, PodEnded, Answered, Ticked, Stopped)
}


class StoreError(Exception):
    """The file of the runs cannot be used; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was begun, and how it stands."""

    id: str
    target: str
    name: str
    started: float
    ended: float | None
    phase: str
    message: str
    uid: str
    arguments: Mapping[str, str]
    outputs: Outputs
    options: Mapping[str, Any]
    """How it was asked for, as the command line keeps it."""

    @property
    def memory(self) -> dict[str, tuple[Outputs, float]]:
        """What templates with `memoize` had given before it began."""
        kept = self.options.get("memory", {})
        return {key: (outputs_from(outputs), made) for key, (outputs, made) in kept.items()}


class Store:
    """The runs of a project. Every method is one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.base = sqlite3.connect(path, timeout=30, isolation_level=None)
            self.base.execute("pragma journal_mode = wal")
            self.base.execute("pragma synchronous = full")
            self.base.executescript(SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"`{path}` cannot be used: {error}") from None

    def close(self) -> None:
        self.base.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All that is written within, or nothing of it. Raises StoreError, as for a disk that is full."""
        try:
            self.base.execute("begin immediate")
            yield
            self.base.execute("commit")
        except BaseException as error:
            with suppress(sqlite3.Error):  # SQLite may have done it already
                self.base.execute("rollback")
            if isinstance(error, sqlite3.Error):
                raise StoreError(f"`{self.path}` cannot be written: {error}") from None
            raise

    def create(self, program: Program, run: Run) -> None:
        """Writes a run down before it begins."""
        with self._writing():
            self.base.execute(
                "insert into runs values (?, ?, ?, ?, null, 'Running', '', ?, ?, ?, ?, '{}', ?)",
                (
                    run.id,
                    run.target,
                    run.name,
                    run.started,
                    run.uid,
                    json.dumps(dict(run.arguments)),
                    json.dumps(program_data(program)),
                    json.dumps(dict(run.options)),
                    VERSION,
                ),
            )

    def append(self, run: str, number: int, events: Iterable[tuple[float, Event]], state: State, before: State) -> int:
        """Writes events down, and how the run stands after them; the number of the next event."""
        with self._writing():
            for moment, event in events:
                row = (run, number, moment, type(event).__name__, json.dumps(event_data(event)))
                self.base.execute("insert into events values (?, ?, ?, ?, ?)", row)
                number += 1
            changed = [node for id, node in state.nodes.items() if before.nodes.get(id) is not node]  # noqa: A001
            self.base.executemany(
                "insert or replace into nodes values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_node_row(run, node) for node in changed],
            )
            for key, (outputs, made) in state.memo.items():
                if before.memo.get(key) != (outputs, made):
                    row_of_memory = (key, json.dumps(outputs_data(outputs)), made)
                    self.base.execute("insert or replace into memory values (?, ?, ?)", row_of_memory)
        return number

    def finish(self, run: str, moment: float, phase: str, message: str, outputs: Outputs) -> None:
        with self._writing():
            self.base.execute(
                "update runs set ended = ?, phase = ?, message = ?, outputs = ? where id = ?",
                (moment, phase, message, json.dumps(outputs_data(outputs)), run),
            )

    def interrupt(self, run: str) -> None:
        with self._writing():
            self.base.execute("update runs set phase = 'Interrupted' where id = ? and ended is null", (run,))

    def reopen(self, run: str) -> None:
        """A run that was interrupted goes on."""
        with self._writing():
            self.base.execute("update runs set ended = null, phase = 'Running', message = '' where id = ?", (run,))

    def runs(self) -> tuple[Run, ...]:
        """All runs, the last one first."""
        rows = self.base.execute(f"select {COLUMNS} from runs order by started desc, id desc").fetchall()
        return tuple(map(_run, rows))

    def run(self, id: str) -> Run | None:  # noqa: A002
        """The run with this id, or the only one whose id begins so; `last` is the last one."""
        found = self.runs()
        if id == "last":
            return found[0] if found else None
        exact = [run for run in found if run.id == id]
        starting = exact or [run for run in found if run.id.startswith(id)]
        return starting[0] if len(starting) == 1 else None

    def program(self, run: str) -> Program:
        row = self.base.execute("select program, engine from runs where id = ?", (run,)).fetchone()
        if row is None or row[1] != VERSION:
            raise StoreError(f"the run `{run}` was made by another version of athena and cannot go on")
        return program_from(json.loads(row[0]))

    def events(self, run: str) -> Iterator[tuple[float, Event]]:
        rows = self.base.execute("select moment, kind, body from events where run = ? order by number", (run,))
        for moment, kind, body in rows:
            yield moment, event_from(kind, json.loads(body))

    def nodes(self, run: str) -> tuple[Node, ...]:
        rows = self.base.execute("select * from nodes where run = ? order by started, id", (run,)).fetchall()
        return tuple(_node(row) for row in rows)

    def memory(self) -> dict[str, tuple[dict[str, Any], float]]:
        """What templates with `memoize` have given, as a run's options keep it."""
        rows = self.base.execute("select key, outputs, made from memory").fetchall()
        return {key: (json.loads(outputs), made) for key, outputs, made in rows}

    def delete(self, runs: Iterable[str]) -> None:
        with self._writing():
            for run in runs:
                for table, column in (("runs", "id"), ("events", "run"), ("nodes", "run")):
                    self.base.execute(f"delete from {table} where {column} = ?", (run,))


# --- data -----------------------------------------------------------------------------------------------------------


COLUMNS = "id, target, name, started, ended, phase, message, uid, arguments, outputs, options"


def _run(row: tuple[Any, ...]) -> Run:
    id_, target, name, started, ended, phase, message, uid, arguments, outputs, options = row
    given = json.loads(arguments)
    return Run(
        id_,
        target,
        name,
        started,
        ended,
        phase,
        message,
        uid,
        given,
        outputs_from(json.loads(outputs)),
        json.loads(options),
    )


def _node_row(run: str, node: Node) -> tuple[Any, ...]:
    return (
        run,
        node.id,
        node.kind,
        node.template,
        node.phase,
        node.parent,
        node.boundary,
        node.task,
        node.message,
        node.started,
        node.ended,
        json.dumps(dict(node.inputs)),
        json.dumps(outputs_data(node.outputs)),
    )


def _node(row: tuple[Any, ...]) -> Node:
    _, id_, kind, template, phase, parent, boundary, task, message, started, ended, inputs, outputs = row
    return Node(
        id_,
        kind,
        template,
        phase,
        parent,
        boundary,
        task,
        message,
        started,
        ended,
        json.loads(inputs),
        outputs_from(json.loads(outputs)),
    )


def outputs_data(outputs: Outputs) -> dict[str, Any]:
    return {
        "parameters": dict(outputs.parameters),
        "artifacts": dict(outputs.artifacts),
        "result": outputs.result,
        "exit_code": outputs.exit_code,
    }


def outputs_from(data: Mapping[str, Any]) -> Outputs:
    return Outputs(data.get("parameters", {}), data.get("artifacts", {}), data.get("result"), data.get("exit_code"))


def program_data(program: Program) -> dict[str, Any]:
    return {
        "objects": dict(program.objects),
        "root": program.root,
        "spec": dict(program.spec),
        "name": program.name,
        "metadata": dict(program.metadata),
        "version": list(program.version),
        "entrypoint": program.entrypoint,
        "fixed": {name: outputs_data(outputs) for name, outputs in program.fixed.items()},
    }


def program_from(data: Mapping[str, Any]) -> Program:
    fixed = {name: outputs_from(outputs) for name, outputs in data["fixed"].items()}
    major, minor, patch = data["version"]
    return Program(
        data["objects"],
        data["root"],
        data["spec"],
        data["name"],
        data["metadata"],
        (major, minor, patch),
        data["entrypoint"],
        data["spec"].get("templateDefaults") or {},
        fixed,
    )


def event_data(event: Event) -> dict[str, Any]:
    match event:
        case PodEnded(node=node, outcome=outcome):
            return {
                "node": node,
                "phase": outcome.phase,
                "exit_code": outcome.exit_code,
                "message": outcome.message,
                "files": dict(outcome.files),
                "artifacts": dict(outcome.artifacts),
                "result": outcome.result,
            }
        case PodRunning(node=node):
            return {"node": node}
        case Answered(node=node, values=values, phase=phase, message=message):
            return {"node": node, "values": dict(values), "phase": phase, "message": message}
        case Stopped(strategy=strategy, message=message):
            return {"strategy": strategy, "message": message}
        case _:
            return {}


def event_from(kind: str, data: Mapping[str, Any]) -> Event:
    if kind == "PodEnded":
        given = {key: value for key, value in data.items() if key != "node"}
        return PodEnded(data["node"], Outcome(**given))
    event: Event = EVENTS[kind](**data)
    return event

"""How a run is shown while it goes on: lines, a tree that is drawn anew, or events as JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from unicodedata import combining, east_asian_width

from athena_lsp.engine.model import ENDED, FAILED, Event, Node, State
from athena_lsp.engine.places import Places
from athena_lsp.engine.processes import STDERR, STDOUT
from athena_lsp.engine.program import parts_of, step_path
from athena_lsp.engine.store import Run
from athena_lsp.records import dataclass, field

MARKS = {
    "Succeeded": ("+", "32"),
    "Failed": ("x", "31"),
    "Error": ("x", "31"),
    "Skipped": ("-", "90"),
    "Omitted": ("-", "90"),
    "Running": ("*", "36"),
    "Pending": (".", "90"),
}
MOST_ITEMS = 8
"""So many items of a loop are drawn; of more, how many there are of each phase."""
LAST_LINES = 20


@dataclass
class RunView:
    """Shows a run on standard error, or as JSON on standard output."""

    run: str
    """The name of the run, with which the ids of its nodes begin."""
    places: Places
    mode: str
    """`lines`, `tree`, `json` or `quiet`."""
    colour: bool
    logs: bool
    functions: Mapping[str, str] = field(default_factory=dict)
    """The function of each template."""
    seen: dict[str, str] = field(default_factory=dict)
    offsets: dict[Path, int] = field(default_factory=dict)
    drawn: int = 0
    is_paused: bool = False
    """Somebody is typing."""
    at: float = 0.0

    def __call__(self, state: State, events: tuple[Event, ...]) -> None:
        changed = [node for node in state.nodes.values() if self.seen.get(node.id) != node.phase]
        changed.sort(key=lambda node: (node.phase not in ENDED, -node.id.count(".") if node.phase in ENDED else 0))
        for node in changed:
            self.seen[node.id] = node.phase
        if self.mode == "json":
            for node in changed:
                print(json.dumps(self._data(node)), flush=True)
        elif self.mode == "lines":
            for node in changed:
                self._line(node)
        if self.logs and self.mode != "json":
            self._merge_logs(state)
        if self.mode == "tree" and not self.is_paused and (events or time.monotonic() - self.at > 0.2):
            self._draw(state)

    def begin(self, run: Run, steps: Iterable[str]) -> None:
        """The first event: what may come, by the names that the run knows."""
        functions = sorted(set(self.functions.values()))
        data = {"event": "begin", "run": run.id, "target": run.target, "steps": list(steps), "functions": functions}
        print(json.dumps(data), flush=True)

    def go_on(self) -> None:
        """Nobody is typing any more; what was typed stays where it is."""
        self.is_paused, self.drawn = False, 0

    def finish(self, state: State) -> None:
        """The last picture, and the logs of what failed."""
        self(state, ())
        if self.mode == "tree":
            self._draw(state)
        if self.mode == "json" or state.phase == "Succeeded":
            return
        for node in state.nodes.values():
            above = state.nodes.get(node.parent)
            is_last = above is None or not node.is_attempt or above.children[-1] == node.id
            if node.kind == "Pod" and node.phase in FAILED and is_last:
                self._tail(node)

    def _line(self, node: Node) -> None:
        if (
            node.kind == "StepGroup"
            or not (node.parent or node.is_hook)
            or (node.phase == "Pending" and not node.message)
        ):
            return
        if node.is_attempt and node.phase not in FAILED:
            return
        mark, code = MARKS[node.phase]
        took = f" in {node.ended - node.started:.2f} s" if node.ended is not None and node.phase == "Succeeded" else ""
        message = f": {shown(node.message)}" if node.message else ""
        self._tell(f"{self._paint(mark, code)} {step_path(node.id, self.run)} {node.phase.lower()}{took}{message}")

    def _data(self, node: Node) -> dict[str, object]:
        return {
            "event": "node",
            "id": node.id,
            "name": step_path(node.id, self.run),
            "kind": node.kind,
            "template": node.template,
            "function": self.functions.get(node.template),
            "is_attempt": node.is_attempt,
            "phase": node.phase,
            "message": node.message,
            "started": node.started,
            "ended": node.ended,
            "logs": os.path.abspath(self.places.pod(node.id)) if node.kind == "Pod" else None,
        }

    def _title(self, node: Node) -> str:
        return (parts_of(step_path(node.id, self.run)) or [node.id])[-1]

    def _tell(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    # --- the tree -------------------------------------------------------------------------------------------------

    def _draw(self, state: State) -> None:
        self.at = time.monotonic()
        columns, rows = shutil.get_terminal_size()
        lines = [fitting(line, columns - 1) for line in self._tree(state)]
        lines = lines[-max(rows - 2, 1) :]
        up = f"\x1b[{self.drawn}F" if self.drawn else ""
        sys.stderr.write(up + "".join(f"\x1b[2K{line}\n" for line in lines) + "\x1b[0J")
        sys.stderr.flush()
        self.drawn = len(lines)

    def _tree(self, state: State) -> Iterator[str]:
        for node in state.nodes.values():
            if not node.parent:
                yield from self._branch(state, node, 0)

    def _branch(self, state: State, node: Node, depth: int) -> Iterator[str]:
        below = [state.nodes[id] for id in (*node.children, *node.hooks)]  # noqa: A001
        if node.kind == "StepGroup":
            if len(below) > MOST_ITEMS:
                yield f"{'  ' * depth}{_counted(below)}"
            for child in _few(below):
                yield from self._branch(state, child, depth)
            return
        mark, code = MARKS[node.phase]
        seconds = (node.ended or time.time()) - node.started
        took = f" {seconds:.1f} s" if node.phase not in ("Skipped", "Omitted", "Pending") else ""
        tries = f", attempt {len(node.children)}" if node.kind == "Retry" and len(node.children) > 1 else ""
        message = f"  {shown(node.message)}" if node.message else ""
        yield f"{'  ' * depth}{self._paint(mark, code)} {self._title(node)}{self._paint(took + tries + message, '90')}"
        if node.kind == "TaskGroup" and len(below) > MOST_ITEMS:
            yield f"{'  ' * (depth + 1)}{_counted(below)}"
        if node.kind == "Retry":
            return
        for child in _few(below) if node.kind == "TaskGroup" else below:
            yield from self._branch(state, child, depth + 1)

    # --- logs -----------------------------------------------------------------------------------------------------

    def _merge_logs(self, state: State) -> None:
        """Prints what pods have printed since the last look, each line with its step."""
        for node in state.nodes.values():
            if node.kind != "Pod":
                continue
            for name in (STDOUT, STDERR):
                for line in self._new_lines(self.places.pod(node.id) / name, is_last=node.phase in ENDED):
                    self._tell(f"{self._paint(f'{step_path(node.id, self.run)} |', '90')} {line}")

    def _new_lines(self, path: Path, *, is_last: bool) -> list[str]:
        try:
            with open(path, "rb") as file:
                file.seek(self.offsets.get(path, 0))
                data = file.read()
        except OSError:
            return []
        if not is_last:
            data = data[: data.rfind(b"\n") + 1]
        self.offsets[path] = self.offsets.get(path, 0) + len(data)
        return data.decode("utf-8", "replace").splitlines()

    def _tail(self, node: Node) -> None:
        path = self.places.pod(node.id) / STDERR
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        self._tell(f"\n{step_path(node.id, self.run)}: {node.message or node.phase}")
        if not self.logs:
            for line in lines[-LAST_LINES:]:
                self._tell(f"  {line}")
        self._tell(f"  logs: {os.path.relpath(path.parent)}")


def first_failure(state: State) -> str:
    """The step that failed first, and what it says."""
    failed = [node for node in state.nodes.values() if node.phase in FAILED and node.message and node.kind != "Retry"]
    if not failed:
        return ""
    first = min(failed, key=lambda node: (node.ended or 0, node.kind != "Pod"))
    name = next((node.id for node in state.nodes.values() if not node.parent), "")
    return f"{step_path(first.id, name)}: {shown(first.message)}"


def shown(text: str) -> str:
    """A text in one line, without what a terminal would take for a command."""
    return "".join(character if character.isprintable() else " " for character in text)


def fitting(line: str, columns: int) -> str:
    """As much of a line as fits; colours take no room, and characters of East Asia two columns."""
    taken, kept = 0, []
    for piece in re.split(r"(\x1b\[\d*m)", line):
        if piece.startswith("\x1b"):
            kept.append(piece)
            continue
        for character in piece:
            taken += 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1
            if taken <= columns:
                kept.append(character)
    return "".join(kept)


def _counted(items: list[Node]) -> str:
    counts = Counter(item.phase for item in items)
    return f"{len(items)} items: " + ", ".join(f"{count} {phase.lower()}" for phase, count in counts.items())


def _few(items: list[Node]) -> list[Node]:
    """All of them, or of many those that failed."""
    if len(items) <= MOST_ITEMS:
        return items
    return [item for item in items if item.phase in FAILED][:MOST_ITEMS]

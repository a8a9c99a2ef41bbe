"""Show a workflow in a browser while it is edited: its graph, and the manifest beside it. Ends with Ctrl-C."""

from __future__ import annotations

import gc
import sys
import time
import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from athena_lsp.cli import configured
from athena_lsp.cli.emit import CHOOSE
from athena_lsp.cli.findings import existing
from athena_lsp.cli.graph import place_json
from athena_lsp.cli.process import MisuseError, tell
from athena_lsp.cli.run_targets import STATE
from athena_lsp.cli.targets import chosen_root, split
from athena_lsp.engine.program import step_path
from athena_lsp.engine.store import Store, StoreError
from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.jsonform import Json, graph_json
from athena_lsp.ide.graphs.status import statuses
from athena_lsp.ide.preview import LastGood, origin_lines, preview
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.web.server import PageServer
from athena_lsp.workspace import Workspace

PAUSE = 0.2
"""Seconds between two looks at the files."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", default=".", metavar="TARGET", help="as for `athena emit` (default: here)")
    parser.add_argument("--root", metavar="NAME", help="the workflow to show, by its function's name")
    parser.add_argument("--port", metavar="PORT", type=int, default=0, help="of this machine (default: any free one)")
    parser.add_argument("--no-open", action="store_true", help="print the address and open no browser")
    configured.argument(parser)


def run(options: Namespace) -> int:
    gc.enable()  # this one lives long
    file, name = split(options.target)
    workspace = Workspace.open([existing(file) if file else "."], config=configured.chosen(options))
    workspace.ask(Project.signatures)  # decorators may come through installed packages
    root = chosen_root(workspace, file, options.root or name, options.target, CHOOSE)
    try:
        server = PageServer(options.port)
    except OSError as error:
        raise MisuseError(f"error: port {options.port} cannot be used: {error.strerror or error}") from error
    try:
        print(server.address)
        sys.stdout.flush()
        if not options.no_open and not webbrowser.open(server.address):
            tell("no browser was found: open the address yourself")
        tell("following the edit; Ctrl-C ends")
        _follow(workspace, root, server)
    finally:
        server.close()


def _follow(workspace: Workspace, root: Declaration, server: PageServer) -> NoReturn:
    """Sends the page what has changed, until Ctrl-C."""
    good = LastGood()
    runs = Runs(workspace.root / STATE / "runs.db", f"{root.path}:{root.name}", time.time())
    while True:
        server.publish(message(workspace.project, root, good, runs.phases()))
        while not (is_other := workspace.refresh()) and not runs.have_changed():
            time.sleep(PAUSE)
        if is_other:
            runs = Runs(runs.file, runs.target, time.time())


@dataclass(slots=True)
class Runs:
    """The runs of a workflow on this machine since its program is as it is."""

    file: Path
    target: str
    since: float
    seen: tuple[int, ...] = ()

    def have_changed(self) -> bool:
        """Whether something was written since the last time."""
        files = (self.file, self.file.with_name(f"{self.file.name}-wal"))
        before, self.seen = self.seen, tuple(each.stat().st_mtime_ns for each in files if each.exists())
        return self.seen != before

    def phases(self) -> list[tuple[str, str]]:
        """The path and the phase of each node of the last run."""
        if not self.file.exists():
            return []
        try:
            store = Store(self.file)
        except StoreError:
            return []  # of another version, or busy: the next look tells
        try:
            found = next((run for run in store.runs() if run.target == self.target and run.started >= self.since), None)
            return [(step_path(node.id, found.name), node.phase) for node in store.nodes(found.id)] if found else []
        finally:
            store.close()


def message(project: Project, root: Declaration, good: LastGood, phases: Sequence[tuple[str, str]] = ()) -> Json:
    """What the page is told of a program as it is now, and of a run of it."""
    found = preview(project, root)
    origins = origin_lines(project, found.emission) if found.emission else ()
    emitted = {
        "text": good.text(found),
        "origins": [
            {"lines": [each.first, each.last], "location": place_json(project, each.location)} for each in origins
        ],
        "stale": found.emission is None,
        "root": root.name,
    }
    graph = build(project, root)
    drawn = graph_json(graph, lambda place: place_json(project, place))
    told = statuses(graph, phases)
    nodes = [{**node, "status": told[node["id"]]} if node["id"] in told else node for node in drawn["nodes"]]
    return {"type": "preview", "graph": {**drawn, "nodes": nodes}, "emitted": emitted}

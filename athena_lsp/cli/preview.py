"""Show a workflow in a browser while it is edited: its graph, and the manifest beside it. Ends with Ctrl-C."""

from __future__ import annotations

import gc
import sys
import time
import webbrowser
from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path
from typing import NoReturn

from athena_lsp.cli import configured
from athena_lsp.cli.emit import CHOOSE
from athena_lsp.cli.findings import existing
from athena_lsp.cli.graph import place_json
from athena_lsp.cli.process import MisuseError, tell
from athena_lsp.cli.targets import chosen_root, split
from athena_lsp.engine.glance import Glance, LastRun, logs
from athena_lsp.engine.places import STATE
from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.jsonform import Json, graph_json
from athena_lsp.ide.graphs.model import Graph
from athena_lsp.ide.graphs.status import steps_of
from athena_lsp.ide.preview import LastGood, origin_lines, preview
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
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
    runs = LastRun(workspace.root / STATE, f"{root.path}:{root.name}")
    while True:
        project, run = workspace.project, runs.look(workspace.changed_at)
        graph = build(project, root)
        server.publish(message(project, root, good, graph, run))
        server.log = partial(_log, runs.state, graph, run)
        while not workspace.refresh() and runs.look(workspace.changed_at) == run:
            time.sleep(PAUSE)


def _log(state: Path, graph: Graph, run: Glance | None, node: str) -> str:
    """What the pods of a node of the graph have printed in a run."""
    return logs(state, run.run, steps_of(graph, node, run.nodes)) if run else ""


def message(project: Project, root: Declaration, good: LastGood, graph: Graph, run: Glance | None = None) -> Json:
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
    return {
        "type": "preview",
        "graph": graph_json(graph, lambda place: place_json(project, place), run),
        "emitted": emitted,
    }

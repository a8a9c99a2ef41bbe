"""Draw a workflow: as a picture, as Mermaid for a README or a merge request, as lines for the terminal, or as JSON."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from athena_lsp.cli import configured
from athena_lsp.cli.emit import CHOOSE, write
from athena_lsp.cli.findings import existing
from athena_lsp.cli.process import CLEAN
from athena_lsp.cli.targets import chosen_root, split
from athena_lsp.diagnostics import Location
from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.jsonform import Json, graph_json
from athena_lsp.ide.graphs.mermaid import mermaid
from athena_lsp.ide.graphs.outline import outline
from athena_lsp.ide.graphs.svg import svg
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace

FORMATS = {"text": outline, "mermaid": mermaid, "svg": svg}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "target",
        nargs="?",
        default=".",
        metavar="TARGET",
        help="a file, a folder, `file.py:function` or `package.module.function` (default: here)",
    )
    parser.add_argument("--root", metavar="NAME", help="the workflow to draw, by its function's name")
    parser.add_argument("--format", choices=(*FORMATS, "json"), default="text", help="default: text")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write there instead, all or nothing")
    configured.argument(parser)


def run(options: Namespace) -> int:
    file, name = split(options.target)
    workspace = Workspace.open([existing(file) if file else "."], config=configured.chosen(options))
    workspace.ask(Project.signatures)  # decorators may come through installed packages
    root = chosen_root(workspace, file, options.root or name, options.target, CHOOSE)
    graph = build(workspace.project, root)
    if options.format == "json":
        text = json.dumps(graph_json(graph, lambda place: place_json(workspace.project, place)), indent=2) + "\n"
    else:
        text = FORMATS[options.format](graph)
    write(text, options.output)
    sys.stdout.flush()
    return CLEAN


def place_json(project: Project, place: Location) -> Json:
    """A place as an editor's protocol has it, lines and columns from 0, with the file's path for its URI."""
    source = project.source(place.path)
    start, end = (source.position_in(offset, "utf-16") for offset in (place.span.start, place.span.end))
    positions = {name: {"line": at[0], "character": at[1]} for name, at in (("start", start), ("end", end))}
    return {"uri": place.path, "range": positions}

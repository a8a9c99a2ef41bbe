"""Print the settings in force, each with the place where it comes from, or the JSON Schema of all settings."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from athena_lsp.cli import configured, tenants
from athena_lsp.cli.findings import Asked, existing, find, shown_path
from athena_lsp.cli.process import CLEAN, FINDINGS, has_colours, tell
from athena_lsp.config.report import TAG_VARIABLE, Entry, Origin
from athena_lsp.config.schema import schema_text
from athena_lsp.diagnostics import Severity
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        default=".",
        type=Path,
        metavar="PATH",
        help="a file or folder of the project (default: here)",
    )
    parser.add_argument("--json", action="store_true", help="one array instead of text")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the settings, for editors")
    tenants.argument(parser)
    configured.argument(parser)


def run(options: Namespace) -> int:
    if options.schema:
        sys.stdout.write(schema_text())
        return CLEAN
    tag = os.environ.get(TAG_VARIABLE, "")
    workspace = Workspace.open(
        [existing(options.path)], git=True, config=configured.chosen(options), tag=tag, tenant=options.tenant
    )
    tenants.require(workspace, options.tenant)
    entries = workspace.in_force()
    if options.json:
        print(json.dumps([_object(workspace, entry) for entry in entries], indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(workspace, entries)))
    return FINDINGS if _has_errors(workspace) else CLEAN


def _lines(workspace: Workspace, entries: tuple[Entry, ...]) -> Iterator[str]:
    rows = [(entry.key, _toml(entry.value), _words(workspace, entry.origin)) for entry in entries]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    for key, value, origin in rows:
        yield f"{key:<{first}}  {value:<{second}}  {origin}"


def _toml(value: Any) -> str:
    """A value on one line; what is not set is `-`."""
    return "-" if value in (None, "", []) else json.dumps(value, ensure_ascii=False)


def _words(workspace: Workspace, origin: Origin) -> str:
    match origin.kind:
        case "file":
            return f"{shown_path(workspace.root / origin.path)}:{origin.line}"
        case "folder":
            return "the folder's name"
        case kind:
            return f"{kind} ({origin.note})" if origin.note else kind


def _object(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    origin: dict[str, Any] = {"kind": entry.origin.kind}
    if entry.origin.path:
        origin |= {"path": shown_path(workspace.root / entry.origin.path), "line": entry.origin.line}
    if entry.origin.note:
        origin["note"] = entry.origin.note
    return {"key": entry.key, "value": entry.value, "from": origin}


def _has_errors(workspace: Workspace) -> bool:
    """Whether something is wrong with the configuration; it is printed."""
    found = find((Asked(workspace, ()),))
    if found.diagnostics:
        tell(render_text(found.diagnostics, found.sources, colour=has_colours(sys.stderr)).rstrip("\n"))
    for path, why in found.problems.items():
        tell(f"error: `{path}` could not be read: {why}")
    return bool(found.problems) or any(one.severity is Severity.ERROR for one in found.diagnostics)

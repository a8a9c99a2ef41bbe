"""Ways through workflows as JSON: which there are, and how often each was taken."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from athena_lsp.argo.ways import Way, WayKind, ways
from athena_lsp.cli.process import MisuseError
from athena_lsp.files import write_text
from athena_lsp.ir.model import Definition
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

VERSION = 1
LONGEST = 60
TEXTS: Mapping[WayKind, str] = {
    "if-true": "`if {0}`",
    "if-false": "`{0}` false",
    "choice-true": "`{0}` with its condition true",
    "choice-false": "`{0}` with its condition false",
    "case": "`case {0}`",
    "no-case": "no case for `{0}`",
    "try-succeeded": "`try` without a failure",
    "try-failed": "`except {0}`",
    "finally-succeeded": "`finally` after a success",
    "finally-failed": "`finally` after a failure",
    "element": "an element in `{0}`",
    "no-element": "no element in `{0}`",
    "left": "leaving `{0}`",
    "through": "all of `{0}`",
    "bound": "the bound of `{0}`",
    "hook": "the hook `{0}`",
    "retry": "a retry of `{0}`",
}

ASSERTED: Mapping[WayKind, str] = {"if-true": "`assert {0}` that fails", "if-false": "`assert {0}` that holds"}

Key = tuple[str, str, tuple[int, ...]]
"""The file, the kind, and from where to where: lines from 1, columns from 0, in code points."""


@dataclass(frozen=True)
class Shown:
    """A way as people and other programs see it."""

    kind: WayKind
    at: tuple[int, int, int, int]
    line: int
    """Where it goes on."""
    text: str

    def key(self, path: Path) -> Key:
        return str(path), self.kind, self.at


@dataclass(frozen=True)
class Workflow:
    """A workflow and its ways."""

    name: str
    """With its module."""
    path: Path
    line: int
    ways: tuple[tuple[Way, Shown], ...]

    @property
    def key(self) -> Key:
        """What says that it ran at all."""
        return str(self.path), "run", (self.line,)


def workflow_of(project: Project, root: Path, definition: Definition) -> Workflow:
    """A workflow with its ways."""
    declaration = definition.declaration
    place = project.locate(declaration)
    assert place is not None
    source = project.source(declaration.path)
    shown = tuple((way, _shown(project, definition, way)) for way in ways(project.facts, definition))
    return Workflow(
        f"{project.layout.module_name(declaration.path)}.{declaration.name}",
        (root / declaration.path).resolve(),
        source.position_in(place.span.start, "utf-32")[0] + 1,
        shown,
    )


def _shown(project: Project, definition: Definition, way: Way) -> Shown:
    path = definition.declaration.path
    source = project.source(path)

    def span_of(span: Span) -> Span:
        place = project.place(definition.declaration, span)
        assert place is not None
        return place.span

    span, goes_on = span_of(way.span), span_of(way.place)
    (line, column), (end_line, end_column) = (source.position_in(at, "utf-32") for at in (span.start, span.end))
    written = " ".join(span.of(source.text).split())
    written = written if len(written) <= LONGEST else f"{written[:LONGEST]}..."
    text = TEXTS[way.kind].format(written)
    if way.kind == "if-false" and ELSE.search(source.text[span.end : goes_on.start]):
        text = "`else`"
    if way.kind in ASSERTED and source.text[: span.start].rstrip(" (").endswith("assert"):
        text = ASSERTED[way.kind].format(written)
    here = source.position_in(goes_on.start, "utf-32")[0] + 1
    return Shown(way.kind, (line + 1, column, end_line + 1, end_column), here, text)


ELSE = re.compile(r"\belse\s*:\s*(#[^\n]*\s*)*\Z")
"""What stands before an arm that is written as `else`, and not before what merely follows the others."""


# --- files --------------------------------------------------------------------------------------------------------


def taken_json(workflows: Iterable[Workflow], taken: Mapping[Key, int]) -> dict[str, Any]:
    """Workflows and how often their ways were taken."""
    return {
        "version": VERSION,
        "workflows": [
            {
                "name": workflow.name,
                "path": str(workflow.path),
                "line": workflow.line,
                "runs": taken.get(workflow.key, 0),
                "ways": [
                    {
                        "kind": shown.kind,
                        "at": list(shown.at),
                        "line": shown.line,
                        "text": shown.text,
                        "taken": taken.get(shown.key(workflow.path), 0),
                    }
                    for _, shown in workflow.ways
                ],
            }
            for workflow in workflows
        ],
    }


def read_taken(path: Path) -> dict[Key, int]:
    """How often the ways in a file were taken. Raises MisuseError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise MisuseError(f"error: `{path}` was written by another version of athena")
        found: dict[Key, int] = {}
        for workflow in data["workflows"]:
            place = str(workflow["path"])
            keys = [((place, str(way["kind"]), tuple(way["at"])), int(way["taken"])) for way in workflow["ways"]]
            for key, count in ((place, "run", (int(workflow["line"]),)), int(workflow["runs"])), *keys:
                found[key] = found.get(key, 0) + count
    except OSError as error:
        raise MisuseError(f"error: `{path}` cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise MisuseError(
            f"error: `{path}` says nothing about workflows that `athena run --coverage` writes"
        ) from error
    return found


def add_taken(path: Path, workflows: Iterable[Workflow], taken: Mapping[Key, int]) -> None:
    """Adds to a file, which is there or not, all or nothing. Raises MisuseError."""
    workflows = tuple(workflows)
    before = read_taken(path) if path.exists() else {}
    both = {key: before.get(key, 0) + taken.get(key, 0) for key in {**before, **taken}}
    data = taken_json(workflows, both)
    if path.exists():
        names = {workflow.name for workflow in workflows}
        kept = json.loads(path.read_text(encoding="utf-8"))["workflows"]
        data["workflows"] = [*(each for each in kept if each["name"] not in names), *data["workflows"]]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(data, indent=1) + "\n")
    except OSError as error:
        raise MisuseError(f"error: `{os.path.relpath(path)}` cannot be written: {error.strerror or error}") from error

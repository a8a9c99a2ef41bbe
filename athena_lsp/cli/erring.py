"""Errors in the files that a template comes to: a program with errors is not emitted and not run."""

from __future__ import annotations

import sys

from athena_lsp.argo.emit import reachable
from athena_lsp.cli.findings import Asked, find
from athena_lsp.cli.process import has_colours, tell
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace


def has_errors(workspace: Workspace, root: Declaration) -> bool:
    """Whether a file that the root reaches, or the configuration, has errors; they are printed."""
    paths = _reached_files(workspace.project, root)
    asked = Asked(workspace, tuple(workspace.root / path for path in sorted(paths)))
    found = find((asked,))
    errors = [one for one in found.diagnostics if one.severity is Severity.ERROR]
    tell(render_text(errors, found.sources, colour=has_colours(sys.stderr)).rstrip("\n")) if errors else None
    for path, why in found.problems.items():
        tell(f"error: `{path}` could not be read: {why}")
    return bool(errors or found.problems)


def _reached_files(project: Project, root: Declaration) -> set[str]:
    """The files of all functions that a run of the root comes to."""
    waiting = list(reachable(project.facts, root))
    seen = {*waiting, root}
    for declaration in waiting:
        new = set(project.facts.called_by(declaration)) - seen
        seen |= new
        waiting += new
    return {declaration.path for declaration in seen}

"""What `athena-lsp --diagnose` prints: the surroundings of a problem, for a report of it. Nothing is sent anywhere."""

from __future__ import annotations

import locale
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from athena_lsp.config.report import DEFAULT
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.environment import find_environment
from athena_lsp.ide.runtime_docs import runtime_docs
from athena_lsp.workspace import Workspace

PACKAGES = ("athena-lsp", "pygls", "lsprotocol", "cattrs", "pyyaml", "websockets")
MOST_PROBLEMS = 20


def report(folder: Path) -> str:
    """The report about athena in a folder; never fails on what is on the disk."""
    begun = time.perf_counter()
    workspace = Workspace.open([folder])
    read = time.perf_counter() - begun
    lines = [*_surroundings(), "", *_project(workspace, read), "", *_settings(workspace), "", *_findings(workspace)]
    return "\n".join(lines) + "\n"


def _surroundings() -> Iterator[str]:
    for name in PACKAGES:
        yield f"{name} {_version(name)}"
    yield f"Python {platform.python_version()} ({platform.python_implementation()}), {sys.executable}"
    yield f"{platform.platform()}, {platform.machine()}, texts in {locale.getpreferredencoding(False)}"
    documented = len(runtime_docs())
    yield f"athena_runtime: {f'{documented} names documented' if documented else 'not found: hovers lack its texts'}"


def _project(workspace: Workspace, seconds: float) -> Iterator[str]:
    files = workspace.project.files.values()
    programs = sum(file.is_program for file in files)
    lines = sum(file.source.line_count for file in files)
    yield f"project {workspace.config.settings.project} in {workspace.root}"
    yield f"{len(files)} Python files, {lines} lines, read in {seconds * 1000:.0f} ms; {programs} of them use athena"
    environment = find_environment(workspace.root, workspace.config.settings.python)
    yield f"packages: {', '.join(map(str, environment.folders)) or 'no environment found'}"
    for path, why in list(workspace.problems.items())[:MOST_PROBLEMS]:
        yield f"not readable: {path}: {why}"


def _settings(workspace: Workspace) -> Iterator[str]:
    yield f"settings from {workspace.config.path or 'no file'}"
    for entry in workspace.in_force():
        if entry.origin != DEFAULT:
            yield f"  {entry.key} = {entry.value!r} ({entry.origin.kind})"


def _findings(workspace: Workspace) -> Iterator[str]:
    begun = time.perf_counter()
    found: list[Diagnostic] = []
    failed: list[str] = []
    for path in workspace.paths(workspace.root):
        try:
            found += workspace.diagnostics(path)
        except Exception as error:  # noqa: BLE001 - what the report is for
            failed.append(f"athena fails on {path}: {type(error).__name__}: {error}")
    counts = Counter(each.severity.value for each in found)
    shown = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing found"
    yield f"checked in {(time.perf_counter() - begun) * 1000:.0f} ms: {shown}"
    yield from failed


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "is not installed"

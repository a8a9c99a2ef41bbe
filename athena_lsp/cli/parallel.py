"""Asking a workspace about many files at once, in several processes where that is quicker.

What is known from earlier runs is not worked out again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal

from athena_lsp.cache.answers import Answers
from athena_lsp.cache.traces import Trace, trace_of
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.rules.base import all_rules
from athena_lsp.workspace import Workspace

FEWEST_FILES = 150
"""Fewer files are looked at before the processes would have started."""
CHUNK = 20

Found = list[tuple[str, tuple[Diagnostic, ...]]]
Seen = tuple[str, tuple[Diagnostic, ...], Trace | None]

_job: tuple[Workspace, bool] | None = None
"""What a child process inherits: it is set only while children are started."""


def diagnostics(
    workspace: Workspace, paths: Sequence[str], cache: Path | None = None, processes: int | None = None
) -> Found:
    """The diagnostics of each file, in the order of the paths. `cache`: a folder where answers are kept between runs;
    `processes`: as many as this process may use processors."""
    answers = Answers(cache, workspace) if cache else None
    found = dict(answers.known) if answers else {}
    files = workspace.project.files
    programs = [path for path in paths if path not in found and path in files and files[path].is_program]
    seen = _look_at(workspace, programs, bool(cache), processes)
    if answers:
        answers.keep({path: trace for path, _, trace in seen})
    found |= {path: diagnostics for path, diagnostics, _ in seen}
    return [(path, found[path] if path in found else workspace.diagnostics(path)) for path in paths]


def _look_at(workspace: Workspace, paths: Sequence[str], traced: bool, processes: int | None) -> list[Seen]:
    # Elsewhere a process cannot safely be forked: every child would have to read and parse everything by itself.
    if sys.platform == "linux" and len(paths) >= FEWEST_FILES:
        count = processes or len(os.sched_getaffinity(0))
        if count > 1:
            return _forked(workspace, paths, traced, count)
    return _seen(workspace, paths, traced)


def _forked(workspace: Workspace, paths: Sequence[str], traced: bool, count: int) -> list[Seen]:
    # Imported here because it takes 40 ms, and only large projects need it.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    global _job  # noqa: PLW0603 - a forked child inherits what stands here; arguments would be copied
    # What all files need is there before the children part ways.
    all_rules()
    _ = workspace.project.templates.candidates
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    _job = workspace, traced
    try:
        # Ctrl-C goes to all of them; the parent answers it for all.
        with ProcessPoolExecutor(count, get_context("fork"), signal, (SIGINT, SIG_IGN)) as pool:
            seen = list(chain.from_iterable(pool.map(_seen_here, chunks)))
    finally:
        _job = None
    for path, found, _ in seen:
        shown = {label.location.path for each in found for label in each.related}
        if any(workspace.source(other) is None for other in shown):
            workspace.diagnostics(path)  # it shows a part of an installed package, which only the child has read
    return seen


def _seen_here(paths: Sequence[str]) -> list[Seen]:
    assert _job is not None
    workspace, traced = _job
    return _seen(workspace, paths, traced)


def _seen(workspace: Workspace, paths: Sequence[str], traced: bool) -> list[Seen]:
    seen: list[Seen] = []
    for path in paths:
        found = workspace.diagnostics(path)
        seen.append((path, found, trace_of(workspace.project, path, found) if traced else None))
    return seen

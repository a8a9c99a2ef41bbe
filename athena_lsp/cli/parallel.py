"""Asking a workspace about many files at once: where that is quicker, in several processes that share its texts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import chain
from signal import SIG_IGN, SIGINT, signal

from athena_lsp.diagnostics import Diagnostic
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace

FEWEST_FILES = 150
"""Fewer files are looked at before the processes would have started."""
CHUNK = 20

Found = list[tuple[str, tuple[Diagnostic, ...]]]

_workspace: Workspace | None = None
"""What a child process inherits: it is set only while children are started."""


def diagnostics(workspace: Workspace, paths: Sequence[str], processes: int | None = None) -> Found:
    """The diagnostics of each file, in the order of the paths. `processes`: as many as this one may use processors."""
    # Elsewhere a process cannot safely be forked: every child would have to read and parse everything by itself.
    if sys.platform == "linux" and len(paths) >= FEWEST_FILES:
        count = processes or len(os.sched_getaffinity(0))
        if count > 1:
            return _forked(workspace, paths, count)
    return [(path, workspace.diagnostics(path)) for path in paths]


def _forked(workspace: Workspace, paths: Sequence[str], count: int) -> Found:
    # Imported here because it takes 40 ms, and only large projects need it.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    global _workspace  # noqa: PLW0603 - a forked child inherits what stands here; arguments would be copied
    # What all files need is found out before the children part ways.
    workspace.ask(Project.signatures)
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    _workspace = workspace
    try:
        # Ctrl-C goes to all of them; the parent answers it for all.
        with ProcessPoolExecutor(count, get_context("fork"), signal, (SIGINT, SIG_IGN)) as pool:
            return list(chain.from_iterable(pool.map(_look, chunks)))
    finally:
        _workspace = None


def _look(paths: Sequence[str]) -> Found:
    assert _workspace is not None
    return [(path, _workspace.diagnostics(path)) for path in paths]

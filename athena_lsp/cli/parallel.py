"""Asking a workspace about many files at once, in several processes where that is quicker.

What is known from earlier runs is not worked out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from athena_lsp.cache.answers import Answers
from athena_lsp.cache.encoding import decoded, encoded
from athena_lsp.cache.traces import Trace, trace_of
from athena_lsp.cli.forks import MOST_PIECES, processors, shared_out
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.rules.base import all_rules
from athena_lsp.workspace import Workspace

FEWEST_FILES = 40
"""Fewer files are looked at before a second process would have helped."""
CHUNK = 8

Found = list[tuple[str, tuple[Diagnostic, ...]]]
Seen = tuple[str, tuple[Diagnostic, ...], Trace | None]


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
    count = processes or processors()
    if count > 1 and len(paths) >= FEWEST_FILES:
        return _forked(workspace, paths, traced, count)
    return _seen(workspace, paths, traced)


def _forked(workspace: Workspace, paths: Sequence[str], traced: bool, count: int) -> list[Seen]:
    # What all files need is there before the processes part ways.
    all_rules()
    _ = workspace.project.templates.candidates
    size = max(CHUNK, -(-len(paths) // MOST_PIECES))
    chunks = [paths[start : start + size] for start in range(0, len(paths), size)]

    def plain(number: int) -> list[tuple[str, list[object], Trace | None]]:
        seen = _seen(workspace, chunks[number], traced)
        return [(path, [encoded(each) for each in found], trace) for path, found, trace in seen]

    found = chain.from_iterable(shared_out(plain, len(chunks), count))
    seen = [(path, tuple(map(decoded, diagnostics)), trace) for path, diagnostics, trace in found]
    for path, diagnostics, _ in seen:
        shown = {label.location.path for each in diagnostics for label in each.related}
        if any(workspace.source(other) is None for other in shown):
            workspace.diagnostics(path)  # it shows a part of an installed package, which only a child has read
    return seen


def _seen(workspace: Workspace, paths: Sequence[str], traced: bool) -> list[Seen]:
    seen: list[Seen] = []
    for path in paths:
        found = workspace.diagnostics(path)
        seen.append((path, found, trace_of(workspace.project, path, found) if traced else None))
    return seen

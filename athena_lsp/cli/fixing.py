"""Applying fixes until none is left: in memory first, and on the disk only what is better than it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import unified_diff
from itertools import pairwise
from pathlib import Path

from athena_lsp.cli.findings import Asked
from athena_lsp.cli.process import MisuseError
from athena_lsp.diagnostics import Diagnostic, Fix
from athena_lsp.files import write_text
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.syntax.blocks import cut
from athena_lsp.text import Source, TextEdit, apply_edits
from athena_lsp.workspace import Workspace

MOST_ROUNDS = 20
"""Fixes may uncover further findings with fixes; so often they are asked for again."""

Wanted = Callable[[Diagnostic], bool]


@dataclass(frozen=True, slots=True)
class Changed:
    """A file with its text before and after the fixes."""

    path: Path
    before: str
    after: str
    encoding: str


def fix_all(asked: Iterable[Asked], wanted: Wanted, *, unsafe: bool) -> tuple[tuple[Changed, ...], int]:
    """The files that fixes change, and how many fixes those are; the workspaces hold the new texts, the disk does not.

    Takes the first safe fix of each wanted finding, with `unsafe` the first of all; of fixes that change the same text,
    only one in each round. A fix that breaks the syntax of a file is taken back.
    """
    changed: list[Changed] = []
    count = 0
    for each in asked:
        workspace, before = each.workspace, dict[str, str]()
        refused: set[Fix] = set()
        for _ in range(MOST_ROUNDS):
            fixes = _compatible(fix for fix in _fixes(each, wanted, unsafe) if fix not in refused)
            if not fixes:
                break
            texts = _fixed_texts(workspace, fixes)
            if broken := _broken_by(workspace.project, texts):
                refused.update(fix for fix in fixes if any(edit.path in broken for edit in fix.edits))
                continue
            for path, text in texts.items():
                before.setdefault(path, _text(workspace, path))
                workspace.set_text(path, text)
            count += len(fixes)
        for path, old in before.items():
            changed.append(Changed(workspace.root / path, old, _text(workspace, path), workspace.encoding(path)))
    return tuple(sorted((one for one in changed if one.before != one.after), key=lambda one: one.path)), count


def write_all(changed: Iterable[Changed]) -> None:
    """Write the new texts, each in its file's own encoding. Raises MisuseError when a file cannot be written."""
    for one in changed:
        try:
            write_text(one.path, one.after, one.encoding)
        except (OSError, UnicodeEncodeError) as error:
            raise MisuseError(f"error: `{one.path}` cannot be written: {error}") from error


def difference(changed: Iterable[Changed], shown: Callable[[Path], str]) -> str:
    """All changes as one unified diff, as `git apply` and `patch` read it."""
    return "".join(line for one in changed for line in _difference(one, shown(one.path)))


def _difference(changed: Changed, name: str) -> Iterator[str]:
    for line in unified_diff(_lines(changed.before), _lines(changed.after), f"a/{name}", f"b/{name}"):
        yield line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    starts = (*Source(text).line_starts, len(text))
    return [text[start:end] for start, end in pairwise(starts) if start < end]


def _fixes(asked: Asked, wanted: Wanted, unsafe: bool) -> Iterator[Fix]:
    for path in asked.paths:
        for found in asked.workspace.diagnostics(path):
            candidates = [fix for fix in found.fixes if fix.safe or unsafe] if wanted(found) and not found.stale else []
            safe_first = sorted(candidates, key=lambda fix: not fix.safe)
            yield from safe_first[:1]


def _compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """As many fixes, in order, as do not change the same text."""
    taken: list[Fix] = []
    edits: dict[str, list[TextEdit]] = {}
    for fix in dict.fromkeys(fixes):
        tried = {path: list(known) for path, known in edits.items()}
        for edit in fix.edits:
            tried.setdefault(edit.path, []).append(edit.edit)
        if not any(_overlap(tried[edit.path]) for edit in fix.edits):
            taken.append(fix)
            edits = tried
    return taken


def _overlap(edits: Iterable[TextEdit]) -> bool:
    ordered = sorted(edit.span for edit in dict.fromkeys(edits))
    return any(second.start < first.end or second == first for first, second in pairwise(ordered))


def _fixed_texts(workspace: Workspace, fixes: Iterable[Fix]) -> dict[str, str]:
    by_path: dict[str, dict[TextEdit, None]] = {}
    for fix in fixes:
        for edit in fix.edits:
            by_path.setdefault(edit.path, {})[edit.edit] = None
    return {path: apply_edits(_text(workspace, path), edits) for path, edits in by_path.items()}


def _broken_by(project: Project, texts: Mapping[str, str]) -> set[str]:
    """The files that would parse no more."""
    files = {path: project.files[path] for path in texts if path in project.files}
    whole = (path for path, file in files.items() if not file.parsed.broken)
    return {path for path in whole if cut(texts[path]).broken}


def _text(workspace: Workspace, path: str) -> str:
    source = workspace.source(path)
    return source.text if source else ""

"""Code actions: the fixes of the findings at a place, and all safe fixes of a file at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix
from athena_lsp.ide.refactorings import RefactoringKind, refactorings
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.text import Span

FIX_ALL: Literal["source.fixAll.athena"] = "source.fixAll.athena"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the editor can do. `kind` is a name of LSP's `CodeActionKind`."""

    title: str
    kind: Literal["source.fixAll.athena", "quickfix"] | RefactoringKind
    edits: tuple[FileEdit, ...]
    diagnostic: Diagnostic | None = None
    """What it mends."""
    preferred: bool = False
    """What most people want, so that an editor may do it without asking."""


def actions(project: Project, path: str, span: Span) -> tuple[Action, ...]:
    """Everything that can be done at a place of a file."""
    everything = fix_all(project, path)
    changes = (Action(each.title, each.kind, each.edits) for each in refactorings(project, path, span))
    return (*quick_fixes(project, path, span), *changes, *((everything,) if everything else ()))


def quick_fixes(project: Project, path: str, span: Span) -> tuple[Action, ...]:
    """The fixes of every finding that the span touches, in the order of the text."""
    return tuple(
        Action(fix.title, "quickfix", fix.edits, diagnostic, preferred=number == 0 and _is_plain(diagnostic, fix))
        for diagnostic in project.diagnostics(path)
        if diagnostic.path == path and diagnostic.span.start <= span.end and span.start <= diagnostic.span.end
        for number, fix in enumerate(diagnostic.fixes)
    )


def fix_all(project: Project, path: str) -> Action | None:
    """All safe fixes of a file that can be done together; None when there are none."""
    edits = tuple(_together(_safe_fixes(project.diagnostics(path))))
    return Action("Fix all that athena can fix safely", FIX_ALL, edits) if edits else None


def _is_plain(diagnostic: Diagnostic, fix: Fix) -> bool:
    return fix.safe or len(diagnostic.fixes) == 1


def _safe_fixes(diagnostics: Iterable[Diagnostic]) -> Iterator[Fix]:
    for diagnostic in diagnostics:
        safe = next((fix for fix in diagnostic.fixes if fix.safe), None)
        if safe and not diagnostic.stale:
            yield safe


def _together(fixes: Iterable[Fix]) -> Iterator[FileEdit]:
    """The edits of as many fixes as touch different text; a fix is done whole or not at all.

    The same edit wanted by two fixes, such as an import, is done once.
    """
    done: set[FileEdit] = set()
    for fix in fixes:
        new = [edit for edit in fix.edits if edit not in done]
        if not any(_clash(edit, other) for edit in new for other in done):
            done.update(new)
            yield from new


def _clash(one: FileEdit, other: FileEdit) -> bool:
    a, b = one.edit.span, other.edit.span
    return one.path == other.path and a.start <= b.end and b.start <= a.end

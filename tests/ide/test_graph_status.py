"""The colours of a run: the paths here are those that the local engine gives to this program's nodes."""

from __future__ import annotations

from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.status import statuses
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.settings import Settings

PROGRAM = """
from athena_runtime import bounded, container, workflow

@container
def load(given: int) -> int: ...

@workflow
def inner(given: int) -> list[int]:
    return [load(each) for each in [1, 2, given]]

@workflow
def flow(given: int = 3) -> int:
    inner(given)
    b = given
    for turn in bounded(3):
        if b > 4:
            break
        b = load(b)
    return b
"""
PHASES = [
    ("", "Running"),
    ("inner", "Running"),
    ("inner.load", "Running"),
    ("inner.load.each(0:1)", "Succeeded"),
    ("inner.load.each(1:2)", "Pending"),
    ("for-1", "Failed"),
    ("for-1.if-1", "Succeeded"),
    ("for-1.if-1.b", "Succeeded"),
    ("for-1.for-1-next", "Failed"),
    ("for-1.for-1-next.if-1", "Failed"),
    ("for-1.for-1-next.if-1.b", "Failed"),
    ("for-1.for-1-over", "Skipped"),
]


def test_items_and_turns_count_together() -> None:
    project = Project.of({"main.py": PROGRAM}, Settings(project="shop"))
    assert statuses(build(project, Declaration("main.py", "flow")), PHASES) == {
        "inner": "running",
        "inner/load": "running",
        "for-1": "failed",
        "for-1/if-1": "failed",
        "for-1/if-1/if-1-else/b": "failed",
    }


def test_without_a_run_nothing_is_told() -> None:
    project = Project.of({"main.py": PROGRAM}, Settings(project="shop"))
    assert statuses(build(project, Declaration("main.py", "flow")), ()) == {}

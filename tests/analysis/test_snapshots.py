"""Snapshots beside each other: what one has been asked changes no answer of another."""

from __future__ import annotations

from athena_lsp.diagnostics import Diagnostic
from athena_lsp.project import Project

STEPS = """\
from athena_runtime import container

@container
def count(text: str) -> {result}: ...

@container
def show(total: {total}) -> None:
    return {returned}
"""
MAIN = """\
from athena_runtime import workflow
from steps import count, show

@workflow
def words(text: str) -> None:
    show(count(text))
"""


def steps(result: str = "int", total: str = "int", returned: str = "None") -> str:
    return STEPS.format(result=result, total=total, returned=returned)


def told(project: Project) -> tuple[Diagnostic, ...]:
    return tuple(found for path in ("main.py", "steps.py") for found in project.diagnostics(path))


def test_an_older_snapshot_keeps_its_answers() -> None:
    first = Project.of({"main.py": MAIN, "steps.py": steps()})
    assert told(first) == ()
    second = first.with_text("steps.py", steps(returned="3"))
    third = second.with_text("steps.py", steps(result="str"))
    assert [found.rule for found in told(second)] == ["return-type-mismatch"]
    assert [found.rule for found in told(third)] == ["edge-type-mismatch"]
    assert told(first) == ()
    assert [found.rule for found in told(second)] == ["return-type-mismatch"]
    assert told(first) == ()


def test_two_edits_of_one_snapshot_know_nothing_of_each_other() -> None:
    first = Project.of({"main.py": MAIN, "steps.py": steps()})
    assert told(first) == ()
    texts = {
        "return-type-mismatch": ("steps.py", steps(returned="3")),
        "wrong-arity": ("main.py", MAIN.replace("(text))", "(text), 3)")),
        "edge-type-mismatch": ("steps.py", steps(total="str")),
    }
    children = {rule: first.with_text(path, text) for rule, (path, text) in texts.items()}
    for _ in range(2):
        for rule, child in children.items():
            assert [found.rule for found in told(child)] == [rule]
            assert told(first) == ()
            grandchild = child.with_text("steps.py", steps(result="bytes"))
            rules = {found.rule for found in told(grandchild)}
            assert rules == {"edge-type-mismatch"} | ({rule} if rule == "wrong-arity" else set())

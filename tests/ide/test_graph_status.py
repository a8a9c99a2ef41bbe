"""The colours of a run: the paths here are those that the local engine gives to this program's nodes."""

from __future__ import annotations

from dataclasses import dataclass

from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.status import Standing, standings, steps_of
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
def one(given: int) -> int:
    return load(given)

@workflow
def flow(given: int = 3) -> int:
    inner(given)
    b = given
    for turn in bounded(3):
        if b > 4:
            break
        b = load(b)
    each = [one(x) for x in [1, 2]]
    return b
"""


@dataclass(frozen=True)
class Step:
    """A node of a run, as the local engine would have it."""

    path: str
    phase: str
    message: str = ""
    kind: str = "Pod"


@dataclass(frozen=True)
class Run:
    nodes: tuple[Step, ...]
    phase: str = "Failed"
    run: str = "abcde"


NODES = (
    Step("", "Running"),
    Step("inner", "Running"),
    Step("inner.load", "Running"),
    Step("inner.load.each(0:1)", "Succeeded"),
    Step("inner.load.each(1:2)", "Pending"),
    Step("for-1", "Failed"),
    Step("for-1.if-1", "Succeeded"),
    Step("for-1.if-1.b", "Succeeded"),
    Step("for-1.for-1-next", "Failed"),
    Step("for-1.for-1-next.if-1", "Failed"),
    Step("for-1.for-1-next.if-1.b", "Failed"),
    Step("for-1.for-1-over", "Skipped"),
)
GRAPH = build(Project.of({"main.py": PROGRAM}, Settings(project="shop")), Declaration("main.py", "flow"))


def statuses(run: Run) -> dict[str, str]:
    return {name: standing.status for name, standing in standings(GRAPH, run).items()}


def test_items_and_turns_count_together() -> None:
    assert statuses(Run(NODES)) == {
        "inner": "running",
        "inner/load": "running",
        "for-1": "failed",
        "for-1/if-1": "failed",
        "for-1/if-1/if-1-else/b": "failed",
    }


def test_before_anything_has_begun_everything_waits() -> None:
    assert set(statuses(Run((Step("", "Running"),), "Running")).values()) == {"waiting"}
    assert statuses(Run((Step("", "Failed"),))) == {}


def test_what_stands_in_a_box_that_was_passed_over_was_passed_over() -> None:
    told = statuses(Run((Step("inner", "Skipped"), Step("for-1", "Running")), "Running"))
    assert told["inner/load"] == "skipped"
    assert told["for-1/if-1/if-1-else/b"] == "waiting"


def test_retries_and_the_reason_of_a_failure() -> None:
    """Attempts are counted with the step; what a pod said counts more than what the step says of its pods."""
    steps = (
        Step("inner.load", "Failed", "No more retries left", "Retry"),
        Step("inner.load(0)", "Failed", "exit code 1"),
        Step("inner.load(1)", "Failed", "exit code 2"),
        Step("inner.load(2)", "Failed", "exit code 3"),
    )
    assert standings(GRAPH, Run(steps))["inner/load"] == Standing("failed", 2, "exit code 3", "inner.load")
    well = (Step("inner.load", "Succeeded"), Step("inner.load(0)", "Failed", "no"), Step("inner.load(1)", "Succeeded"))
    assert standings(GRAPH, Run(well))["inner/load"] == Standing("succeeded", 1, "", "inner.load")


def test_the_steps_of_a_node_are_those_that_failed_if_any_did() -> None:
    steps = (Step("inner.load.each(0:1)", "Succeeded"), Step("inner.load.each(1:2)(0)", "Failed"))
    assert steps_of(GRAPH, "inner/load", steps) == [steps[1]]
    assert steps_of(GRAPH, "inner/load", steps[:1]) == [steps[0]]
    assert steps_of(GRAPH, "nothing", steps) == []


def test_what_runs_for_items_of_a_sub_workflow_counts_together() -> None:
    """The graph draws a step once, and the run has one for each item; the one that failed can be run by itself."""
    steps = (
        Step("each", "Failed", "child failed", "Steps"),
        Step("each.each(0:1)", "Succeeded", "", "DAG"),
        Step("each.each(0:1).load", "Succeeded"),
        Step("each.each(1:2)", "Failed", "", "DAG"),
        Step("each.each(1:2).load", "Failed", "no more", "Retry"),
        Step("each.each(1:2).load(0)", "Failed", "boom"),
    )
    told = standings(GRAPH, Run(steps))
    assert told["each/load"] == Standing("failed", 0, "boom", "each.each(1:2).load")
    assert told["each"].status == "failed"
    assert steps_of(GRAPH, "each/load", steps) == [steps[4], steps[5]]

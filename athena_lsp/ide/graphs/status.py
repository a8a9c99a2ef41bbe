"""How a run stands, told of the graph's nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol, TypeVar

from athena_lsp.ide.graphs.model import Graph, GraphNode
from athena_lsp.records import dataclass

Status = Literal["waiting", "running", "succeeded", "failed", "skipped"]

OF_PHASE: Mapping[str, Status] = {
    "Pending": "waiting",
    "Running": "running",
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Error": "failed",
    "Skipped": "skipped",
    "Omitted": "skipped",
}
WORST: tuple[Status, ...] = ("failed", "running", "waiting", "succeeded", "skipped")
"""Of several pods of one step, the first of these is told."""
NOT_RUN = ("arm", "join", "input", "output")
"""Kinds of nodes that no node of a run stands for."""
ITEM, ATTEMPT = re.compile(r"\(\d+:[^()]*\)"), re.compile(r"\(\d+\)")
OF_ITEM = re.compile(r"\.each\(\d+:[^()]*\)(?=\.)")
"""On the way into what runs for an item, a step that the graph does not draw."""
ATTEMPT_AT_END = re.compile(r"\(\d+\)$")
AGAIN = re.compile(r"\([1-9]\d*\)$")


class StepOfRun(Protocol):
    """A node of a run: its names below the run with dots between, what it is, its phase in Argo's word."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def phase(self) -> str: ...
    @property
    def message(self) -> str: ...


class RunOfGraph(Protocol):
    """A run of what a graph shows: its id, its phase, its nodes."""

    @property
    def run(self) -> str: ...
    @property
    def phase(self) -> str: ...
    @property
    def nodes(self) -> Sequence[StepOfRun]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How a node of the graph stands in a run."""

    status: Status
    retries: int = 0
    message: str = ""
    """Why it failed."""
    step: str = ""
    """Its path in the run; of several items and turns, that of the first that failed."""


T = TypeVar("T", bound=StepOfRun)


def standings(graph: Graph, run: RunOfGraph) -> dict[str, Standing]:
    """How each node stands that the run has come to, by its id; while it goes on, of the others that they wait.

    Items of a fan-out and turns of a loop, which the graph draws once, count together.
    """
    is_going_on = run.phase == "Running"
    found: dict[tuple[str, ...], set[Status]] = {}
    for step in run.nodes:
        if step.path and step.phase in OF_PHASE:
            found.setdefault(_once(step.path), set()).add(OF_PHASE[step.phase])
    arms = {node.id for node in graph.nodes if node.kind == "arm"}
    below = _by_node(graph, run.nodes)
    told: dict[str, Standing] = {}
    for node in graph.nodes:
        here = found.get(_of_run(node, arms))
        if node.id in arms:
            continue
        if here:
            status = next(status for status in WORST if status in here)
            told[node.id] = _standing(status, below.get(node.id, []))
        elif (other := _not_begun(node, told, is_going_on=is_going_on)) is not None:
            told[node.id] = Standing(other)
    return told


def steps_of(graph: Graph, id: str, steps: Iterable[T]) -> list[T]:  # noqa: A002  # it is called so everywhere
    """What a run has made of a node of the graph, attempts and items each for itself: those that failed, if any did."""
    return _worst(_by_node(graph, steps).get(id, []))


def _worst(steps: list[T]) -> list[T]:
    return [step for step in steps if OF_PHASE.get(step.phase) == "failed"] or steps


def _standing(status: Status, steps: list[StepOfRun]) -> Standing:
    retries = sum(AGAIN.search(step.path) is not None for step in steps)
    failed = [step.message for step in steps if OF_PHASE.get(step.phase) == "failed" and step.message]
    of_pods = [step.message for step in steps if OF_PHASE.get(step.phase) == "failed" and step.kind == "Pod"]
    message = next(iter([*of_pods[::-1], *failed[::-1]]), "") if status == "failed" else ""
    wanted = _worst(steps) if status == "failed" else steps
    return Standing(status, retries, message, ATTEMPT_AT_END.sub("", wanted[0].path) if wanted else "")


def _not_begun(node: GraphNode, told: Mapping[str, Standing], *, is_going_on: bool) -> Status | None:
    """Of a node that a run has not come to; boxes are told before what stands in them."""
    around = [node.id.rsplit("/", number)[0] for number in range(1, node.id.count("/") + 1)]
    box = next((told[each].status for each in around if each in told), "running" if is_going_on else "")
    if node.kind in NOT_RUN or box == "skipped":
        return "skipped" if box == "skipped" else None
    return "waiting" if box in ("running", "waiting") and is_going_on else None


def _by_node(graph: Graph, steps: Iterable[T]) -> dict[str, list[T]]:
    """The steps of a run by the node that stands for them: the innermost, where the graph does not go on."""
    arms = {node.id for node in graph.nodes if node.kind == "arm"}
    nodes = {_of_run(node, arms): node.id for node in graph.nodes if node.id not in arms}
    found: dict[str, list[T]] = {}
    for step in steps:
        path = _once(ATTEMPT.sub("", step.path)) if step.path else ()
        owner = next((nodes[path[:end]] for end in range(len(path), 0, -1) if path[:end] in nodes), None)
        if owner is not None:
            found.setdefault(owner, []).append(step)
    return found


def _once(path: str) -> tuple[str, ...]:
    """A path without the numbers of items and turns."""
    found: list[str] = []
    for part in ITEM.sub("", OF_ITEM.sub("", path)).split("."):
        if not (part.endswith("-next") and part.removesuffix("-next") in found):
            found.append(part)
    return tuple(found)


def _of_run(node: GraphNode, arms: set[str]) -> tuple[str, ...]:
    """The path that a node of the graph has in a run: arms are none of it."""
    boxes = node.id.split("/")
    return tuple(part for number, part in enumerate(boxes, 1) if "/".join(boxes[:number]) not in arms)

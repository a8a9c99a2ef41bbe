"""How a run stands, as colours of the graph's nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from athena_lsp.ide.graphs.model import Graph, GraphNode

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


def statuses(graph: Graph, phases: Iterable[tuple[str, str]]) -> dict[str, Status]:
    """The status of each node that has been begun, by its id.

    `phases` has a pair for each node of the run: its path (names with dots between) and its phase in Argo's word. Items
    of a fan-out and turns of a loop, which the graph draws once, count together.
    """
    found: dict[tuple[str, ...], set[Status]] = {}
    for path, phase in phases:
        if path and phase in OF_PHASE:
            found.setdefault(_once(path), set()).add(OF_PHASE[phase])
    arms = {node.id for node in graph.nodes if node.kind == "arm"}
    told: dict[str, Status] = {}
    for node in graph.nodes:
        seen = found.get(_of_run(node, arms))
        if seen and node.id not in arms:
            told[node.id] = next(status for status in WORST if status in seen)
    return told


def _once(path: str) -> tuple[str, ...]:
    """A path without the numbers of items and turns."""
    found: list[str] = []
    for part in re.sub(r"\(\d+:[^()]*\)", "", path).split("."):
        if not (part.endswith("-next") and part.removesuffix("-next") in found):
            found.append(part)
    return tuple(found)


def _of_run(node: GraphNode, arms: set[str]) -> tuple[str, ...]:
    """The path that a node of the graph has in a run: arms are none of it."""
    boxes = node.id.split("/")
    return tuple(part for number, part in enumerate(boxes, 1) if "/".join(boxes[:number]) not in arms)

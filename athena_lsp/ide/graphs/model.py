"""A workflow as a graph: boxes in boxes, and edges between what stands beside each other. Frozen data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from athena_lsp.diagnostics import Location
from athena_lsp.records import dataclass

NodeKind = Literal[
    "container", "workflow", "external", "wait", "branch", "arm", "loop", "fan-out", "attempt", "join", "hook",
    "failure", "input", "output",
]  # fmt: skip
EdgeKind = Literal["data", "order", "hook"]


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A step, or a box around others."""

    id: str
    """Names it in the whole graph: the ids of the boxes around it and its own task, with slashes between."""
    parent: str
    """The box it stands in; empty for the outermost."""
    kind: NodeKind
    label: str
    detail: tuple[str, ...] = ()
    """What more there is to say: the call, the type of its result, image, retries, ... a line each."""
    place: Location | None = None
    """The call in the program."""


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """Something that goes from one node to another that stands in the same box."""

    source: str
    target: str
    kind: EdgeKind = "data"
    label: str = ""
    """The type that travels; empty where only the order counts."""


@dataclass(frozen=True)
class Graph:
    """What runs when a root runs, in the order of the program."""

    root: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    @cached_property
    def children(self) -> dict[str, tuple[GraphNode, ...]]:
        """What stands in each box, by the box's id."""
        found: dict[str, list[GraphNode]] = {}
        for node in self.nodes:
            found.setdefault(node.parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in found.items()}

    @cached_property
    def into(self) -> dict[str, tuple[GraphEdge, ...]]:
        """The edges that end at each node."""
        found: dict[str, list[GraphEdge]] = {}
        for edge in self.edges:
            found.setdefault(edge.target, []).append(edge)
        return {target: tuple(edges) for target, edges in found.items()}

    def inside(self, box: str) -> Iterator[GraphEdge]:
        """The edges between the nodes of one box."""
        for node in self.children.get(box, ()):
            yield from self.into.get(node.id, ())

"""Where the nodes of a graph stand when it is drawn: in layers, every box laid out by itself first.

The classic way of Sugiyama, Tagawa and Toda: a node's layer is the longest way to it; edges over several layers get
places in between; nodes are put in the order of their neighbours until nothing improves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from athena_lsp.ide.graphs.model import Graph, GraphEdge, GraphNode
from athena_lsp.records import dataclass, field, replace

Point = tuple[float, float]
"""Or a size: width and height."""

LETTER = 7.4
HEIGHT = 34.0
ROOM = 46.0
GAP, LAYER_GAP = 24.0, 40.0
SIDE, TOP, BOTTOM = 14.0, 30.0, 14.0
MOST_LETTERS = 34
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A node's place; x and y are those of its upper left corner."""

    node: GraphNode
    x: float
    y: float
    width: float
    height: float
    is_box: bool


@dataclass(frozen=True, slots=True)
class Route:
    """An edge's way, from above to below."""

    edge: GraphEdge
    points: tuple[Point, ...]

    def moved(self, x: float, y: float) -> Route:
        return replace(self, points=tuple((own_x + x, own_y + y) for own_x, own_y in self.points))


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing; boxes come before what stands in them."""

    width: float = 0
    height: float = 0
    rectangles: tuple[Rectangle, ...] = ()
    routes: tuple[Route, ...] = ()

    def moved(self, x: float, y: float) -> Layout:
        return replace(
            self,
            rectangles=tuple(replace(each, x=each.x + x, y=each.y + y) for each in self.rectangles),
            routes=tuple(each.moved(x, y) for each in self.routes),
        )


def shortened(label: str) -> str:
    """The label of a node, short enough to be drawn."""
    return label if len(label) <= MOST_LETTERS else f"{label[: MOST_LETTERS - 1]}…"


def layout(graph: Graph, box: str = "") -> Layout:
    """The drawing of what stands in a box; of the whole graph, without one."""
    nodes = graph.children.get(box, ())
    inner = {node.id: layout(graph, node.id) for node in nodes if node.id in graph.children}
    sizes = {node.id: _size(node, inner.get(node.id)) for node in nodes}
    layers = _layered(nodes, tuple(graph.inside(box)), sizes)
    corners = layers.corners()
    rectangles: list[Rectangle] = []
    routes: list[Route] = []
    for node in nodes:
        (x, y), (width, height) = corners[node.id], sizes[node.id]
        rectangles.append(Rectangle(node, x, y, width, height, node.id in inner))
        if node.id in inner:
            own = inner[node.id].moved(x + (width - inner[node.id].width) / 2, y + TOP)
            rectangles += own.rectangles
            routes += own.routes
    routes += [Route(edge, layers.way(edge, chain, corners)) for edge, chain in layers.chains]
    width = max((each.x + each.width for each in rectangles), default=0)
    height = max((each.y + each.height for each in rectangles), default=0)
    return Layout(width, height, tuple(rectangles), tuple(routes))


def _size(node: GraphNode, inner: Layout | None) -> Point:
    width = len(shortened(node.label)) * LETTER + ROOM
    return (width, HEIGHT) if inner is None else (max(width, inner.width + 2 * SIDE), inner.height + TOP + BOTTOM)


# --- layers -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Layers:
    """The nodes of one box, and the bends of its long edges, in layers from above to below."""

    sizes: dict[str, Point]
    rows: list[list[str]]
    chains: list[tuple[GraphEdge, tuple[str, ...]]]
    """Each edge with the bends on its way."""
    bends: set[str] = field(default_factory=set)
    neighbours: dict[str, list[str]] = field(default_factory=dict)

    def sort(self) -> None:
        """Puts each row in the order of its neighbours, downwards and upwards in turn."""
        for sweep in range(SWEEPS):
            rows = self.rows if sweep % 2 == 0 else self.rows[::-1]
            for before, row in pairwise(rows):
                place = {name: index for index, name in enumerate(before)}
                own = {name: index for index, name in enumerate(row)}
                row.sort(key=lambda name: self._middle(name, place, own[name]))

    def corners(self) -> dict[str, Point]:
        """The upper left corner of everything, rows centred above each other."""
        widths = [sum(self.sizes[name][0] for name in row) + GAP * (len(row) - 1) for row in self.rows]
        widest, y = max(widths, default=0), 0.0
        found: dict[str, Point] = {}
        for row, width in zip(self.rows, widths, strict=True):
            tallest = max(self.sizes[name][1] for name in row)
            x = (widest - width) / 2
            for name in row:
                if name in self.bends:  # straight through the whole row
                    self.sizes[name] = (0, tallest)
                found[name] = (x, y + (tallest - self.sizes[name][1]) / 2)
                x += self.sizes[name][0] + GAP
            y += tallest + LAYER_GAP
        return found

    def way(self, edge: GraphEdge, bends: Sequence[str], corners: Mapping[str, Point]) -> tuple[Point, ...]:
        first, last = corners[edge.source], corners[edge.target]
        start = (first[0] + self.sizes[edge.source][0] / 2, first[1] + self.sizes[edge.source][1])
        end = (last[0] + self.sizes[edge.target][0] / 2, last[1])
        through = (((x, y), (x, y + self.sizes[bend][1])) for bend in bends for x, y in (corners[bend],))
        return (start, *(point for pair in through for point in pair), end)

    def _middle(self, name: str, place: Mapping[str, int], otherwise: int) -> float:
        known = [place[other] for other in self.neighbours.get(name, ()) if other in place]
        return sum(known) / len(known) if known else otherwise


def _layered(nodes: Sequence[GraphNode], edges: Sequence[GraphEdge], sizes: Mapping[str, Point]) -> Layers:
    depth = _depths(nodes, edges)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        rows[depth[node.id]].append(node.id)
    layers = Layers(dict(sizes), rows, [])
    for number, edge in enumerate(edges):
        if depth[edge.source] >= depth[edge.target]:
            continue  # against the order of the program: not drawn
        bends = tuple(f"{number}/{row}" for row in range(depth[edge.source] + 1, depth[edge.target]))
        for row, bend in enumerate(bends, depth[edge.source] + 1):
            rows[row].append(bend)
            layers.sizes[bend] = (0, 0)
            layers.bends.add(bend)
        way = (edge.source, *bends, edge.target)
        for above, below in pairwise(way):
            layers.neighbours.setdefault(above, []).append(below)
            layers.neighbours.setdefault(below, []).append(above)
        layers.chains.append((edge, bends))
    layers.sort()
    return layers


def _depths(nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]) -> dict[str, int]:
    """The longest way to each node. Nodes are in the order of the program, so that edges lead forwards."""
    before: dict[str, list[str]] = {}
    for edge in edges:
        before.setdefault(edge.target, []).append(edge.source)
    depth: dict[str, int] = {}
    for node in nodes:
        depth[node.id] = max((depth[name] + 1 for name in before.get(node.id, ()) if name in depth), default=0)
    return depth

"""Drawings of graphs: every format takes any text, and boxes hold what stands in them."""

from __future__ import annotations

import re
from typing import Literal
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.ide.graphs.layout import Layout, Rectangle, layout
from athena_lsp.ide.graphs.mermaid import mermaid
from athena_lsp.ide.graphs.model import Graph, GraphEdge, GraphNode
from athena_lsp.ide.graphs.outline import outline
from athena_lsp.ide.graphs.svg import svg

LABELS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph of up to thirty nodes in boxes up to three deep, its edges leading forwards."""
    count = draw(st.integers(0, 30))
    nodes: list[GraphNode] = []
    for number in range(count):
        boxes = ["", *(node.id for node in nodes if node.id.count("/") < 2 and node.kind == "workflow")]
        parent = draw(st.sampled_from(boxes))
        kind: Literal["container", "workflow"] = draw(st.sampled_from(("container", "workflow")))
        name = f"{parent}/n{number}" if parent else f"n{number}"
        nodes.append(GraphNode(name, parent, kind, draw(LABELS), (draw(LABELS),)))
    edges: list[GraphEdge] = []
    for index, node in enumerate(nodes):
        beside = [other.id for other in nodes[:index] if other.parent == node.parent]
        sources = draw(st.lists(st.sampled_from(beside), unique=True, max_size=3)) if beside else []
        edges += (GraphEdge(source, node.id, "data", draw(LABELS)) for source in sources)
    return Graph(draw(LABELS), tuple(nodes), tuple(edges))


@given(graphs())
def test_siblings_do_not_overlap_and_boxes_hold_their_own(graph: Graph) -> None:
    drawn = layout(graph)
    places = {each.node.id: each for each in drawn.rectangles}
    assert set(places) == {node.id for node in graph.nodes}
    for children in graph.children.values():
        for number, one in enumerate(children):
            assert not any(overlap(places[one.id], places[other.id]) for other in children[number + 1 :])
    for node in graph.nodes:
        if node.parent:
            assert is_inside(places[node.id], places[node.parent])


@given(graphs())
def test_edges_lead_down_from_node_to_node(graph: Graph) -> None:
    drawn: Layout = layout(graph)
    places = {each.node.id: each for each in drawn.rectangles}
    assert len(drawn.routes) == len(graph.edges)
    for route in drawn.routes:
        source, target = places[route.edge.source], places[route.edge.target]
        assert abs(route.points[0][1] - (source.y + source.height)) < 0.01
        assert abs(route.points[-1][1] - target.y) < 0.01
        heights = [y for _, y in route.points]
        assert heights == sorted(heights)


@given(graphs())
def test_a_picture_is_xml_with_every_node(graph: Graph) -> None:
    picture = ET.fromstring(svg(graph))
    namespace = "{http://www.w3.org/2000/svg}"
    assert len(picture.findall(f"{namespace}g")) == len(graph.nodes)
    assert svg(graph) == svg(graph)


@given(graphs())
def test_mermaid_has_a_line_for_everything(graph: Graph) -> None:
    lines = mermaid(graph).splitlines()
    boxes = len({node.parent for node in graph.nodes} - {""})
    assert lines[0] == "flowchart TD"
    assert len(lines) == 1 + len(graph.nodes) + boxes + len(graph.edges)
    for line in lines[1:]:
        assert re.fullmatch(r'[^"]*("[^"]*"[^"]*)*', line)  # no quote is open


@given(graphs())
def test_an_outline_has_a_line_for_each_node(graph: Graph) -> None:
    assert len(outline(graph).splitlines()) >= 1 + len(graph.nodes)


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def is_inside(inner: Rectangle, outer: Rectangle) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )

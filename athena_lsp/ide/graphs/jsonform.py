"""A graph as the JSON that the preview page, the editors and other programs read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from athena_lsp.diagnostics import Location
from athena_lsp.ide.graphs.model import Graph

Json = dict[str, Any]


def graph_json(graph: Graph, locate: Callable[[Location], object]) -> Json:
    """`{root, nodes, edges}`; `locate` says how whoever asks names a place of the program."""
    nodes = [
        {
            "id": node.id,
            "parent": node.parent or None,
            "kind": node.kind,
            "label": node.label,
            "detail": list(node.detail),
            "location": locate(node.place) if node.place else None,
        }
        for node in graph.nodes
    ]
    edges = [
        {"source": edge.source, "target": edge.target, "kind": edge.kind, "label": edge.label} for edge in graph.edges
    ]
    return {"root": graph.root, "nodes": nodes, "edges": edges}

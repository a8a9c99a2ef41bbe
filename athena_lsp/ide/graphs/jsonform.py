"""A graph as the JSON that the preview page, the editors and other programs read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from athena_lsp.diagnostics import Location
from athena_lsp.ide.graphs.model import Graph
from athena_lsp.ide.graphs.status import RunOfGraph, Standing, standings

Json = dict[str, Any]


def graph_json(graph: Graph, locate: Callable[[Location], object], run: RunOfGraph | None = None) -> Json:
    """`{root, nodes, edges}`, and how a run stands; `locate` says how whoever asks names a place of the program."""
    told = standings(graph, run) if run else {}
    nodes = [
        {
            "id": node.id,
            "parent": node.parent or None,
            "kind": node.kind,
            "label": node.label,
            "detail": list(node.detail),
            "location": locate(node.place) if node.place else None,
            **(_standing_json(told[node.id]) if node.id in told else {}),
        }
        for node in graph.nodes
    ]
    edges = [
        {"source": edge.source, "target": edge.target, "kind": edge.kind, "label": edge.label} for edge in graph.edges
    ]
    whole: Json = {"root": graph.root, "nodes": nodes, "edges": edges}
    return {**whole, "run": {"id": run.run, "phase": run.phase.lower()}} if run else whole


def _standing_json(standing: Standing) -> Json:
    found: Json = {"status": standing.status}
    if standing.retries:
        found["retries"] = standing.retries
    if standing.message:
        found["message"] = standing.message
    if standing.step:
        found["step"] = standing.step
    return found

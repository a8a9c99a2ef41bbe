"""A graph as lines for a terminal: what runs, what it waits for, what it gives."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.ide.graphs.model import Graph, GraphNode

BY_TASK = ("container", "workflow", "fan-out", "attempt", "external")
"""Kinds whose task is named by the program."""
SIGNS = {
    "branch": "?",
    "arm": "→",
    "loop": "↻",
    "fan-out": "*",
    "attempt": "!",
    "hook": "⚑",
    "wait": "…",
    "failure": "✗",
    "external": "↗",
}


def outline(graph: Graph) -> str:
    """The text, with a line for each node."""
    rows = [(graph.root, "", ""), *_rows(graph, "", "")]
    name = max(len(row[0]) for row in rows)
    call = max(len(row[1]) for row in rows)
    lines = (f"{first:<{name}}  {second:<{call}}  {third}".rstrip() for first, second, third in rows)
    return "\n".join(lines) + "\n"


def _rows(graph: Graph, box: str, indent: str) -> Iterator[tuple[str, str, str]]:
    nodes = graph.children.get(box, ())
    for node in nodes:
        is_last = node is nodes[-1]
        sign = SIGNS.get(node.kind, "")
        label = f"{sign} {node.label}" if sign else node.label
        yield f"{indent}{'└─' if is_last else '├─'} {label}", node.detail[0] if node.detail else "", _after(graph, node)
        yield from _rows(graph, node.id, indent + ("   " if is_last else "│  "))


def _after(graph: Graph, node: GraphNode) -> str:
    names = {each.id: _name(each) for each in graph.children.get(node.parent, ())}
    sources = dict.fromkeys(names[edge.source] for edge in graph.into.get(node.id, ()) if edge.source in names)
    return f"after {', '.join(sources)}" if sources else ""


def _name(node: GraphNode) -> str:
    return node.id.rpartition("/")[2] if node.kind in BY_TASK else node.label

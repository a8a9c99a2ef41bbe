"""A graph in Mermaid's language, which GitHub, GitLab and many editors draw: a flowchart with subgraphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from athena_lsp.ide.graphs.model import Graph, GraphEdge, GraphNode

PLAIN_MARKS = frozenset(" _.,:()-=!/'*?+%")
"""Besides letters and digits what means nothing in a quoted text; all else is written as its number."""
SHAPES = {
    "workflow": ("[[", "]]"),
    "branch": ("{{", "}}"),
    "wait": ("([", "])"),
    "external": ("[/", "/]"),
    "input": ("([", "])"),
    "output": ("([", "])"),
    "hook": (">", "]"),
    "failure": ("[/", "\\]"),
}
PLAIN = ("[", "]")
ARROWS = {"data": "-->", "order": "-.->", "hook": "-.->"}


def mermaid(graph: Graph) -> str:
    """The text, from `flowchart TD` on."""
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ("flowchart TD", *_box(graph, "", names, "  "), *(_edge(edge, names) for edge in graph.edges))
    return "\n".join(lines) + "\n"


def _box(graph: Graph, box: str, names: Mapping[str, str], indent: str) -> Iterator[str]:
    for node in graph.children.get(box, ()):
        if node.id in graph.children:
            yield f"{indent}subgraph {names[node.id]}[{_quoted(node.label)}]"
            yield from _box(graph, node.id, names, indent + "  ")
            yield f"{indent}end"
        else:
            yield indent + names[node.id] + _shape(node)


def _shape(node: GraphNode) -> str:
    opening, closing = SHAPES.get(node.kind, PLAIN)
    return f"{opening}{_quoted(node.label)}{closing}"


def _edge(edge: GraphEdge, names: Mapping[str, str]) -> str:
    label = f"|{_quoted(edge.label)}|" if edge.label else ""
    return f"  {names[edge.source]} {ARROWS[edge.kind]}{label} {names[edge.target]}"


def _quoted(text: str) -> str:
    """A text that Mermaid takes for nothing but text."""
    return '"' + "".join(c if c.isalnum() or c in PLAIN_MARKS else f"#{ord(c)};" for c in text) + '"'

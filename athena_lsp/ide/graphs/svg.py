"""A graph as an SVG picture that stands alone, readable on a light and on a dark ground."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from athena_lsp.ide.graphs.layout import Point, Rectangle, Route, layout, shortened
from athena_lsp.ide.graphs.model import Graph

MARGIN = 16
STYLE = """
text { font: 13px ui-monospace, monospace; fill: #23262e; }
rect { fill: #ffffff; stroke: #0a66c2; stroke-width: 1.2; }
.box { fill: #0a66c208; stroke-dasharray: 4 3; }
.workflow { stroke: #7b46c7; }
.branch, .arm, .loop, .fan-out, .attempt, .join { stroke: #a86400; }
.wait, .external, .hook, .input, .output { stroke: #47707a; }
path { fill: none; stroke: #646a78; }
.order, .hook-edge { stroke-dasharray: 5 4; }
.label { font-size: 11px; fill: #646a78; }
@media (prefers-color-scheme: dark) {
  text { fill: #d9dce3; } rect { fill: #24272f; stroke: #6cb2f7; } .box { fill: #6cb2f710; }
  .workflow { stroke: #b793f0; } .label { fill: #9299a8; } path { stroke: #9299a8; }
}
"""


def svg(graph: Graph) -> str:
    """The picture's text; the same for the same graph."""
    drawn = layout(graph).moved(MARGIN, MARGIN)
    width, height = round(drawn.width + 2 * MARGIN), round(drawn.height + 2 * MARGIN)
    title = escape(graph.root)
    boxes = [_rectangle(each) for each in drawn.rectangles if each.is_box]
    steps = [_rectangle(each) for each in drawn.rectangles if not each.is_box]
    parts = (*boxes, *map(_route, drawn.routes), *steps)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="Graph of {title}">\n<title>{title}</title>\n<style>{STYLE}</style>\n'
        '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8" /></marker></defs>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _rectangle(each: Rectangle) -> str:
    detail = escape("\n".join((each.node.label, *each.node.detail)))
    kinds = f"{each.node.kind} box" if each.is_box else each.node.kind
    x, y, width, height = (round(value, 1) for value in (each.x, each.y, each.width, each.height))
    label = escape(shortened(each.node.label))
    return (
        f'<g><title>{detail}</title><rect class="{kinds}" x="{x}" y="{y}" width="{width}" height="{height}" rx="7" />'
        f'<text x="{round(x + 16, 1)}" y="{round(y + 22, 1)}">{label}</text></g>'
    )


def _route(route: Route) -> str:
    kind = {"data": "data", "order": "order", "hook": "hook-edge"}[route.edge.kind]
    x, y = route.points[len(route.points) // 2] if len(route.points) > 2 else _middle(route.points)
    path = f'<path class="{kind}" d="{_path(route.points)}" marker-end="url(#end)" />'
    if not route.edge.label:
        return path
    label = escape(shortened(route.edge.label))
    return f'{path}<text class="label" x="{round(x + 5, 1)}" y="{round(y + 3, 1)}">{label}</text>'


def _middle(points: Sequence[Point]) -> Point:
    (x1, y1), (x2, y2) = points[0], points[-1]
    return (x1 + x2) / 2, (y1 + y2) / 2


def _path(points: Sequence[Point]) -> str:
    """Curves that leave and arrive upright."""
    (x, y), *rest = points
    parts = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in rest:
        half = (y + to_y) / 2
        parts.append(f"C{x:.1f} {half:.1f} {to_x:.1f} {half:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return "".join(parts)

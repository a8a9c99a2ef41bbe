/** Where everything stands: each box is laid out by itself, and is then one node of the box around it. */
import dagre from "@dagrejs/dagre";
import { childrenOf, type Graph, type GraphEdge, type GraphNode } from "./model";

export interface Placed {
  readonly node: GraphNode;
  /** Of the upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** It is drawn as a box around others. */
  readonly isOpen: boolean;
  /** How many nodes are hidden in it. */
  readonly hidden: number;
}

export interface Line {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  /** Where the label stands. */
  readonly label: Point;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Boxes before what stands in them. */
  readonly nodes: readonly Placed[];
  readonly lines: readonly Line[];
}

const LETTER = 7.9;
const SMALL_LETTER = 6.7;
const NODE_HEIGHT = 34;
const NODE_ROOM = 46;
const MOST_LETTERS = 34;
const BOX = { side: 14, top: 30, bottom: 14 };
const GAPS = { rankdir: "TB", nodesep: 24, ranksep: 38, edgesep: 12, marginx: 0, marginy: 0 } as const;

/** The text of a node, short enough to be drawn, and how many nodes it hides. */
export function titleOf(label: string, hidden: number): string {
  return shortened(label) + (hidden ? ` (${hidden} inside)` : "");
}

export function shortened(label: string): string {
  return label.length > MOST_LETTERS ? `${label.slice(0, MOST_LETTERS - 1)}…` : label;
}

export function layout(graph: Graph, collapsed: ReadonlySet<string>): Layout {
  const children = childrenOf(graph);
  const parents = new Map(graph.nodes.map((node) => [node.id, node.parent ?? ""]));
  const inside = edgesByBox(graph, parents);

  const box = (id: string): Layout => {
    const members = children.get(id) ?? [];
    const inner = new Map(members.filter(({ id }) => children.has(id) && !collapsed.has(id)).map(({ id }) => [id, box(id)]));
    const drawing = new dagre.graphlib.Graph({ multigraph: true });
    drawing.setGraph({ ...GAPS });
    const hidden = new Map(members.map(({ id }) => [id, inner.has(id) ? 0 : countBelow(id, children)]));
    for (const node of members) drawing.setNode(node.id, sizeOf(node, inner.get(node.id), hidden.get(node.id) ?? 0));
    const edges = (inside.get(id) ?? []).map((edge, number) => ({ edge, name: String(number) }));
    for (const { edge, name } of edges) drawing.setEdge(edge.source, edge.target, roomFor(edge), name);
    dagre.layout(drawing);
    const nodes: Placed[] = [];
    const lines: Line[] = [];
    for (const node of members) {
      const { x, y, width, height } = drawing.node(node.id) as { x: number; y: number; width: number; height: number };
      const own = inner.get(node.id);
      const corner = { x: x - width / 2, y: y - height / 2 };
      nodes.push({ node, ...corner, width, height, isOpen: own !== undefined, hidden: hidden.get(node.id) ?? 0 });
      if (own) {
        const by = { x: corner.x + BOX.side + (width - 2 * BOX.side - own.width) / 2, y: corner.y + BOX.top };
        nodes.push(...own.nodes.map((each) => ({ ...each, x: each.x + by.x, y: each.y + by.y })));
        const moved = ({ x, y }: Point): Point => ({ x: x + by.x, y: y + by.y });
        lines.push(...own.lines.map((line) => ({ ...line, points: line.points.map(moved), label: moved(line.label) })));
      }
    }
    for (const { edge, name } of edges) {
      const { points, x, y } = drawing.edge({ v: edge.source, w: edge.target, name }) as { points: Point[] } & Partial<Point>;
      const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
      lines.push({ edge, points, label: { x: (x ?? middle.x) - roomFor(edge).width / 2, y: y ?? middle.y } });
    }
    const { width = 0, height = 0 } = drawing.graph() as { width?: number; height?: number };
    return { width, height, nodes, lines };
  };
  return box("");
}

function sizeOf(node: GraphNode, inner: Layout | undefined, hidden: number): { width: number; height: number } {
  const label = Math.ceil(titleOf(node.label, hidden).length * LETTER) + NODE_ROOM;
  if (!inner) return { width: label, height: NODE_HEIGHT };
  return { width: Math.max(label, inner.width + 2 * BOX.side), height: inner.height + BOX.top + BOX.bottom };
}

/** The room that an edge's label takes, at its right. */
function roomFor(edge: GraphEdge): { width: number; height: number; labelpos: "r"; labeloffset: number } {
  return { width: shortened(edge.label).length * SMALL_LETTER, height: edge.label ? 14 : 0, labelpos: "r", labeloffset: 6 };
}

/** The edges of each box, between its own members: an edge that leaves or enters a box is one of the box itself. */
function edgesByBox(graph: Graph, parents: ReadonlyMap<string, string>): ReadonlyMap<string, readonly GraphEdge[]> {
  const found = new Map<string, Map<string, GraphEdge>>();
  for (const edge of graph.edges) {
    const [above, below] = [pathOf(edge.source, parents), pathOf(edge.target, parents)];
    let depth = 0;
    while (above[depth] !== undefined && above[depth] === below[depth]) depth += 1;
    const [source, target] = [above[depth], below[depth]];
    if (source === undefined || target === undefined) continue;
    const box = above[depth - 1] ?? "";
    const edges = found.get(box) ?? new Map<string, GraphEdge>();
    found.set(box, edges);
    const key = JSON.stringify([source, target, edge.kind]);
    const before = edges.get(key);
    const label = [...new Set([before?.label, edge.label].filter((each) => each))].join(", ");
    edges.set(key, { ...edge, source, target, label });
  }
  return new Map([...found].map(([box, edges]) => [box, [...edges.values()]]));
}

/** The boxes around a node from the outermost in, the node last. */
function pathOf(id: string, parents: ReadonlyMap<string, string>): string[] {
  const path: string[] = [];
  for (let at = id; at; at = parents.get(at) ?? "") path.unshift(at);
  return path;
}

function countBelow(id: string, children: ReadonlyMap<string, readonly GraphNode[]>): number {
  return (children.get(id) ?? []).reduce((sum, child) => sum + 1 + countBelow(child.id, children), 0);
}

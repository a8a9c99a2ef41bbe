/** What the page shows: the graph of a workflow, its manifest, and where both come from. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Location {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

export type NodeKind =
  | "container"
  | "workflow"
  | "external"
  | "wait"
  | "branch"
  | "arm"
  | "loop"
  | "fan-out"
  | "attempt"
  | "join"
  | "hook"
  | "input"
  | "output";

export type Status = "waiting" | "running" | "succeeded" | "failed" | "skipped";

export interface GraphNode {
  readonly id: string;
  /** The box it stands in; null for the outermost. */
  readonly parent: string | null;
  readonly kind: NodeKind;
  readonly label: string;
  /** What more there is to say, a line each. */
  readonly detail: readonly string[];
  readonly location: Location | null;
  /** How it stands in the last run on this machine. */
  readonly status?: Status;
  readonly retries?: number;
  /** Why it failed. */
  readonly message?: string;
  /** Its path in that run. */
  readonly step?: string;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  readonly kind: "data" | "order" | "hook";
  /** The type that travels. */
  readonly label: string;
}

export interface Graph {
  readonly root: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly run?: { readonly id: string; readonly phase: string };
}

export interface Origin {
  readonly lines: readonly [number, number];
  readonly location: Location;
}

export interface Emitted {
  readonly text: string;
  readonly origins: readonly Origin[];
  readonly stale: boolean;
  readonly root: string;
}

/** How a node stands in a run, in words; empty without one. */
export function standing({ status, retries }: GraphNode): string {
  const again = retries ? `, after ${retries} ${retries === 1 ? "retry" : "retries"}` : "";
  return status ? `${status}${again}` : "";
}

/** The children of every box, by its id; those of the outermost by the empty text. */
export function childrenOf(graph: Graph): ReadonlyMap<string, readonly GraphNode[]> {
  const found = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const box = node.parent ?? "";
    const children = found.get(box);
    if (children) children.push(node);
    else found.set(box, [node]);
  }
  return found;
}

/** Whether `inner` lies in `outer`, its ends included. */
export function contains(outer: Location, inner: Location): boolean {
  return (
    outer.uri === inner.uri &&
    isBefore(outer.range.start, inner.range.start) &&
    isBefore(inner.range.end, outer.range.end)
  );
}

function isBefore(left: Position, right: Position): boolean {
  return left.line < right.line || (left.line === right.line && left.character <= right.character);
}

/** The smallest node at a place of the program; undefined when none stands there. */
export function nodeAt(graph: Graph, at: Location): GraphNode | undefined {
  return graph.nodes
    .filter((node) => node.location && contains(node.location, at))
    .reduce<GraphNode | undefined>(
      (best, node) => (best?.location && node.location && !contains(best.location, node.location) ? best : node),
      undefined,
    );
}

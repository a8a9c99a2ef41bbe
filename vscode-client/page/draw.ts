/** The graph at the left, as SVG: drawn anew from a layout, moved and scaled by one transformation. */
import { layout, type Placed, titleOf } from "./layout";
import { type Graph, type GraphNode, standing, type Status } from "./model";
import { arrowHead, badge, create, drawLine, drawName } from "./shapes";

export interface Listener {
  select(node: GraphNode): void;
  open(node: GraphNode): void;
  /** Boxes were opened or closed. */
  fold(): void;
}

const MARGIN = 24;
const CLOSEST = 3;
const FARTHEST = 0.05;
/** Below this scale no text of a node can be read. */
const FAR = 0.4;
/** Above this many nodes, sub-workflows are closed at first. */
const MANY = 120;

const SIGNS: Record<GraphNode["kind"], string> = {
  container: "▣",
  workflow: "▥",
  external: "↗",
  wait: "◔",
  branch: "◇",
  arm: "→",
  loop: "↻",
  "fan-out": "⋔",
  attempt: "△",
  join: "⋈",
  hook: "⚑",
  input: "▷",
  output: "◁",
};

const BADGES: Record<Status, string> = { waiting: "…", running: "▸", succeeded: "✓", failed: "✕", skipped: "–" };

export class Drawing {
  readonly element = create("svg");
  readonly #world = create("g");
  /** How nodes stand, over all that is drawn; a screen reader reads it of the nodes themselves. */
  readonly #badges = create("g", { class: "badges", "aria-hidden": "true" });
  /** The names of the outermost boxes, large enough to be read from afar. */
  readonly #names = create("g", { class: "names", "aria-hidden": "true" });
  readonly #listener: Listener;
  readonly #collapsed = new Set<string>();
  #graph: Graph | undefined;
  #shapes = new Map<string, SVGElement>();
  #placed: readonly Placed[] = [];
  #size = { width: 0, height: 0 };
  #view = { x: 0, y: 0, scale: 1 };
  /** The whole graph is in the window, and nobody has moved it: it stays so whatever changes. */
  #isFitted = true;
  #selected: string | undefined;
  #words: readonly string[] = [];

  constructor(listener: Listener) {
    this.#listener = listener;
    this.element.classList.add("graph");
    this.element.setAttribute("role", "group");
    this.element.append(arrowHead(), this.#world);
    this.#followPointer();
    this.element.addEventListener("keydown", (event) => this.#keyPressed(event));
    this.#printWhole();
  }

  /** The ids of the boxes that are closed. */
  get collapsed(): readonly string[] {
    return [...this.#collapsed];
  }

  /** Shows a graph, or how it stands now; `collapsed` are the boxes that begin closed. */
  show(graph: Graph, collapsed?: readonly string[]): void {
    const before = this.#graph;
    const isNew = graph.root !== before?.root;
    if (isNew && collapsed) for (const id of collapsed) this.#collapsed.add(id);
    else if (isNew && graph.nodes.length > MANY) this.collapseAll(graph);
    this.#graph = graph;
    this.element.setAttribute("aria-label", `Graph of ${graph.root}`);
    if (before && shapeOf(before) === shapeOf(graph)) this.#tellStandings(graph);
    else this.#draw();
    if (isNew) this.fit();
  }

  /** How the nodes stand now, without drawing them anew: where everything is does not change by a run. */
  #tellStandings(graph: Graph): void {
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    this.#placed = this.#placed.map((placed) => ({ ...placed, node: nodes.get(placed.node.id) ?? placed.node }));
    for (const placed of this.#placed) this.#tellStanding(placed);
  }

  /** Closes every sub-workflow, or opens everything. */
  collapseAll(graph = this.#graph): void {
    for (const node of graph?.nodes ?? []) if (node.kind === "workflow") this.#collapsed.add(node.id);
  }

  toggleAll(): void {
    if (this.#collapsed.size) this.#collapsed.clear();
    else this.collapseAll();
    this.#draw();
    this.fit();
    this.#listener.fold();
  }

  /** Brings the whole graph into the window. */
  fit(): void {
    const { clientWidth, clientHeight } = this.element;
    const { width, height } = this.#size;
    const fitting = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height, 1.25);
    const scale = width && height && fitting > 0 ? fitting : 1;
    this.#view = { x: (clientWidth - width * scale) / 2, y: Math.max(MARGIN, (clientHeight - height * scale) / 2), scale };
    this.#apply();
    this.#isFitted = true;
  }

  /** The window is another: what was wholly in it still is. */
  refit(): void {
    if (this.#isFitted) this.fit();
  }

  zoom(by: number): void {
    this.#zoomAt(this.element.clientWidth / 2, this.element.clientHeight / 2, by);
  }

  /** Lights a node and brings it into view; opens the boxes around it. */
  select(id: string | undefined, isFound = false): void {
    this.#selected = id;
    if (id !== undefined && this.#openAround(id)) this.#draw();
    else this.#mark();
    const placed = this.#placed.find(({ node }) => node.id === id);
    if (placed && isFound) this.#bringIntoView(placed);
  }

  /** Dims what does not match; the nodes that do, in reading order. */
  search(words: string): readonly GraphNode[] {
    this.#words = words.toLowerCase().split(/\s+/).filter(Boolean);
    this.#mark();
    return this.#found();
  }

  #found(): readonly GraphNode[] {
    if (!this.#words.length) return [];
    return (this.#graph?.nodes ?? []).filter((node) => {
      const text = [node.label, node.kind, node.status ?? "", ...node.detail].join(" ").toLowerCase();
      return this.#words.every((word) => text.includes(word));
    });
  }

  /** Marks what is selected and what is sought; one node can be reached with Tab, the others from there. */
  #mark(): void {
    const parents = this.#parents();
    const lit = new Set<string>();
    for (const { id } of this.#found()) for (let at: string | null = id; at; at = parents.get(at) ?? null) lit.add(at);
    const first = this.#placed.find(({ node }) => node.id === this.#selected) ?? this.#placed[0];
    for (const [id, shape] of this.#shapes) {
      shape.classList.toggle("selected", id === this.#selected);
      const isDimmed = this.#words.length > 0 && !lit.has(id);
      shape.classList.toggle("dimmed", isDimmed);
      this.#badges.querySelector(`[data-of="${CSS.escape(id)}"]`)?.classList.toggle("dimmed", isDimmed);
      shape.setAttribute("tabindex", id === first?.node.id ? "0" : "-1");
      if (id === this.#selected) shape.setAttribute("aria-current", "true");
      else shape.removeAttribute("aria-current");
    }
  }

  #node(id: string): GraphNode | undefined {
    return this.#graph?.nodes.find((each) => each.id === id);
  }

  #parents(): ReadonlyMap<string, string | null> {
    return new Map(this.#graph?.nodes.map((node) => [node.id, node.parent]));
  }

  #draw(): void {
    if (!this.#graph) return;
    const focused = document.activeElement?.getAttribute("data-id");
    const { nodes, lines, width, height } = layout(this.#graph, this.#collapsed);
    this.#placed = nodes;
    this.#size = { width, height };
    this.#shapes = new Map(nodes.map((placed) => [placed.node.id, this.#shape(placed)]));
    const boxes = nodes.filter(({ isOpen }) => isOpen).map(({ node }) => this.#shapes.get(node.id) as SVGElement);
    const rest = nodes.filter(({ isOpen }) => !isOpen).map(({ node }) => this.#shapes.get(node.id) as SVGElement);
    this.#badges.replaceChildren();
    this.#world.replaceChildren(...boxes, ...lines.map(drawLine), ...rest, this.#badges, this.#names);
    const parents = new Set(nodes.filter(({ isOpen }) => isOpen).map(({ node }) => node.id));
    const outermost = nodes.filter(({ node, isOpen }) => isOpen && !(node.parent && parents.has(node.parent)));
    this.#names.replaceChildren(...outermost.map(drawName));
    this.#apply();
    for (const placed of nodes) this.#tellStanding(placed);
    this.#mark();
    if (focused) this.#shapes.get(focused)?.focus();
    this.refit();
  }

  #shape(placed: Placed): SVGElement {
    const { node, x, y, width, height, isOpen, hidden } = placed;
    const shape = create("g", { class: `node ${node.kind}`, "data-id": node.id, tabindex: "-1", role: "button" });
    if (isOpen || hidden) shape.setAttribute("aria-expanded", String(isOpen));
    shape.classList.toggle("box", isOpen);
    shape.append(create("rect", { x, y, width, height, rx: isOpen ? 10 : 7 }));
    const sign = create("text", { class: "sign", x: x + 12, y: y + 22, "aria-hidden": "true" });
    sign.textContent = hidden ? "⊞" : SIGNS[node.kind];
    if (hidden || isOpen) sign.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#toggle(node);
    });
    const label = create("text", { x: x + 32, y: y + 22 });
    label.textContent = titleOf(node.label, hidden);
    shape.append(sign, label, create("title"));
    shape.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#choose(node.id);
    });
    shape.addEventListener("dblclick", (event) => {
      event.stopPropagation();
      const now = this.#node(node.id);
      if (isOpen || hidden) this.#toggle(node);
      else if (now) this.#listener.open(now);
    });
    return shape;
  }

  /** A badge at the corner of a node, which takes no room, and what a screen reader says. */
  #tellStanding({ node, x, y, width, height, hidden }: Placed): void {
    const shape = this.#shapes.get(node.id);
    if (!shape) return;
    const { status, retries = 0 } = node;
    for (const each of Object.keys(BADGES)) shape.classList.toggle(each, each === status);
    const words = [standing(node), node.message ?? ""].filter(Boolean);
    const more = hidden ? ` (${hidden} inside)` : "";
    shape.setAttribute("aria-label", [`${node.kind} ${node.label}${more}`, ...words, ...node.detail].join(". "));
    const title = shape.querySelector("title");
    if (title) title.textContent = [node.label, ...words, ...node.detail].join("\n");
    this.#badges.querySelector(`[data-of="${CSS.escape(node.id)}"]`)?.remove();
    if (!status) return;
    const told = create("g", { class: status, "data-of": node.id });
    told.append(badge(BADGES[status], x + width - 2, y + 2));
    if (retries) told.append(badge(`↻${retries}`, x + width - 6, y + height - 1));
    this.#badges.append(told);
  }

  #choose(id: string): void {
    const node = this.#node(id);
    if (!node) return;
    this.select(id);
    this.#shapes.get(id)?.focus();
    this.#listener.select(node);
  }

  #toggle(node: GraphNode): void {
    if (!this.#collapsed.delete(node.id)) this.#collapsed.add(node.id);
    this.#draw();
    this.#listener.fold();
  }

  #openAround(id: string): boolean {
    const parents = this.#parents();
    let opened = false;
    for (let at = parents.get(id); at; at = parents.get(at)) opened = this.#collapsed.delete(at) || opened;
    return opened;
  }

  #keyPressed(event: KeyboardEvent): void {
    const id = (event.target as Element).getAttribute("data-id");
    const placed = this.#placed.find(({ node }) => node.id === id);
    if (!placed) return;
    const { node, isOpen, hidden } = placed;
    if (event.key === "Enter") {
      this.#choose(node.id);
      this.#listener.open(node);
    } else if (event.key === " ") this.#choose(node.id);
    else if ((event.key === "+" && hidden) || (event.key === "-" && isOpen)) this.#toggle(node);
    else if (event.key.startsWith("Arrow")) this.#walk(placed, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the focus to the nearest node in a direction. */
  #walk(from: Placed, key: string): void {
    const vertical = key === "ArrowUp" || key === "ArrowDown";
    const sign = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1;
    const far = (to: Placed): number => {
      const [dx, dy] = [to.x + to.width / 2 - (from.x + from.width / 2), to.y - from.y];
      const [along, across] = vertical ? [dy * sign, Math.abs(dx)] : [dx * sign, Math.abs(dy)];
      return along > 1 ? along + 2 * across : Infinity;
    };
    const next = this.#placed.reduce<Placed | undefined>((best, each) => (far(each) < (best ? far(best) : Infinity) ? each : best), undefined);
    if (!next) return;
    this.#choose(next.node.id);
    this.#bringIntoView(next);
  }

  #bringIntoView({ x, y, width, height }: Placed): void {
    const { scale } = this.#view;
    const [left, top] = [x * scale + this.#view.x, y * scale + this.#view.y];
    const isVisible =
      left >= 0 && top >= 0 && left + width * scale <= this.element.clientWidth && top + height * scale <= this.element.clientHeight;
    if (isVisible) return;
    this.#isFitted = false;
    this.#view.x = this.element.clientWidth / 2 - (x + width / 2) * scale;
    this.#view.y = this.element.clientHeight / 2 - (y + Math.min(height, 200) / 2) * scale;
    this.#apply();
  }

  #followPointer(): void {
    this.element.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) this.#zoomAt(event.offsetX, event.offsetY, Math.exp(-event.deltaY / 200));
      else this.#move(-event.deltaX, -event.deltaY);
    });
    this.element.addEventListener("pointerdown", (event) => {
      if ((event.target as Element).closest(".node:not(.box)")) return;
      const move = (to: PointerEvent): void => this.#move(to.movementX, to.movementY);
      this.element.addEventListener("pointermove", move);
      window.addEventListener("pointerup", () => this.element.removeEventListener("pointermove", move), { once: true });
    });
  }

  /** On paper the whole graph is shown, whatever part of it the window shows. */
  #printWhole(): void {
    window.addEventListener("beforeprint", () => {
      const { width, height } = this.#size;
      this.element.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`);
      this.#world.removeAttribute("transform");
    });
    window.addEventListener("afterprint", () => {
      this.element.removeAttribute("viewBox");
      this.#apply();
    });
  }

  #move(dx: number, dy: number): void {
    this.#isFitted = false;
    this.#view.x += dx;
    this.#view.y += dy;
    this.#apply();
  }

  #zoomAt(x: number, y: number, by: number): void {
    this.#isFitted = false;
    const scale = Math.min(CLOSEST, Math.max(FARTHEST, this.#view.scale * by));
    const change = scale / this.#view.scale;
    this.#view = { x: x - (x - this.#view.x) * change, y: y - (y - this.#view.y) * change, scale };
    this.#apply();
  }

  #apply(): void {
    const { x, y, scale } = this.#view;
    this.#world.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    this.#world.classList.toggle("far", scale < FAR);
    if (scale >= FAR) return;
    for (const name of this.#names.querySelectorAll("text")) {
      const fitting = Number(name.dataset["width"]) / (0.62 * (name.textContent?.length || 1));
      name.setAttribute("font-size", String(Math.min(12 / scale, fitting)));
    }
  }
}

/** What decides where everything stands: not how a run of it stands, nor where it was written. */
function shapeOf(graph: Graph): string {
  const nodes = graph.nodes.map(({ id, parent, kind, label, detail }) => [id, parent, kind, label, detail]);
  return JSON.stringify([graph.root, nodes, graph.edges]);
}

/** The graph at the left, as SVG: drawn anew from a layout, moved and scaled by one transformation. */
import { layout, type Line, type Placed, shortened } from "./layout";
import type { Graph, GraphNode } from "./model";

export interface Listener {
  select(node: GraphNode): void;
  open(node: GraphNode): void;
}

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 24;
const CLOSEST = 3;
const FARTHEST = 0.05;
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

export class Drawing {
  readonly element = create("svg");
  readonly #world = create("g");
  readonly #listener: Listener;
  readonly #collapsed = new Set<string>();
  #graph: Graph | undefined;
  #shapes = new Map<string, SVGElement>();
  #placed: readonly Placed[] = [];
  #size = { width: 0, height: 0 };
  #view = { x: 0, y: 0, scale: 1 };

  constructor(listener: Listener) {
    this.#listener = listener;
    this.element.classList.add("graph");
    this.element.setAttribute("role", "group");
    this.element.append(arrowHead(), this.#world);
    this.#followPointer();
    this.element.addEventListener("keydown", (event) => this.#keyPressed(event));
  }

  show(graph: Graph): void {
    const isNew = graph.root !== this.#graph?.root;
    if (isNew && graph.nodes.length > MANY) this.collapseAll(graph);
    this.#graph = graph;
    this.element.setAttribute("aria-label", `Graph of ${graph.root}`);
    this.#draw();
    if (isNew) this.fit();
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
  }

  /** Brings the whole graph into the window. */
  fit(): void {
    const { clientWidth, clientHeight } = this.element;
    const { width, height } = this.#size;
    const fitting = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height, 1.25);
    const scale = width && height && fitting > 0 ? fitting : 1;
    this.#view = { x: (clientWidth - width * scale) / 2, y: Math.max(MARGIN, (clientHeight - height * scale) / 2), scale };
    this.#apply();
  }

  zoom(by: number): void {
    this.#zoomAt(this.element.clientWidth / 2, this.element.clientHeight / 2, by);
  }

  /** Lights a node and brings it into view; opens the boxes around it. */
  select(id: string | undefined, isFound = false): void {
    for (const shape of this.#shapes.values()) shape.classList.remove("selected");
    if (id === undefined || !this.#graph) return;
    if (this.#openAround(id)) this.#draw();
    const shape = this.#shapes.get(id);
    shape?.classList.add("selected");
    const placed = this.#placed.find(({ node }) => node.id === id);
    if (placed && isFound) this.#bringIntoView(placed);
  }

  /** Dims what does not match; the nodes that do, in reading order. */
  search(words: string): readonly GraphNode[] {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const found = (this.#graph?.nodes ?? []).filter((node) => {
      const text = [node.label, node.kind, ...node.detail].join(" ").toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
    const ids = new Set(found.map(({ id }) => id));
    for (const [id, shape] of this.#shapes) shape.classList.toggle("dimmed", wanted.length > 0 && !ids.has(id));
    return wanted.length ? found : [];
  }

  #draw(): void {
    if (!this.#graph) return;
    const focused = document.activeElement?.getAttribute("data-id");
    const selected = this.element.querySelector(".selected")?.getAttribute("data-id");
    const { nodes, lines, width, height } = layout(this.#graph, this.#collapsed);
    this.#placed = nodes;
    this.#size = { width, height };
    this.#shapes = new Map(nodes.map((placed) => [placed.node.id, this.#shape(placed)]));
    const boxes = nodes.filter(({ isOpen }) => isOpen).map(({ node }) => this.#shapes.get(node.id) as SVGElement);
    const rest = nodes.filter(({ isOpen }) => !isOpen).map(({ node }) => this.#shapes.get(node.id) as SVGElement);
    this.#world.replaceChildren(...boxes, ...lines.map(drawLine), ...rest);
    if (selected) this.#shapes.get(selected)?.classList.add("selected");
    if (focused) this.#shapes.get(focused)?.focus();
  }

  #shape(placed: Placed): SVGElement {
    const { node, x, y, width, height, isOpen, hidden } = placed;
    const shape = create("g", { class: `node ${node.kind} ${node.status ?? ""}`, "data-id": node.id, tabindex: "0", role: "button" });
    const more = hidden ? ` (${hidden} inside)` : "";
    shape.setAttribute("aria-label", `${node.kind} ${node.label}${more}. ${node.detail.join(". ")}`);
    if (isOpen || hidden) shape.setAttribute("aria-expanded", String(isOpen));
    shape.classList.toggle("box", isOpen);
    shape.append(create("rect", { x, y, width, height, rx: isOpen ? 10 : 7 }));
    const sign = create("text", { class: "sign", x: x + 12, y: y + 22 });
    sign.textContent = hidden ? "⊞" : SIGNS[node.kind];
    const label = create("text", { x: x + 32, y: y + 22 });
    label.textContent = shortened(node.label) + more;
    const title = create("title");
    title.textContent = [node.label, ...node.detail].join("\n");
    shape.append(sign, label, title);
    shape.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#choose(node);
    });
    shape.addEventListener("dblclick", (event) => {
      event.stopPropagation();
      if (isOpen || hidden) this.#toggle(node);
      else this.#listener.open(node);
    });
    return shape;
  }

  #choose(node: GraphNode): void {
    this.select(node.id);
    this.#shapes.get(node.id)?.focus();
    this.#listener.select(node);
  }

  #toggle(node: GraphNode): void {
    if (!this.#collapsed.delete(node.id)) this.#collapsed.add(node.id);
    this.#draw();
  }

  #openAround(id: string): boolean {
    const parents = new Map(this.#graph?.nodes.map((node) => [node.id, node.parent]));
    let opened = false;
    for (let at = parents.get(id); at; at = parents.get(at)) opened = this.#collapsed.delete(at) || opened;
    return opened;
  }

  #keyPressed(event: KeyboardEvent): void {
    const id = (event.target as Element).getAttribute("data-id");
    const placed = this.#placed.find(({ node }) => node.id === id);
    if (!placed) return;
    const { node, isOpen, hidden } = placed;
    if (event.key === "Enter") this.#listener.open(node);
    else if (event.key === " ") this.#choose(node);
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
    this.#choose(next.node);
    this.#bringIntoView(next);
  }

  #bringIntoView({ x, y, width, height }: Placed): void {
    const { scale } = this.#view;
    const [left, top] = [x * scale + this.#view.x, y * scale + this.#view.y];
    const isVisible =
      left >= 0 && top >= 0 && left + width * scale <= this.element.clientWidth && top + height * scale <= this.element.clientHeight;
    if (isVisible) return;
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

  #move(dx: number, dy: number): void {
    this.#view.x += dx;
    this.#view.y += dy;
    this.#apply();
  }

  #zoomAt(x: number, y: number, by: number): void {
    const scale = Math.min(CLOSEST, Math.max(FARTHEST, this.#view.scale * by));
    const change = scale / this.#view.scale;
    this.#view = { x: x - (x - this.#view.x) * change, y: y - (y - this.#view.y) * change, scale };
    this.#apply();
  }

  #apply(): void {
    const { x, y, scale } = this.#view;
    this.#world.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
  }
}

function create<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number> = {}): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function arrowHead(): SVGElement {
  const marker = create("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" });
  marker.append(create("path", { d: "M0 0 8 4 0 8z" }));
  const definitions = create("defs");
  definitions.append(marker);
  return definitions;
}

function drawLine({ edge, points, label: at }: Line): SVGElement {
  const [first, ...rest] = points;
  const group = create("g", { class: `edge ${edge.kind}` });
  if (!first) return group;
  const path = rest.map((point, index) => {
    const next = rest[index + 1];
    return next ? `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}` : `L${point.x} ${point.y}`;
  });
  group.append(create("path", { d: `M${first.x} ${first.y}${path.join("")}`, "marker-end": "url(#arrow)" }));
  if (edge.label) {
    const label = create("text", { x: at.x, y: at.y + 4 });
    label.textContent = shortened(edge.label);
    group.append(label);
  }
  return group;
}

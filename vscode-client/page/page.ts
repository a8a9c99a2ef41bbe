/** The preview page: the graph, the manifest, and the selected step lit in both. */
import { Drawing } from "./draw";
import { findHost, type Message } from "./host";
import { type Emitted, type Graph, type GraphNode, nodeAt } from "./model";
import { Yaml } from "./yaml";

const host = findHost();
const root = document.getElementById("athena") as HTMLElement;

let graph: Graph | undefined;
let emitted: Emitted | undefined;
let found: readonly GraphNode[] = [];
/** The id of the node whose facts are told. */
let shown: string | undefined;

const drawing = new Drawing({ select: selectNode, open: (node) => node.location && host.reveal?.(node.location) });
const yaml = new Yaml((location) => {
  const node = graph && nodeAt(graph, location);
  drawing.select(node?.id, true);
  show(node);
  host.reveal?.(location);
});
const banner = element("p", { className: "banner", role: "status" });
const facts = element("section", { className: "facts" });
facts.setAttribute("aria-live", "polite");
const search = element("input", { type: "search", placeholder: "Search (/)" });
search.setAttribute("aria-label", "Search in the graph");
const bar = element("nav", { className: "bar" });
bar.append(
  search,
  button("−", "Zoom out", () => drawing.zoom(1 / 1.25)),
  button("+", "Zoom in", () => drawing.zoom(1.25)),
  button("Fit", "Show the whole graph (F)", () => drawing.fit()),
  button("Open / close all", "Open or close every sub-workflow (C)", () => drawing.toggleAll()),
  button("YAML", "Show or hide the manifest (Y)", () => root.classList.toggle("without-yaml")),
);
const left = element("section", { className: "left" });
left.append(drawing.element as unknown as Node, facts);
root.append(bar, banner, left, yaml.element);
root.classList.toggle("without-yaml", host.hasYaml);

search.addEventListener("input", () => {
  found = drawing.search(search.value);
});
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    search.value = "";
    drawing.search("");
    search.blur();
  } else if (event.key === "Enter" && found.length) {
    const [first, ...rest] = found;
    found = first ? [...rest, first] : [];
    if (first) selectNode(first, true);
  }
});
window.addEventListener("keydown", (event) => {
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys: Record<string, () => void> = {
    "/": () => search.focus(),
    f: () => drawing.fit(),
    c: () => drawing.toggleAll(),
    y: () => root.classList.toggle("without-yaml"),
  };
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
new ResizeObserver(() => drawing.fit()).observe(left);
host.listen(hear);

function hear(message: Message): void {
  if (message.type === "preview") {
    const known = graph?.nodes.find(({ id }) => id === shown);
    ({ graph, emitted } = message);
    drawing.show(graph);
    yaml.show(emitted);
    show(graph.nodes.find(({ id }) => id === known?.id));
    document.title = `${graph.root} – athena`;
    banner.textContent = emitted.stale ? (emitted.text.split("\n", 1)[0] ?? "").replace(/^# /, "") : "";
  } else if (message.type === "cursor" && graph) {
    const range = { start: message.position, end: message.position };
    const node = nodeAt(graph, { uri: message.uri, range });
    drawing.select(node?.id, true);
    show(node);
  } else if (message.type === "problem") {
    banner.textContent = message.text;
  }
}

function selectNode(node: GraphNode, isFound = false): void {
  drawing.select(node.id, isFound);
  show(node);
  if (node.location) host.reveal?.(node.location);
}

/** Tells of a node below the graph, and lights its lines of the manifest. */
function show(node: GraphNode | undefined): void {
  shown = node?.id;
  yaml.light(node?.location);
  facts.replaceChildren();
  if (!node) return;
  const title = element("h2", {});
  title.textContent = node.label;
  const list = element("ul", {});
  for (const line of [node.kind, ...node.detail]) {
    const item = element("li", {});
    item.textContent = line;
    list.append(item);
  }
  facts.append(title, list);
}

function button(text: string, title: string, run: () => void): HTMLElement {
  const made = element("button", { type: "button", textContent: text, title });
  made.setAttribute("aria-label", title);
  made.addEventListener("click", run);
  return made;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, properties: Partial<HTMLElementTagNameMap[K]>): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

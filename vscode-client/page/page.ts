/** The preview page: the graph, the manifest, and the selected step lit in both. */
import { Drawing } from "./draw";
import { button, element } from "./elements";
import { Facts } from "./facts";
import { findHost, type Message } from "./host";
import { type Emitted, type Graph, type GraphNode, nodeAt } from "./model";
import { Yaml } from "./yaml";

const host = findHost();
const root = document.getElementById("athena") as HTMLElement;

let graph: Graph | undefined;
let emitted: Emitted | undefined;
/** Of the program, where the host has told it. */
let uri: string | undefined;
let found: readonly GraphNode[] = [];
/** The id of the node whose facts are told. */
let shown: string | undefined;

const drawing = new Drawing({ select: selectNode, open: (node) => node.location && host.reveal?.(node.location), fold: keep });
const yaml = new Yaml((location) => {
  const node = graph && nodeAt(graph, location);
  drawing.select(node?.id, true);
  show(node);
  host.reveal?.(location);
});
const banner = element("p", { className: "banner" });
banner.setAttribute("role", "status");
const facts = new Facts(host);
const run = element("span", { className: "run" });
run.setAttribute("role", "status");
const title = element("h1", {});
const search = element("input", { type: "search", placeholder: "Search (/)" });
search.setAttribute("aria-label", "Search in the graph");
const count = element("span", { className: "count" });
count.setAttribute("role", "status");
const bar = element("nav", { className: "bar" });
bar.setAttribute("aria-label", "The graph");
bar.append(
  title,
  search,
  count,
  run,
  button("−", "Zoom out", () => drawing.zoom(1 / 1.25)),
  button("+", "Zoom in", () => drawing.zoom(1.25)),
  button("Fit", "Fit: show the whole graph (F)", () => drawing.fit()),
  button("Fold", "Fold: open or close all sub-workflows (C)", () => drawing.toggleAll()),
  button("YAML", "YAML: show or hide the manifest (Y)", () => root.classList.toggle("without-yaml")),
);
const left = element("section", { className: "left" });
left.setAttribute("aria-label", "Graph");
left.append(drawing.element as unknown as Node, facts.element);
root.append(bar, banner, left, yaml.element);
root.classList.toggle("without-yaml", host.hasYaml);

search.addEventListener("input", () => seek(search.value));
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    search.value = "";
    seek("");
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
new ResizeObserver(() => drawing.refit()).observe(drawing.element);
host.listen(hear);

function hear(message: Message): void {
  if (message.type === "preview") {
    uri = message.uri;
    const isFirst = !graph;
    ({ graph, emitted } = message);
    drawing.show(graph, isFirst ? host.kept?.collapsed : undefined);
    const isOther = yaml.show(emitted);
    tellRun(graph);
    show(graph.nodes.find(({ id }) => id === shown), isOther);
    title.textContent = graph.root;
    document.title = `${graph.root} – athena`;
    tellProblem(emitted.stale ? (emitted.text.split("\n", 1)[0] ?? "").replace(/^# /, "") : "");
    root.classList.remove("gone");
    keep();
  } else if (message.type === "cursor" && graph) {
    const range = { start: message.position, end: message.position };
    const node = nodeAt(graph, { uri: message.uri, range });
    drawing.select(node?.id, true);
    show(node);
  } else if (message.type === "log") {
    facts.showLog(message.node, message.text);
  } else if (message.type === "problem") {
    tellProblem(message.text);
    root.classList.add("gone");
  }
}

function tellProblem(text: string): void {
  if (banner.textContent !== text) banner.textContent = text;
}

function tellRun({ run: last }: Graph): void {
  const text = last ? `run ${last.id}: ${last.phase}` : "";
  if (run.textContent !== text) run.textContent = text;
  run.className = `run ${last?.phase ?? ""}`;
}

function seek(words: string): void {
  found = drawing.search(words);
  count.textContent = words.trim() ? `${found.length} found` : "";
}

function selectNode(node: GraphNode, isFound = false): void {
  drawing.select(node.id, isFound);
  show(node);
  if (node.location) host.reveal?.(node.location);
}

/** Tells of a node below the graph, and lights its lines of the manifest. */
function show(node: GraphNode | undefined, isOther = true): void {
  if (node?.id !== shown || isOther) yaml.light(node?.location);
  shown = node?.id;
  facts.show(node);
}

/** What is to be there again when the window was loaded anew. */
function keep(): void {
  if (graph) host.keep({ uri, root: graph.root, collapsed: drawing.collapsed });
}

/** What there is to say of the selected node, below the graph: facts, how it stands in a run, what it printed. */
import { button, element } from "./elements";
import type { Host } from "./host";
import { type GraphNode, standing } from "./model";

export class Facts {
  readonly element = element("section", { className: "facts" });
  readonly #host: Host;
  readonly #told = element("div", {});
  readonly #log = element("pre", { className: "log", tabIndex: 0 });
  #node: GraphNode | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.element.setAttribute("aria-label", "The selected step");
    this.#told.setAttribute("aria-live", "polite");
    this.#log.setAttribute("aria-label", "Log");
    this.#log.setAttribute("role", "region");
    this.element.append(this.#told);
  }

  show(node: GraphNode | undefined): void {
    const before = this.#node;
    this.#node = node;
    if (JSON.stringify(node) === JSON.stringify(before)) return;
    if (node?.id !== before?.id || !node?.status) this.#log.remove();
    this.#told.replaceChildren();
    if (!node) return;
    const list = element("ul", {});
    for (const line of [node.kind, ...node.detail]) list.append(element("li", { textContent: line }));
    this.#told.append(element("h2", { textContent: node.label }), list);
    if (node.status) this.#tellRun(node);
    if (node.status === "failed" || this.#log.isConnected) this.#host.askLog(node.id);
  }

  /** What a node has printed; of one that is not selected any more, nothing. */
  showLog(id: string, text: string): void {
    if (id !== this.#node?.id) return;
    const isAtEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 20;
    const isNew = !this.#log.isConnected;
    this.#log.textContent = text || "It has printed nothing.";
    this.element.append(this.#log);
    if (isNew || isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #tellRun(node: GraphNode): void {
    const { id, status, step } = node;
    const line = element("p", { className: `standing ${status}` });
    line.append(element("span", { textContent: [standing(node), node.message].filter(Boolean).join(": ") }));
    const { askLog, openLog, runOnly } = this.#host;
    if (status === "running" || status === "succeeded") line.append(button("Log", "Show what it has printed", () => askLog(id)));
    if (openLog && status !== "waiting" && status !== "skipped")
      line.append(button("Open log", "Open what it has printed as a text", () => openLog(id)));
    if (runOnly && step && (status === "failed" || status === "succeeded"))
      line.append(button("Run this step only", "Run this step only, with what the last run gave it", () => runOnly(step)));
    this.#told.append(line);
  }
}

/** The manifest at the right: lines with numbers, the lines of the selected node lit. */
import { contains, type Emitted, type Location } from "./model";

export class Yaml {
  readonly element = document.createElement("pre");
  #lines: HTMLElement[] = [];
  #emitted: Emitted | undefined;

  /** Calls `onSelect` with the place of a line that is clicked. */
  constructor(onSelect: (location: Location) => void) {
    this.element.className = "yaml";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", "Manifest");
    this.element.addEventListener("click", (event) => {
      const line = Number((event.target as Element).closest<HTMLElement>(".line")?.dataset["number"] ?? 0) - 1;
      const origin = this.#emitted?.origins.find(({ lines: [first, last] }) => first <= line && line <= last);
      if (origin) onSelect(origin.location);
    });
  }

  /** Shows a manifest. Whether it is another one than before. */
  show(emitted: Emitted): boolean {
    const isOther = emitted.text !== this.#emitted?.text;
    if (isOther) {
      this.#lines = emitted.text.replace(/\n$/, "").split("\n").map(drawLine);
      this.element.replaceChildren(...inBlocks(this.#lines));
    }
    this.#emitted = emitted;
    this.element.classList.toggle("stale", emitted.stale);
    return isOther;
  }

  /** Lights the lines that come from a place of the program, and shows the first. */
  light(location: Location | null | undefined): void {
    for (const line of this.element.querySelectorAll(".lit")) line.classList.remove("lit");
    if (!location || !this.#emitted || this.#emitted.stale) return;
    const found = this.#emitted.origins.filter((origin) => contains(location, origin.location));
    for (const { lines: [first, last] } of found)
      for (const line of this.#lines.slice(first, last + 1)) line.classList.add("lit");
    this.element.querySelector(".lit")?.scrollIntoView({ block: "center" });
  }
}

/** So many lines are laid out together. */
const BLOCK = 100;
const KEY = /^(\s*(?:- )*)([^\s'"#:][^:]*|"[^"]*"|'[^']*')(:)(?=\s|$)/;

function inBlocks(lines: readonly HTMLElement[]): HTMLElement[] {
  return Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, number) => {
    const block = document.createElement("span");
    block.className = "lines";
    block.append(...lines.slice(number * BLOCK, (number + 1) * BLOCK));
    return block;
  });
}

function drawLine(text: string, index: number): HTMLElement {
  const line = document.createElement("span");
  line.dataset["number"] = String(index + 1);
  line.className = text.startsWith("#") ? "line comment" : "line";
  const key = KEY.exec(text);
  if (!key) {
    line.append(`${text}\n`);
    return line;
  }
  const [whole, indent = "", name = ""] = key;
  const word = document.createElement("span");
  word.className = "key";
  word.textContent = name;
  line.append(indent, word, `${text.slice(whole.length - 1)}\n`);
  return line;
}

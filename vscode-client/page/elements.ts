/** Making parts of the page. */

export function element<K extends keyof HTMLElementTagNameMap>(name: K, properties: Partial<HTMLElementTagNameMap[K]>): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

export function button(text: string, title: string, run: () => void): HTMLElement {
  const made = element("button", { type: "button", textContent: text, title });
  made.setAttribute("aria-label", title);
  made.addEventListener("click", run);
  return made;
}

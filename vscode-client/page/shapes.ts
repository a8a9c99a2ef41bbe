/** The parts of the drawing, as SVG. */
import { type Line, type Placed, shortened } from "./layout";

const SVG = "http://www.w3.org/2000/svg";

export function create<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number> = {}): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

export function badge(text: string, x: number, y: number): SVGElement {
  const made = create("g", { class: "badge" });
  const half = 5 + 4 * text.length;
  made.append(create("rect", { x: x - half, y: y - 9, width: 2 * half, height: 18, rx: 9 }));
  const label = create("text", { x, y: y + 4, "text-anchor": "middle" });
  label.textContent = text;
  made.append(label);
  return made;
}

export function arrowHead(): SVGElement {
  const marker = create("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" });
  marker.append(create("path", { d: "M0 0 8 4 0 8z" }));
  const definitions = create("defs");
  definitions.append(marker);
  return definitions;
}

export function drawName({ node, x, y, width, height }: Placed): SVGElement {
  const name = create("text", { x: x + width / 2, y: y + height / 2, "text-anchor": "middle", "data-width": width });
  name.textContent = shortened(node.label);
  return name;
}

export function drawLine({ edge, points, label: at }: Line): SVGElement {
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

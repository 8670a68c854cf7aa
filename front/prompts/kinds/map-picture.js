// The picture of an expertise map: people on an oval, arrows for who goes to whom. It can be read without it.

import { hint, svg, uid } from "../prompt.js";

// On a phone it is drawn narrow and tall, so that its words keep their size.
const sizes = () => (globalThis.innerWidth < 560 ? { width: 340, box: 120, room: 12, tall: 90 } : { width: 640, box: 160, room: 17, tall: 64 });

/** @param {any} t @param {any} value @returns {any} */
export function mapPicture(t, value) {
  const nodes = value.nodes ?? [];
  const links = value.links ?? [];
  if (nodes.length < 2) return hint(t("map-empty"));
  const { width, box, room, tall } = sizes();
  const height = Math.max(320, nodes.length * tall);
  /** @type {[number, number][]} */
  const places = mapPlaces(nodes.length, width - box - 16, height - 76).map(([x, y]) => [x + width / 2, y + height / 2]);
  const at = new Map(nodes.map((node, index) => [node.id, places[index]]));
  const arrow = uid("arrow");
  const title = uid("map");
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": title, class: "op-plot" },
    svg("title", { id: title }, t("map-picture", { people: nodes.length, lines: links.length })),
    svg("defs", {}, svg("marker", { id: arrow, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: "auto" }, svg("path", { d: "M0 0L10 5L0 10z", class: "op-arrow-head" }))),
    links.map((link) => arrowLine(at.get(link.from), at.get(link.to), arrow, box)),
    nodes.map((node, index) => personBox(t, node, index, places[index], box, room)));
}

/** Places on an oval around the middle, first at the top. @param {number} count @param {number} width @param {number} height @returns {[number, number][]} */
export function mapPlaces(count, width, height) {
  return Array.from({ length: count }, (unused, index) => {
    const angle = -Math.PI / 2 + (2 * Math.PI * index) / count;
    return [(Math.cos(angle) * width) / 2, (Math.sin(angle) * height) / 2];
  });
}

function arrowLine([x1, y1], [x2, y2], arrow, box) {
  const [sx, sy] = edgePoint(x1, y1, x2, y2, box);
  const [ex, ey] = edgePoint(x2, y2, x1, y1, box);
  // A slight bend to one side, so that two who go to each other show as two lines.
  const bend = 0.08;
  const [mx, my] = [(sx + ex) / 2 - (ey - sy) * bend, (sy + ey) / 2 + (ex - sx) * bend];
  return svg("path", { d: `M${sx.toFixed(1)} ${sy.toFixed(1)}Q${mx.toFixed(1)} ${my.toFixed(1)} ${ex.toFixed(1)} ${ey.toFixed(1)}`, class: "op-arrow-line", fill: "none", "marker-end": `url(#${arrow})` });
}

// Where the line from one centre to another leaves the first box.
function edgePoint(x1, y1, x2, y2, box) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const scale = Math.min((box / 2 + 4) / Math.abs(dx || 1e-9), 32 / Math.abs(dy || 1e-9));
  return [x1 + dx * scale, y1 + dy * scale];
}

function personBox(t, node, index, [x, y], box, room) {
  const lines = wrapWords(node.role || t("map-person", { number: index + 1 }), room).slice(0, 2);
  const mark = node.me ? t("map-me") : "";
  const texts = [...lines, ...(mark ? [mark] : [])];
  return svg("g", { class: `op-person-box${node.title ? " op-titled" : ""}${node.me ? " op-me" : ""}` },
    svg("rect", { x: x - box / 2, y: y - 28, width: box, height: 56, rx: 4 }),
    texts.map((text, line) => svg("text", { x, y: y + 5 + (line - (texts.length - 1) / 2) * 17, "text-anchor": "middle", class: line === lines.length ? "op-mark" : "" }, text)));
}

/** Lines of at most `room` characters; a long word is cut. @param {string} text @param {number} room */
export function wrapWords(text, room) {
  const lines = [""];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines[lines.length - 1];
    if ((last ? `${last} ${word}` : word).length <= room) lines[lines.length - 1] = last ? `${last} ${word}` : word;
    else lines.push(word.length > room ? `${word.slice(0, room - 1)}…` : word);
  }
  return lines.filter(Boolean).map((line, index, all) => (index === 1 && all.length > 2 ? `${line.slice(0, room - 1)}…` : line));
}

// The picture of an expertise map: people on an oval, arrows for who goes to whom. It can be read without it.

import { h, svg, uid } from "./dom.js";

const WIDTH = 640;
const BOX_W = 132;

/** @param {any} t @param {any} value @returns {any} */
export function mapPicture(t, value) {
  const nodes = value.nodes ?? [];
  const links = value.links ?? [];
  if (nodes.length < 2) return h("p", { class: "op-hint" }, t("map-empty"));
  const height = nodes.length > 6 ? 520 : 380;
  const places = mapPlaces(nodes.length, WIDTH, height);
  const at = new Map(nodes.map((node, index) => [node.id, places[index]]));
  const arrow = uid("arrow");
  const title = uid("map");
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-labelledby": title, class: "op-plot" },
    svg("title", { id: title }, t("map-picture", { people: nodes.length, lines: links.length })),
    svg("defs", {}, svg("marker", { id: arrow, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: "auto" }, svg("path", { d: "M0 0L10 5L0 10z", class: "op-arrow-head" }))),
    links.map((link) => arrowLine(at.get(link.from), at.get(link.to), arrow)),
    nodes.map((node, index) => personBox(t, node, index, places[index])));
}

/** Centres on an oval, first at the top. @param {number} count @param {number} width @param {number} height */
export function mapPlaces(count, width, height) {
  return Array.from({ length: count }, (unused, index) => {
    const angle = -Math.PI / 2 + (2 * Math.PI * index) / count;
    return [width / 2 + Math.cos(angle) * (width / 2 - BOX_W / 2 - 8), height / 2 + Math.sin(angle) * (height / 2 - 44)];
  });
}

function arrowLine([x1, y1], [x2, y2], arrow) {
  const [sx, sy] = edgePoint(x1, y1, x2, y2);
  const [ex, ey] = edgePoint(x2, y2, x1, y1);
  // A slight bend to one side, so that two who go to each other show as two lines.
  const bend = 0.08;
  const [mx, my] = [(sx + ex) / 2 - (ey - sy) * bend, (sy + ey) / 2 + (ex - sx) * bend];
  return svg("path", { d: `M${sx.toFixed(1)} ${sy.toFixed(1)}Q${mx.toFixed(1)} ${my.toFixed(1)} ${ex.toFixed(1)} ${ey.toFixed(1)}`, class: "op-arrow-line", fill: "none", "marker-end": `url(#${arrow})` });
}

// Where the line from one centre to another leaves the first box.
function edgePoint(x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const scale = Math.min((BOX_W / 2 + 4) / Math.abs(dx || 1e-9), 32 / Math.abs(dy || 1e-9));
  return [x1 + dx * scale, y1 + dy * scale];
}

function personBox(t, node, index, [x, y]) {
  const lines = wrapWords(node.role || t("map-person", { number: index + 1 }), 17).slice(0, 2);
  const mark = node.me ? t("map-me") : "";
  const texts = [...lines, ...(mark ? [mark] : [])];
  return svg("g", { class: `op-person-box${node.title ? " op-titled" : ""}${node.me ? " op-me" : ""}` },
    svg("rect", { x: x - BOX_W / 2, y: y - 28, width: BOX_W, height: 56, rx: 4 }),
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

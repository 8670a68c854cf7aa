// then_now: three lines drawn from three earlier answers, the same as a table, and a text.

import { fold, h, hint, svg, textBox, uid } from "../prompt.js";

const LINES = ["baseline", "then", "now"];

/** @param {any} ctx */
export function thenNowKind(ctx) {
  const { t, spec } = ctx;
  const picture = h("div", { class: "op-then" });
  const box = textBox({ rows: 4, labelledby: ctx.titleId, refuse: ctx.refuse, onText: (text) => ctx.emit(text ? { text } : {}) });
  const paint = (heard) => {
    const answers = LINES.map((name) => (heard?.prompt === spec[name] ? heard.value : ctx.answer(spec[name])));
    const themes = themeMeans(spec, answers);
    picture.replaceChildren(...(themes.length ? drawing(t, spec, themes) : [hint(t("then-none"))]));
  };
  paint();
  return {
    el: h("div", { class: "op-text" }, picture, box),
    keys: ["text"],
    starterBox: () => box,
    set: (value) => box.set(value.text ?? ""),
    arrived: () => paint(),
    heard: (news) => { if (LINES.some((name) => spec[name] === news.prompt)) paint(news); },
  };
}

/**
 * The themes with, for each line, the mean place of its rows on the scale; null where nothing counts.
 * "Not part of my role" is no place on the scale.
 * @param {any} spec @param {any[]} answers @returns {{label: string, means: (number|null)[]}[]}
 */
export function themeMeans(spec, answers) {
  const scale = (spec.points ?? []).map(({ id }) => id).filter((id) => id !== "na");
  const themes = new Map();
  for (const row of spec.rows ?? []) {
    const label = row.group ?? row.label;
    if (!themes.has(label)) themes.set(label, []);
    themes.get(label).push(row.id);
  }
  const found = [...themes].map(([label, rows]) => ({
    label,
    means: answers.map((answer) => {
      const places = rows.map((id) => scale.indexOf(answer?.rows?.[id])).filter((place) => place >= 0);
      return places.length ? places.reduce((sum, place) => sum + place, 0) / places.length : null;
    }),
  }));
  return found.some(({ means }) => means.some((mean) => mean !== null)) ? found : [];
}

const TOP = 16;
const STEP = 44;
// Widths that no screen's font goes beyond by much, in units of the drawing.
const CHARACTER = 8.6;
const BOLD_CHARACTER = 9.3;

// A long name stands on two lines, broken where they come out most alike.
function halved(label) {
  const words = label.split(" ");
  if (label.length < 12 || words.length < 2) return [label];
  const breaks = words.slice(1).map((_, at) => [words.slice(0, at + 1).join(" "), words.slice(at + 1).join(" ")]);
  const longer = (parts) => Math.max(...parts.map((part) => part.length));
  return breaks.reduce((best, parts) => (longer(parts) < longer(best) ? parts : best));
}

function drawing(t, spec, themes) {
  const scale = spec.points.filter(({ id }) => id !== "na");
  const bottom = TOP + STEP * (scale.length - 1);
  // Drawn narrower on a phone, so that its words keep their size.
  const narrow = globalThis.innerWidth < 560;
  const names = scale.map(({ label }) => halved(label));
  const width = narrow ? 350 : 600;
  const right = 12 + BOLD_CHARACTER * Math.max(...LINES.map((name) => t(`then_now-${name}`).length));
  const left = 14 + CHARACTER * Math.max(...names.flat().map((part) => part.length));
  const x = (index) => left + 14 + (index * (width - left - right - 28)) / Math.max(1, themes.length - 1);
  const y = (mean) => bottom - mean * STEP;
  const grid = names.map((parts, index) => [
    svg("line", { x1: left, x2: width - right, y1: y(index), y2: y(index), class: "op-grid" }),
    parts.map((part, line) => svg("text", { x: left - 8, y: y(index) + 5 + 18 * line - 9 * (parts.length - 1), "text-anchor": "end" }, part)),
  ]);
  const numbers = themes.map((theme, index) => svg("text", { x: x(index), y: bottom + 24, "text-anchor": "middle" }, String(index + 1)));
  const title = svg("title", { id: uid("picture") }, t("then_now-picture", { n: themes.length }));
  const lines = LINES.map((name, line) => themeLine(t, name, themes.map(({ means }, index) => (means[line] === null ? null : [x(index), y(means[line])])), line, width - right + 8));
  spreadLabels(lines);
  const plot = svg("svg", { viewBox: `0 0 ${width} ${bottom + 34}`, role: "img", "aria-labelledby": title.id, class: "op-plot" }, title, grid, numbers, lines.map(({ el }) => el));
  const key = h("ol", { class: "op-themes" }, themes.map(({ label }) => h("li", {}, label)));
  return [plot, key, fold(t("then-table"), themeTable(t, scale, themes))];
}

// One line with its name at its end: told apart by dash and mark as well as by colour.
function themeLine(t, name, points, line, labelX) {
  const known = points.filter(Boolean);
  const label = svg("text", { class: "op-line-name" }, t(`then_now-${name}`));
  const end = known[known.length - 1];
  label.setAttribute("x", labelX);
  const path = points.reduce((d, point, index) => (point ? `${d}${points[index - 1] ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}` : d), "");
  const marks = known.map(([cx, cy]) => (line === 1 ? svg("rect", { x: cx - 5, y: cy - 5, width: 10, height: 10 }) : svg("circle", { cx, cy, r: line === 2 ? 6 : 5 })));
  return { label, y: end ? end[1] : null, el: svg("g", { class: `op-line-${name}` }, svg("path", { d: path, fill: "none" }), marks, end ? label : []) };
}

function spreadLabels(lines) {
  const placed = lines.filter(({ y }) => y !== null).sort((a, b) => a.y - b.y);
  placed.forEach((line, index) => {
    if (index && line.y - placed[index - 1].y < 18) line.y = placed[index - 1].y + 18;
    line.label.setAttribute("y", line.y + 5);
  });
}

// Roles are spelt out, since on a phone the rows are drawn one under the other.
function themeTable(t, scale, themes) {
  const near = (mean) => (mean === null ? "–" : scale[Math.round(mean)].label);
  const names = LINES.map((name) => t(`then_now-${name}`));
  const row = (head, cells) => h("tr", { role: "row" }, head, cells);
  return h("table", { class: "op-plain-table", role: "table" },
    h("thead", { role: "rowgroup" }, row(h("th", { scope: "col", role: "columnheader" }, t("then-what")), names.map((name) => h("th", { scope: "col", role: "columnheader" }, name)))),
    h("tbody", { role: "rowgroup" }, themes.map(({ label, means }) => row(h("th", { scope: "row", role: "rowheader" }, label),
      means.map((mean, line) => h("td", { role: "cell", "data-label": names[line] }, near(mean)))))));
}

export default { then_now: thenNowKind };

// The levels of a session as small bars with their numbers, and who has read how many.

import { h } from "../../prompts/dom.js";
import { number, say } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [16, 28];

/** @param {any} found what the door says of one session */
export const drawLevels = ({ levels, readers }) => [
  h("h3", {}, say("levels-title")),
  given(levels, Math.max(0, ...levels.map(({ counts }) => counts.length))),
  h("h3", {}, say("progress-reviewers")),
  readers.length ? h("table", { class: "stack" }, h("caption", { class: "sr" }, say("progress-reviewers")), h("thead", {}, h("tr", {}, ["reader", "readers-n", "readers-seconds"].map((key) => h("th", { scope: "col" }, say(key))))),
    h("tbody", {}, readers.map((one) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, one.reader), h("td", { class: "tabular", "data-label": say("readers-n") }, number(one.readings)), h("td", { class: "tabular", "data-label": say("readers-seconds") }, one.seconds === null ? "–" : number(one.seconds))))))
    : h("p", {}, say("levels-none")),
];

// A column for each level that any criterion has: a rubric's criteria may differ in how many.
function given(rows, many) {
  const heads = [...["prompt", "criterion", "levels-picture"].map((key) => h("th", { scope: "col" }, say(key))), ...Array.from({ length: many }, (_, level) => h("th", { scope: "col", class: "tabular" }, String(level))), h("th", { scope: "col" }, say("levels-unread"))];
  return h("table", { class: "stack levels-given" }, h("caption", { class: "sr" }, say("levels-title")), h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows.map((one) => row(one, many))));
}

// The picture repeats what the cells beside it say.
function picture(heights) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "bars", viewBox: `0 0 ${WIDTH * heights.length} ${HEIGHT}`, "aria-hidden": "true", focusable: "false" })) svg.setAttribute(name, value);
  svg.append(...heights.map((height, place) => {
    const bar = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x: place * WIDTH, y: HEIGHT - height, width: WIDTH - 2, height })) bar.setAttribute(name, String(value));
    return bar;
  }));
  return svg;
}

function row({ title, criterion, names, counts, unread }, many) {
  const most = Math.max(1, ...counts);
  const bars = picture(counts.map((count) => (count / most) * HEIGHT));
  return h("tr", {}, h("th", { scope: "row" }, title), h("td", { "data-label": say("criterion") }, criterion), h("td", {}, bars),
    counts.map((count, level) => h("td", { class: "tabular", "data-label": `${level} ${names[level]}` }, number(count))), Array.from({ length: many - counts.length }, () => h("td")), h("td", { class: "tabular", "data-label": say("levels-unread") }, number(unread)));
}

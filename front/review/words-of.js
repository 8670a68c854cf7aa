// An answer as its reader sees it. Whatever somebody wrote is only ever set as text.

import { h } from "../prompts/dom.js";
import { drawnText } from "../prompts/card/drawn.js";
import { wordDiff } from "./diff.js";
import { CRITIQUE } from "./own-words.js";
import { say } from "./words.js";

const MOST_COLUMNS = 4;

/** The words: as a table where they were written in one, as a change where they were read before. @param {any} answer @param {any} spec */
export function drawAnswer(answer, spec) {
  if (answer.source === "blank") return h("p", { class: "quiet" }, say("blank"));
  if (typeof answer.read_before === "string") return changed(answer.read_before, answer.text);
  const rows = spec?.columns && Array.isArray(answer.value?.rows) ? answer.value.rows : null;
  if (Array.isArray(answer.value?.critiques)) return critiques(answer.value.critiques);
  // Beyond four columns a table leaves no room for a word.
  return rows ? (spec.columns.length > MOST_COLUMNS ? list : table)(rows, spec) : h("p", { class: "words", dir: "auto" }, answer.text);
}

function changed(before, after) {
  const parts = wordDiff(before, after).map(({ kind, text }) => {
    if (kind === "same") return text;
    const hidden = (words) => h("span", { class: "sr" }, words);
    return h(kind === "new" ? "ins" : "del", {}, hidden(say(kind === "new" ? "new-words" : "gone-words")), text, hidden(say("end-words")));
  });
  return h("p", { class: "words", dir: "auto" }, parts);
}

const labelsOf = (spec) => new Map((spec.row_labels ?? []).map((row) => [row.id, row.label]));
const textOf = (held) => (typeof held === "string" ? held : "");

function list(rows, spec) {
  const named = labelsOf(spec);
  return h("div", { class: "answer-list" }, rows.map((row) => [
    named.size ? h("h3", {}, named.get(row._row) ?? "") : null,
    h("dl", {}, spec.columns.map((column) => [h("dt", {}, column.label), h("dd", { class: "words", dir: "auto" }, textOf(row[column.id]) || "–")])),
  ]));
}

// Each critique by its fields: what asked for the words stands beside them, as in a table.
function critiques(found) {
  const fields = (one) => [["of", one.of], ...CRITIQUE.map((field) => [field, one[field]])].filter(([, text]) => textOf(text));
  return h("div", { class: "answer-list" }, found.map((one) => h("dl", {}, fields(one).map(([field, text]) => [h("dt", {}, say(`critique-${field}`)), h("dd", { class: "words", dir: "auto" }, text)]))));
}

function table(rows, spec) {
  const named = labelsOf(spec);
  const cell = (column, text) => h("td", { "data-label": column, dir: "auto" }, textOf(text));
  // Its columns' names stand at every row too: the head of a long table is out of sight.
  return h("table", { class: "answer-table", "aria-label": spec.title },
    h("thead", { class: "sr" }, h("tr", {}, named.size ? h("td") : null, spec.columns.map((column) => h("th", { scope: "col" }, column.label)))),
    h("tbody", {}, rows.map((row) => h("tr", {},
      named.size ? h("th", { scope: "row" }, named.get(row._row) ?? "") : null,
      spec.columns.map((column) => cell(column.label, row[column.id]))))));
}

/** The prompt as the writer of an answer read it, in their language. @param {any} about @param {any} answer */
export const askedOf = (about, answer) => ({ ...about, ...about.asked[answer.language] });

/** The question, which of its wordings it was, and what belongs to it. @param {any} about @param {any} value */
export function drawQuestion(about, value) {
  const asked = about.wordings[value?.wording] ?? about.wordings[about.spec.id] ?? "";
  const ways = Object.keys(about.wordings).length;
  return {
    question: h("div", { class: "question", dir: "auto", lang: about.spec.language ?? "en" }, drawnText(asked)),
    wording: ways > 1 ? h("p", { class: "small" }, say("wording", { n: ways })) : null,
    more: [
      about.notes.map((note) => h("section", { class: "aside-note" }, note.heading ? h("h3", {}, note.heading) : null, drawnText(note.html))),
      about.exemplars.map((one) => h("section", { class: "aside-note" }, h("h3", {}, say("exemplar", { level: one.level || "3" })), drawnText(one.html))),
      about.notes.length + about.exemplars.length ? null : h("p", { class: "quiet" }, say("notes-none")),
    ],
  };
}

// What stands around an answer: who sees it, starters, the rubric's rows, earlier answers.

import { button, fold, h, hint, icon, uid } from "../dom.js";
import { insertWords } from "./fields.js";
import { sayTime } from "../i18n.js";

/** The question where the page hands it over, the card's name where it stands above; then who sees the answer. */
export function cardHeading(t, spec, options, titleId) {
  const { asked } = options;
  const marks = [spec.lead_first ? t("lead-first") : "", spec.extension ? t("extension") : ""].filter(Boolean);
  if (asked) asked.querySelector(".op-title").id = titleId;
  return [
    asked ?? h("span", { id: titleId, class: "op-hidden" }, spec.title),
    h("p", { class: "op-meta" }, h("span", { class: "op-who" }, icon(spec.visibility), h("span", {}, whoSees(t, spec))),
      spec.minutes ? h("span", { class: "op-minutes" }, t("minutes", { n: spec.minutes })) : null,
      marks.map((mark) => h("span", { class: "op-minutes" }, mark))),
  ];
}

/** Who sees an answer, in words. @param {any} t @param {any} spec */
export function whoSees(t, spec) {
  if (spec.of === "colleagues" && spec.visibility === "C") return t("who-critique");
  const base = t(`who-${spec.visibility}`);
  return spec.may_share && spec.visibility !== "C" ? `${base} ${t(spec.visibility === "P" ? "who-may-show" : "who-may-share")}` : base;
}

/** Sentence starters that are put in at the caret. @param {any} t @param {any} spec @param {() => any} box */
export function startersFold(t, spec, box) {
  if (!spec.starters?.length) return null;
  const buttons = spec.starters.map((words) => button(words, () => { const at = box(); if (at) insertWords(at, words.replace(/\s*(\.\.\.|…)\s*$/, " ")); }, { class: "op-starter" }));
  return fold(t("starters"), h("div", { class: "op-starters" }, buttons));
}

/** The rubric's rows that this answer is read by, in words without numbers. */
export function rubricFold(t, spec) {
  if (!spec.criteria?.length) return null;
  const rows = spec.criteria.map(({ name, levels = [] }) => {
    const id = uid("criterion");
    return h("div", { class: "op-criterion" }, h("p", { id, class: "op-label" }, name),
      h("ul", { "aria-labelledby": id }, levels.map((level) => h("li", {}, ...levelParts(level)))));
  });
  return fold(t("rubric"), h("div", {}, hint(t("rubric-note")), rows));
}

/** A level of the rubric: its word, then what it means. @param {string} level */
export function levelParts(level) {
  const [, word, rest] = /^([^:.]{1,40}):\s*(.*)$/s.exec(level) ?? [null, "", level];
  return word ? [h("b", {}, `${word}.`), ` ${rest}`] : [rest];
}

/** Earlier answers that this question goes back to. @param {any} t @param {any} spec @param {any} recall */
export function recallBlock(t, spec, recall) {
  const found = (spec.recall ?? []).map((id) => recall?.[id]).filter((one) => one?.text);
  if (!found.length) return null;
  const blocks = found.map(({ title, text, at }) => h("figure", { class: "op-recall" },
    h("figcaption", {}, title, at ? h("span", { class: "op-when" }, ` · ${sayTime(at, t.language)}`) : null),
    h("blockquote", { dir: "auto" }, text)));
  return fold(t("recall", { n: found.length }), h("div", {}, blocks), { open: found.reduce((sum, { text }) => sum + text.length, 0) < 900 });
}

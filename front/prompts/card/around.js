// What stands around an answer: who sees it, starters, the rubric's rows, earlier answers, feedback.

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

function levelParts(level) {
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

// What came back: levels in words, the comment, and the words that were read.
/** @param {any} t @param {any} spec @param {any} feedback @param {any} current @param {null | (() => void)} revise null where nothing can be changed any more */
export function feedbackBlock(t, spec, feedback, current, revise) {
  if (!feedback) return null;
  const head = uid("feedback");
  const levels = (feedback.levels ?? []).map(({ criterion, level, number }) => {
    const own = spec.criteria?.find((one) => one.name === criterion)?.levels?.find((one) => one.startsWith(`${level}:`));
    const notes = (feedback.notes ?? []).filter((one) => one.criterion === criterion).map(({ note }) => h("p", { class: "op-comment", dir: "auto" }, note));
    return h("div", { class: "op-level" }, h("b", {}, criterion),
      h("div", {}, levelParts(own ?? level), number === undefined ? "" : ` (${number})`, notes));
  });
  const changed = feedback.sha256 && current?.sha256 && feedback.sha256 !== current.sha256;
  return h("section", { class: "op-feedback", "aria-labelledby": head },
    h("h4", { id: head }, t("feedback"), feedback.at ? h("span", { class: "op-when" }, ` · ${sayTime(feedback.at, t.language)}`) : null),
    feedback.comment ? h("p", { class: "op-comment", dir: "auto" }, feedback.comment) : levels.length ? null : hint(t("feedback-bare")),
    levels,
    feedback.text ? fold(t("feedback-words"), h("blockquote", { dir: "auto" }, feedback.text)) : null,
    hint(t(changed ? "feedback-changed" : revise ? "feedback-revise" : "feedback-closed")),
    revise && !changed ? button(t("revise"), revise) : null);
}

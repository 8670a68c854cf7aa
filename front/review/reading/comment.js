// The comment to the writer, and one for each criterion.

import { h } from "../../prompts/dom.js";
import { say } from "../words.js";

const MOST = 20000;

/** @param {any[]} criteria @param {(part: any, typed?: string) => void} edit told which field was typed in */
export function drawComment(criteria, edit) {
  const whole = h("textarea", { id: "review-comment", rows: 3, maxlength: MOST, dir: "auto", "aria-describedby": "review-comment-hint", "aria-keyshortcuts": "c" });
  const notes = new Map(criteria.map(({ code }) => [code, h("textarea", { rows: 2, id: `review-note-${code}`, maxlength: MOST, dir: "auto" })]));
  const written = () => Object.fromEntries([...notes].map(([code, { value }]) => [code, value]).filter(([, text]) => text.trim()));
  const changed = (field, typed) => edit(field === whole ? { comment: whole.value } : { notes: written() }, typed);
  let latest = whole; // where the bank and quotations go: the field that was last written in
  for (const field of [whole, ...notes.values()]) {
    field.addEventListener("input", () => changed(field, field.id));
    field.addEventListener("focus", () => { latest = field; });
  }
  const fold = h("details", { class: "criterion-notes" }, h("summary", {}, say("notes-fold"), " ", h("kbd", { "aria-hidden": "true" }, "e")),
    criteria.map(({ code, name }) => [h("label", { for: `review-note-${code}` }, say("note-on", { name })), notes.get(code)]));
  return {
    element: h("div", { class: "comment" }, h("label", { for: "review-comment" }, say("comment"), " ", h("kbd", { "aria-hidden": "true" }, "c")),
      h("p", { class: "hint", id: "review-comment-hint" }, say("comment-hint")), whole, fold),
    /** Go to the comment, or to the one on a criterion. @param {string} [code] */
    focus(code) {
      if (code) fold.open = true;
      (notes.get(code) ?? whole).focus();
    },
    text: () => latest.value,
    /** What the field is called that a bank comment or a quotation goes into. */
    field: () => (latest === whole ? say("comment") : say("note-on", { name: criteria.find(({ code }) => notes.get(code) === latest).name })),
    /** Put text where the cursor was. @param {string} text */
    add(text) {
      const [start, end] = [latest.selectionStart ?? latest.value.length, latest.selectionEnd ?? latest.value.length];
      const before = latest.value.slice(0, start);
      const put = before + (before && !/\s$/.test(before) ? " " : "") + text;
      latest.value = put + latest.value.slice(end);
      if (latest !== whole) fold.open = true;
      latest.focus();
      latest.setSelectionRange(put.length, put.length);
      changed(latest);
    },
    /** What another answer, or another version of this one, holds. @param {any} now */
    show(now) {
      latest = whole;
      whole.value = now.comment;
      for (const [code, note] of notes) note.value = now.notes[code] ?? "";
      fold.open = Object.keys(now.notes).length > 0;
    },
  };
}

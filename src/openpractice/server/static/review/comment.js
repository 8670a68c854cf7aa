// The comment to the writer, and notes by criterion for reviewers.

import { h } from "../../prompts/dom.js";
import { say } from "./words.js";

const MOST = 20000;

/** @param {any} mark @param {any[]} criteria @param {(part: any) => void} edit */
export function drawComment(mark, criteria, edit) {
  const field = h("textarea", { id: "review-comment", rows: 4, maxlength: MOST, dir: "auto", "aria-describedby": "review-comment-hint", "aria-keyshortcuts": "c" });
  field.value = mark.comment;
  field.addEventListener("input", () => edit({ comment: field.value }));
  const notes = new Map(criteria.map(({ code, name }) => {
    const note = h("textarea", { rows: 2, maxlength: MOST, dir: "auto", "aria-label": say("note-on", { name }) });
    note.value = mark.notes[code] ?? "";
    note.addEventListener("input", () => edit({ notes: collect(notes) }));
    return [code, { note, name }];
  }));
  const fold = h("details", { class: "criterion-notes", open: Object.keys(mark.notes).length > 0 }, h("summary", {}, say("notes-fold")),
    [...notes.values()].map(({ note, name }) => h("label", {}, say("note-on", { name }), note)));
  return {
    element: h("div", { class: "comment" }, h("label", { for: "review-comment" }, say("comment"), " ", h("kbd", { "aria-hidden": "true" }, "c")),
      h("p", { class: "hint", id: "review-comment-hint" }, say("comment-hint")), field, fold),
    focus: () => field.focus(),
    /** Put text where the cursor was. @param {string} text */
    add(text) {
      const [start, end] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
      const before = field.value.slice(0, start);
      field.value = before + (before && !/\s$/.test(before) ? " " : "") + text + field.value.slice(end);
      field.focus();
      edit({ comment: field.value });
    },
    show(now) {
      field.value = now.comment;
      for (const [code, { note }] of notes) note.value = now.notes[code] ?? "";
    },
  };
}

function collect(notes) {
  return Object.fromEntries([...notes].map(([code, { note }]) => [code, note.value]).filter(([, text]) => text.trim()));
}

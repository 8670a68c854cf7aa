// short_text and long_text: one box.

import { h } from "./dom.js";
import { textBox } from "./fields.js";

/** @param {any} ctx */
export function textKind(ctx) {
  const long = ctx.spec.kind === "long_text";
  const box = textBox({
    rows: long ? 6 : 3, labelledby: ctx.titleId, describedby: ctx.stateId, refuse: ctx.refuse,
    onText: (text) => ctx.emit(text ? { text } : {}),
  });
  return { el: h("div", { class: "op-text" }, box), starterBox: () => box, set: (value) => box.set(value.text ?? "") };
}

/** The free text that some kinds carry beside their choice. @param {any} ctx @param {(text: string) => void} onText */
export function commentBox(ctx, onText) {
  if (!ctx.spec.comment) return { el: null, box: null, set: () => {} };
  const box = textBox({ rows: 2, refuse: ctx.refuse, onText });
  const label = typeof ctx.spec.comment === "string" ? ctx.spec.comment : ctx.t("comment");
  return { el: ctx.label(label, box), box, set: (value) => box.set(value.comment ?? "") };
}

/** The value without empty texts and lists. @param {any} value */
export function dropEmpty(value) {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== "" && part !== undefined && !(Array.isArray(part) && part.length === 0)));
}

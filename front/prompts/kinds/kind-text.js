// short_text and long_text: one box.

import { h } from "../dom.js";
import { textBox } from "../card/fields.js";

/** @param {any} ctx */
export function textKind(ctx) {
  const long = ctx.spec.kind === "long_text";
  const box = textBox({
    rows: long ? 6 : 3, labelledby: ctx.titleId, describedby: ctx.stateId, refuse: ctx.refuse,
    onText: (text) => ctx.emit(text ? { text } : {}),
  });
  return { el: h("div", { class: "op-text" }, box), keys: ["text"], starterBox: () => box, set: (value) => box.set(value.text ?? "") };
}

/** The free text that some kinds carry beside their choice. @param {any} ctx @param {(text: string) => void} onText */
export function commentBox(ctx, onText) {
  if (!ctx.spec.comment) return { el: null, box: null, set: () => {} };
  const box = textBox({ rows: 2, refuse: ctx.refuse, onText });
  const label = typeof ctx.spec.comment === "string" ? ctx.spec.comment : ctx.t("comment");
  return { el: ctx.label(label, box), box, set: (value) => box.set(value.comment ?? "") };
}

/** The parts of a value whose key is known. @param {any} value @param {(key: string) => boolean} known */
export const onlyKnown = (value, known) => Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => known(key)));

/** The value without empty parts. @param {any} value */
export function dropEmpty(value) {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== "" && part !== undefined && !(typeof part === "object" && !Object.keys(part).length)));
}

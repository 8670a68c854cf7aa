// peer_critique: four fields in order for each piece of work, and a gentle word when judging comes too soon.

import { h, labelled, textBox, uid } from "../prompt.js";

const EARLY = ["say_back", "see"];
const ORDER = [...EARLY, "expect", "question"];

/** @param {any} ctx */
export function critiqueKind(ctx) {
  const { spec } = ctx;
  const wanted = spec.of === "facilitator" ? 1 : spec.count ?? 1;
  const fields = ["of", ...ORDER, ...(spec.offer ? ["offer"] : [])];
  let data = [];
  let parts = [];
  const list = h("div", { role: "group", "aria-labelledby": ctx.titleId });
  const tell = () => ctx.emit(critiqueValue(data, fields));
  const build = (count) => {
    data = Array.from({ length: count }, () => ({}));
    parts = data.map((one, index) => critiquePart(ctx, index, count, fields, (key, text) => { data[index][key] = text; tell(); }));
    list.replaceChildren(...parts.map(({ el }) => el));
  };
  build(wanted);
  return {
    el: list,
    keys: ["critiques"],
    starterBox: () => list.querySelector("textarea"),
    set(value) {
      const saved = value.critiques ?? [];
      const count = Math.max(wanted, saved.length);
      if (count !== data.length) build(count);
      parts.forEach((part, index) => {
        data[index] = { ...saved[index] };
        part.set(data[index]);
      });
    },
  };
}

function critiquePart(ctx, index, count, fields, onText) {
  const { t, spec } = ctx;
  const leads = spec.of === "facilitator" && spec.lead_first; // one person alone reads an answer that is no facilitator's
  const title = h("p", { id: uid("critique"), class: "op-row-title" }, leads ? t("critique-facilitator") : t("critique-number", { number: index + 1 }));
  const boxes = new Map();
  const rows = fields.filter((key) => !(key === "of" && spec.of === "facilitator")).map((key) => {
    const hint = ["say_back", "see", "expect"].includes(key) ? h("p", { class: "op-hint op-below", id: uid("hint") }, t(`critique-${key}-hint`)) : null;
    const nudge = EARLY.includes(key) ? h("p", { class: "op-nudge", role: "status" }) : null;
    const box = textBox({
      rows: key === "of" ? 1 : 2, line: key === "of", refuse: ctx.refuse, describedby: hint?.id,
      onText: (text) => { onText(key, text); if (nudge && !judgingWord(text, t("critique-judging"))) nudge.textContent = ""; },
    });
    // Said when the person pauses at the field's end, not under the typing hand.
    if (nudge) box.addEventListener("blur", () => { const word = judgingWord(box.value, t("critique-judging")); nudge.textContent = word ? t(`critique-nudge-${key}`, { word }) : ""; });
    boxes.set(key, box);
    const field = labelled(t(key === "of" ? "critique-about" : `critique-${key}`), box);
    if (hint) box.before(hint);
    if (nudge) field.append(nudge);
    return field;
  });
  const bare = count === 1 && !leads;
  return {
    el: h("div", { class: count > 1 ? "op-row" : "", role: "group", "aria-labelledby": title.id }, bare ? h("span", { class: "op-hidden" }, title) : title, rows),
    set: (one) => { for (const [key, box] of boxes) box.set(one[key] ?? ""); },
  };
}

/** Filled fields only; the place of each critique is kept. @param {any[]} data @param {string[]} fields */
export function critiqueValue(data, fields) {
  const kept = data.map((one) => Object.fromEntries(Object.entries(one).filter(([key, text]) => text && (fields.includes(key) || key === "offer"))));
  while (kept.length && !Object.keys(kept[kept.length - 1]).length) kept.pop();
  return kept.length ? { critiques: kept } : {};
}

/** The first word that judges, outside quotation marks, or "". @param {string} text @param {string} words those that judge, with commas between */
export function judgingWord(text, words) {
  const own = text.replace(/“[^”]*”|"[^"]*"|«[^»]*»|(?<!\p{L})['‘].*?['’](?!\p{L})/gu, " ");
  return RegExp(`(?<!\\p{L})(${words.replaceAll(", ", "|")})(?!\\p{L})`, "iu").exec(own)?.[0] ?? "";
}

export default { peer_critique: critiqueKind };

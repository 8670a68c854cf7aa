// slider: a range and a number field for the same value, one or a row each; nothing is set until it is touched.

import { button, commentBox, dropEmpty, h, hint, onlyKnown, uid } from "../prompt.js";

/** @param {any} ctx */
export function sliderKind(ctx) {
  const { t, spec } = ctx;
  let value = {};
  let lines = new Map();
  const list = h("div", { class: "op-sliders", role: "group", "aria-labelledby": ctx.titleId });
  const wait = hint(t("slider-rows-wait"));
  const tell = (change) => {
    value = dropEmpty({ ...value, ...change });
    ctx.emit(value);
  };
  const pick = (row, number) => {
    const rows = { ...value.rows, [row]: number };
    if (number === null) delete rows[row];
    tell({ rows });
  };
  const comment = commentBox(ctx, (text) => tell({ comment: text }));
  const build = (rows) => {
    const same = rows.length === lines.size && rows.every(({ id, label }) => lines.get(id)?.label === label);
    if (same) return;
    lines = new Map(rows.map((row) => [row.id, sliderLine(ctx, row, (number) => pick(row.id, number))]));
    list.replaceChildren(...[...lines.values()].map(({ el }) => el));
    wait.hidden = !spec.rows_from || rows.length > 0;
    fill();
  };
  const fill = () => { for (const [id, line] of lines) line.set(value.rows?.[id]); };
  const rebuild = (from) => { if (!list.contains(document.activeElement)) build(sliderRows(spec, from)); };
  wait.hidden = true;
  build(sliderRows(spec, undefined));
  return {
    el: h("div", {}, list, wait, comment.el),
    keys: ["rows", "comment"],
    starterBox: () => comment.box,
    set(next) { value = dropEmpty({ rows: onlyKnown(next.rows, (row) => spec.rows_from || lines.has(row)), comment: next.comment }); fill(); comment.set(next); },
    arrived() { if (spec.rows_from) rebuild(ctx.answer(spec.rows_from)); },
    heard(news) { if (spec.rows_from && news.prompt === spec.rows_from) rebuild(news.value); },
  };
}

/** The rows to draw: those of the specification, of another answer, or one. @param {any} spec @param {any} from */
export function sliderRows(spec, from) {
  if (!spec.rows_from) return spec.rows?.length ? spec.rows : [{ id: "value", label: spec.title, alone: true }];
  const rows = Array.isArray(from?.rows) ? from.rows : [];
  return rows.map((row, index) => {
    const text = Object.entries(row).filter(([key, cell]) => key !== "_row" && cell.trim()).map(([, cell]) => cell.trim());
    return { id: String(index + 1), label: text[0] ? shorten(text[0]) : "" };
  }).filter(({ label }) => label);
}

const shorten = (text) => (text.length > 120 ? `${text.slice(0, 119)}…` : text);

function sliderLine(ctx, row, onNumber) {
  const { t, spec } = ctx;
  const { from = 0, to = 10, step = 1 } = spec;
  const label = h("span", { id: uid("slider"), class: row.alone ? "op-hidden" : "op-statement", dir: "auto" }, row.label);
  const range = h("input", { type: "range", min: from, max: to, step, "aria-labelledby": label.id, class: "op-range" });
  const number = h("input", { type: "number", min: from, max: to, step, inputmode: "numeric", class: "op-place", "aria-label": t("number-for", { label: row.label }), placeholder: "–" });
  const clear = button(t("slider-clear"), () => { take(null); number.focus(); }, { class: "op-link" });
  const show = (now) => {
    const set = typeof now === "number";
    range.value = set ? now : (from + to) / 2;
    range.classList.toggle("op-unset", !set);
    range.setAttribute("aria-valuetext", set ? `${now} (${from} ${spec.low_label ?? ""} – ${to} ${spec.high_label ?? ""})` : t("slider-none"));
    if (number !== document.activeElement || !set) number.value = set ? now : "";
    clear.hidden = !set;
  };
  const take = (now) => { show(now); onNumber(now); };
  range.addEventListener("input", () => { take(range.valueAsNumber); number.value = range.value; });
  // A press on an unset range where the mark already stands changes nothing for the browser, but is an answer.
  range.addEventListener("click", () => { if (range.classList.contains("op-unset")) take(range.valueAsNumber); });
  range.addEventListener("keydown", (event) => { if ((event.key === " " || event.key === "Enter") && range.classList.contains("op-unset")) take(range.valueAsNumber); });
  number.addEventListener("change", () => {
    if (number.value === "") return take(null);
    const fitted = fitNumber(number.valueAsNumber, from, to, step);
    number.value = fitted;
    return take(fitted);
  });
  show(undefined);
  const ends = h("div", { class: "op-ends", "aria-hidden": "true" }, h("span", {}, `${from} ${spec.low_label ?? ""}`), h("span", {}, `${to} ${spec.high_label ?? ""}`));
  return {
    label: row.label, set: show,
    el: h("div", { class: "op-slider", role: "group", "aria-labelledby": label.id }, label, h("div", { class: "op-slide" }, h("div", { class: "op-track" }, range, ends), number, clear)),
  };
}

/** The nearest number on the scale. @param {number} number @param {number} from @param {number} to @param {number} step */
export function fitNumber(number, from, to, step) {
  const inside = Math.max(from, Math.min(to, Number.isFinite(number) ? number : from));
  const steps = Math.min(Math.round((inside - from) / step), Math.floor((to - from) / step + 1e-9));
  return Number((from + steps * step).toFixed(6));
}

export default { slider: sliderKind };

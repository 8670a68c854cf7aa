// single_choice and multi_choice: real radios and ticks, one full-width target each.

import { button, choiceList, commentBox, dropEmpty, h, onlyKnown } from "../prompt.js";

/** @param {any} ctx */
export function singleKind(ctx) {
  let value = {};
  const tell = (change) => {
    value = dropEmpty({ ...value, ...change });
    clear.hidden = !value.choice;
    ctx.emit(value);
  };
  const list = choiceList({ type: "radio", choices: ctx.spec.choices ?? [], onPick: (id) => tell({ choice: id }) });
  const clear = button(ctx.t("clear-choice"), () => {
    list.set([]);
    tell({ choice: "" });
    list.inputs.values().next().value?.focus();
  }, { class: "op-link", hidden: true });
  const comment = commentBox(ctx, (text) => tell({ comment: text }));
  const group = h("div", { role: "radiogroup", "aria-labelledby": ctx.titleId, class: "op-choices" }, list.rows);
  return {
    el: h("div", {}, group, clear, comment.el),
    keys: ["choice", "comment"],
    starterBox: () => comment.box,
    set(next) {
      value = onlyKnown(next, (key) => key === "comment" || (key === "choice" && list.inputs.has(next.choice)));
      list.set([value.choice]);
      clear.hidden = !value.choice;
      comment.set(next);
    },
  };
}

/** @param {any} ctx */
export function multiKind(ctx) {
  let value = {};
  const order = (ctx.spec.choices ?? []).map(({ id }) => id);
  const tell = (change) => {
    value = dropEmpty({ ...value, ...change });
    sayCount();
    ctx.emit(value);
  };
  const list = choiceList({
    type: "checkbox", choices: ctx.spec.choices ?? [],
    onPick: () => tell({ choices: order.filter((id) => list.inputs.get(id).checked) }),
  });
  const count = h("p", { class: "op-hint", id: `${ctx.titleId}-pick` });
  const sayCount = () => { count.textContent = pickSentence(ctx, value.choices?.length ?? 0); };
  const comment = commentBox(ctx, (text) => tell({ comment: text }));
  const group = h("div", { role: "group", "aria-labelledby": ctx.titleId, "aria-describedby": count.id, class: "op-choices" }, list.rows);
  sayCount();
  return {
    el: h("div", {}, ctx.spec.pick ? count : null, group, comment.el),
    keys: ["choices", "comment"],
    starterBox: () => comment.box,
    set(next) {
      value = dropEmpty({ choices: order.filter((id) => next.choices?.includes(id)), comment: next.comment });
      list.set(value.choices ?? []);
      comment.set(next);
      sayCount();
    },
  };
}

// The range asked for, and where one stands; more or fewer still saves, and is not counted as answered.
function pickSentence({ spec, t }, n) {
  if (!spec.pick) return "";
  const [min, max = min] = spec.pick;
  const asked = min === max ? t("pick", { n: max }) : t("pick-range", { min, max });
  if (!n) return asked;
  const off = n > max ? t("picked-more", { n: n - max }) : n < min ? t("picked-less", { n: min - n }) : "";
  return `${asked} ${t("picked", { n })} ${off}`;
}

export default { single_choice: singleKind, multi_choice: multiKind };

// ranking: a list one moves by buttons or by typing a place. The order counts once the person has moved or kept it.

import { button, commentBox, dropEmpty, h, hint } from "../prompt.js";

/** @param {any} ctx */
export function rankingKind(ctx) {
  const { t, spec } = ctx;
  const items = new Map((spec.items ?? []).map((item) => [item.id, item]));
  let order = [...items.keys()];
  let value = {};
  const list = h("ol", { class: "op-ranking" });
  const tell = (change) => {
    value = dropEmpty({ ...value, ...change });
    keep.hidden = unset.hidden = Boolean(value.order);
    ctx.emit(value);
  };
  const move = (id, place) => {
    const to = Math.max(0, Math.min(order.length - 1, place));
    order = moveTo(order, id, to);
    arrange();
    tell({ order });
    ctx.say(t("moved", { item: items.get(id).label, place: to + 1, total: order.length }));
  };
  const rows = new Map([...items.values()].map((item) => [item.id, rankingRow(ctx, item, items.size, (to) => move(item.id, to), () => order.indexOf(item.id))]));
  const arrange = () => {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    order.forEach((id, index) => {
      // Only what stands wrong is moved, so that the focused row keeps its focus.
      if (list.children[index] !== rows.get(id).el) list.insertBefore(rows.get(id).el, list.children[index] ?? null);
      rows.get(id).place(index);
    });
    if (list.contains(focused) && document.activeElement !== focused) focused.focus();
  };
  const unset = hint(t("rank-not-yet"));
  const keep = button(t("rank-keep"), () => { tell({ order }); rows.get(order[0]).el.querySelector("input").focus(); });
  const comment = commentBox(ctx, (text) => tell({ comment: text }));
  arrange();
  return {
    el: h("div", {}, hint(t("rank-hint")), h("div", { role: "group", "aria-labelledby": ctx.titleId }, list), unset, keep, comment.el),
    keys: ["order", "comment"],
    starterBox: () => comment.box,
    set(next) {
      const known = (next.order ?? []).filter((id) => items.has(id));
      order = [...known, ...[...items.keys()].filter((id) => !known.includes(id))];
      // An order of other things is not an order of these.
      const whole = known.length === next.order?.length;
      value = dropEmpty({ order: whole ? next.order : undefined, comment: next.comment });
      keep.hidden = unset.hidden = whole;
      arrange();
      comment.set(next);
    },
  };
}

/** A list with one entry at another place. @param {string[]} order @param {string} id @param {number} place */
export function moveTo(order, id, place) {
  const rest = order.filter((one) => one !== id);
  return [...rest.slice(0, place), id, ...rest.slice(place)];
}

function rankingRow({ t }, item, total, move, where) {
  const number = h("input", { type: "number", min: 1, max: total, inputmode: "numeric", class: "op-place", "aria-label": t("place-of", { item: item.label }) });
  number.addEventListener("change", () => {
    if (number.value === "" || Number.isNaN(number.valueAsNumber)) number.value = where() + 1;
    else move(Math.round(number.valueAsNumber) - 1);
  });
  const arrow = (sign, key, by) => button(h("span", { "aria-hidden": "true" }, sign), () => move(where() + by), { class: "op-button op-arrow", "aria-label": t(key, { item: item.label }) });
  const up = arrow("↑", "move-up", -1);
  const down = arrow("↓", "move-down", 1);
  return {
    el: h("li", { class: "op-ranked" }, number, h("span", { class: "op-ranked-label", dir: "auto" }, item.label), up, down),
    place(index) {
      number.value = index + 1;
      // Said, not disabled: a button that is taken away would lose the keyboard's place.
      up.setAttribute("aria-disabled", String(index === 0));
      down.setAttribute("aria-disabled", String(index === total - 1));
    },
  };
}

export default { ranking: rankingKind };

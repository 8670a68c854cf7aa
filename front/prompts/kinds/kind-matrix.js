// likert_matrix: one named group of radios a statement; a grid where there is room, a list where there is not.

import { commentBox, dropEmpty, h, hint, onlyKnown, uid } from "../prompt.js";

/** @param {any} ctx */
export function matrixKind(ctx) {
  const { rows = [], points = [] } = ctx.spec;
  let value = {};
  const inputs = new Map();
  const tell = (change) => {
    value = dropEmpty({ ...value, ...change });
    sayProgress();
    ctx.emit(value);
  };
  const pick = (row, point) => tell({ rows: { ...value.rows, [row]: point } });
  const comment = commentBox(ctx, (text) => tell({ comment: text }));
  const head = h("div", { class: "op-matrix-head", "aria-hidden": "true" }, h("span"), points.map(({ label }) => h("span", {}, label)));
  const body = rows.flatMap((row, index) => [
    row.group && row.group !== rows[index - 1]?.group ? h("p", { class: "op-matrix-group" }, row.group) : null,
    matrixRow(row, points, inputs, pick),
  ]);
  const grid = h("div", { class: "op-matrix", style: `--op-points:${points.length}`, role: "group", "aria-labelledby": ctx.titleId }, head, body);
  const progress = hint();
  const sayProgress = () => { progress.textContent = ctx.t("answered-of", { n: Object.keys(value.rows ?? {}).length, total: rows.length }); };
  sayProgress();
  return {
    el: h("div", {}, grid, rows.length > 3 ? progress : null, comment.el),
    keys: ["rows", "comment"],
    starterBox: () => comment.box,
    set(next) {
      value = dropEmpty({ rows: onlyKnown(next.rows, (row) => inputs.has(`${row} ${next.rows[row]}`)), comment: next.comment });
      for (const input of inputs.values()) input.checked = false;
      for (const [row, point] of Object.entries(value.rows ?? {})) inputs.get(`${row} ${point}`).checked = true;
      comment.set(next);
      sayProgress();
    },
  };
}

function matrixRow(row, points, inputs, pick) {
  const labelId = uid("row");
  const name = uid("point");
  const cells = points.map(({ id, label }) => {
    const input = h("input", { type: "radio", name, value: id, onchange: () => pick(row.id, id) });
    inputs.set(`${row.id} ${id}`, input);
    return h("label", { class: "op-point" }, input, h("span", {}, label));
  });
  return h("div", { class: "op-matrix-row", role: "radiogroup", "aria-labelledby": labelId }, h("p", { id: labelId, class: "op-statement", dir: "auto" }, row.label), cells);
}

export default { likert_matrix: matrixKind };

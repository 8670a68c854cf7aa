// evidence_table, ledger and action_plan: rows of named boxes; a table where there is room, forms where there is not.

import { button, h, labelled, onlyKnown, textBox, uid, undoLine } from "../prompt.js";

const MAX_ROWS = 200;
const WIDE_COLUMNS = 4;

/** @param {any} ctx */
export function tableKind(ctx) {
  const { t, spec } = ctx;
  const fixed = spec.row_labels ?? null;
  const [least, most] = fixed ? [fixed.length, fixed.length] : rowCount(spec.row_count);
  let rows = [];
  const list = h("div", { class: "op-rows" });
  const undo = undoLine(t);
  const add = button(t(`add-${spec.kind}`), () => { addRow(); }, { class: "op-button op-add" });
  const tell = () => {
    undo.hide();
    ctx.emit(tableValue(rows.map((row) => row.data)));
  };
  const addRow = (data = {}, at = rows.length, focus = true) => {
    const row = tableRow(ctx, { data: { ...data }, fixed, tell, remove: (gone) => removeRow(gone) });
    rows.splice(at, 0, row);
    list.insertBefore(row.el, rows[at + 1]?.el ?? null);
    renumber();
    if (focus) row.el.querySelector("textarea").focus();
  };
  const removeRow = (row) => {
    const at = rows.indexOf(row);
    rows.splice(at, 1);
    row.el.remove();
    if (rows.length === 0) addRow({}, 0, false);
    renumber();
    tell();
    undo.offer(t("row-removed", { number: at + 1 }), () => { addRow(row.data, at); tell(); });
  };
  const renumber = () => {
    rows.forEach((row, index) => row.number(index + 1, rows.length > least || rows.length > 1));
    add.hidden = Boolean(fixed) || rows.length >= Math.min(most, MAX_ROWS);
  };
  const shape = spec.kind === "ledger" ? "op-ledger" : spec.kind !== "action_plan" && (spec.columns ?? []).length <= WIDE_COLUMNS ? "op-wide" : "op-stacked";
  return {
    el: h("div", { class: `op-table ${shape}`, style: `--op-columns:${columnTracks(spec, Boolean(fixed))}`, role: "group", "aria-labelledby": ctx.titleId },
      tableHead(ctx, fixed), list, undo.el, add),
    keys: ["rows"],
    starterBox: () => list.querySelector("textarea"),
    set(value) {
      const known = (key) => key === "_row" || spec.columns.some(({ id }) => id === key);
      const saved = (Array.isArray(value.rows) ? value.rows : []).map((row) => onlyKnown(row, known));
      const wanted = fixed ? fixed.map(({ id }) => saved.find((row) => row._row === id) ?? { _row: id }) : padRows(saved, least);
      if (canonicalRows(wanted) === canonicalRows(rows.map((row) => row.data))) return;
      list.replaceChildren();
      rows = [];
      for (const data of wanted) addRow(data, rows.length, false);
      undo.hide();
    },
  };
}

function rowCount(range) {
  const [least, most = least] = range ?? [3, MAX_ROWS];
  return [Math.max(1, least), most];
}

const padRows = (rows, least) => [...rows, ...Array.from({ length: Math.max(0, least - rows.length) }, () => ({}))];
const canonicalRows = (rows) => JSON.stringify(rows.map((row) => Object.entries(row).filter(([, text]) => text).sort()));

/** What is saved: filled boxes only, without the empty rows at the end. @param {any[]} rows */
export function tableValue(rows) {
  const filled = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, text]) => text)));
  const written = (row) => Object.keys(row).some((key) => key !== "_row");
  while (filled.length && !written(filled[filled.length - 1])) filled.pop();
  const kept = filled.some((row) => row._row) ? filled.filter(written) : filled;
  return kept.length ? { rows: kept } : {};
}

function columnTracks(spec, named) {
  const tracks = (spec.columns ?? []).map(({ long }) => (long ? "minmax(0,1.6fr)" : "minmax(0,1fr)"));
  return [named ? "minmax(0,.9fr)" : null, ...tracks, named ? null : "44px"].filter(Boolean).join(" ");
}

function tableHead({ spec, t }, fixed) {
  const words = [fixed ? "" : null, ...spec.columns.map(({ label }) => label), fixed ? null : ""].filter((word) => word !== null);
  return h("div", { class: "op-table-head", "aria-hidden": "true" }, words.map((word) => h("span", {}, word)));
}

function tableRow(ctx, { data, fixed, tell, remove }) {
  const { spec, t } = ctx;
  const title = h("p", { class: "op-row-title", id: uid("row"), dir: "auto" });
  const fields = spec.columns.map(({ id, label, long }) => {
    const box = textBox({
      value: data[id] ?? "", rows: long ? 3 : 2, refuse: ctx.refuse,
      onText: (text) => { data[id] = text; tell(); },
    });
    return labelled(label, box, { class: long ? "op-field op-long" : "op-field" });
  });
  const gone = fixed ? null : button("", () => remove(row), { class: "op-link op-remove" });
  const row = {
    data,
    el: h("div", { class: "op-row", role: "group", "aria-labelledby": title.id }, title, sides(spec, t, fields), gone),
    number(number, removable) {
      title.textContent = fixed ? fixed.find(({ id }) => id === data._row)?.label ?? "" : t(`row-${spec.kind}`, { number });
      title.classList.toggle("op-number", !fixed);
      if (!gone) return;
      gone.hidden = !removable;
      gone.replaceChildren(h("span", { "aria-hidden": "true", class: "op-cross" }, "×"), h("span", { class: "op-remove-words" }, t("remove-row", { number })));
    },
  };
  return row;
}

/** The two sides of a ledger, each with its name and how many columns stand on it; none where nobody can tell. */
export function ledgerSides(spec, t) {
  const { kind, columns } = spec;
  if (kind !== "ledger") return [];
  const own = [...new Set(columns.map(({ group }) => group ?? ""))];
  if (own.length === 2 && own.every(Boolean)) return own.map((name) => [name, columns.filter(({ group }) => group === name).length]);
  // Halves of an odd number would put a column on the wrong side.
  const half = columns.length / 2;
  return half >= 1 && Number.isInteger(half) ? [[t("ledger-asked"), half], [t("ledger-given"), half]] : [];
}

function sides(spec, t, fields) {
  let at = 0;
  const parts = ledgerSides(spec, t).map(([label, count]) => {
    const name = h("p", { class: "op-side-name", id: uid("side"), dir: "auto" }, label);
    return h("div", { class: "op-side", role: "group", "aria-labelledby": name.id }, name, fields.slice(at, at += count));
  });
  return parts.length ? parts : fields;
}

export default { evidence_table: tableKind, ledger: tableKind, action_plan: tableKind };

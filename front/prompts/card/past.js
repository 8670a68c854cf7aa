// What is seldom there: two versions of one answer to choose from, and earlier words in readable lines.

import { allText, button, h, sayTime, uid } from "../prompt.js";

/**
 * @param {any} t @param {any[]} heads @param {(value: any) => string} asText
 * @param {(head: any) => Promise<void>} choose
 */
export function conflictBlock(t, heads, asText, choose) {
  const head = uid("versions");
  const trouble = h("p", { class: "op-hint", role: "status" });
  const versions = [...heads].sort((a, b) => b.rev - a.rev).map((one, index) => h("div", { class: "op-version" },
    h("p", { class: "op-label" }, versionTitle(t, one, index)),
    h("blockquote", { dir: "auto" }, asText(one.value) || t("version-empty")),
    button(t("version-keep", { number: index + 1 }), () => choose(one).catch(() => { trouble.textContent = t("version-failed"); }))));
  return h("section", { class: "op-versions", "aria-labelledby": head },
    h("h4", { id: head }, t("versions")), h("p", {}, t("versions-why")), h("div", { class: "op-version-list" }, versions), trouble);
}

function versionTitle(t, one, index) {
  const when = sayTime(one.at, t.language);
  return one.device ? t("version-device", { number: index + 1, time: when, device: one.device }) : t("version", { number: index + 1, time: when });
}

/** A value in readable lines: labels instead of ids. @param {any} spec @param {any} value @returns {string} */
export function readableValue(spec, value, t) {
  const label = (list, id) => list?.find((one) => one.id === id)?.label ?? id;
  const lines = [];
  if (value.choice) lines.push(label(spec.choices, value.choice));
  for (const id of value.choices ?? []) lines.push(label(spec.choices, id));
  (value.order ?? []).forEach((id, index) => lines.push(`${index + 1}. ${label(spec.items, id)}`));
  if (value.rows && !Array.isArray(value.rows)) for (const [row, point] of Object.entries(value.rows)) lines.push(`${label(spec.rows, row)}: ${label(spec.points, point)}`);
  if (Array.isArray(value.rows)) {
    value.rows.forEach((row, index) => {
      const cells = Object.entries(row).filter(([key]) => key !== "_row").map(([key, text]) => `${label(spec.columns, key)}: ${text}`);
      lines.push(`${row._row ? label(spec.row_labels, row._row) : index + 1}. ${cells.join("; ")}`);
    });
  }
  for (const node of value.nodes ?? []) lines.push(`${node.role || t("map-somebody")}: ${node.knows ?? ""}`);
  if (value.critiques) lines.push(allText({ critiques: value.critiques }));
  return [...lines, value.text, value.comment].filter(Boolean).join("\n");
}

// Pure helpers on text: counting words as the server does, cleaning, comparing, patches.

export const MAX_TEXT = 200000;
export const MAX_VALUE_BYTES = 1 << 20;
const PATCH_FROM_BYTES = 8192;

// Scripts written without spaces: each character counts as one word. The same ranges as in text.py.
const SPACELESS = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\u{20000}-\u{323af}";
const WORD_PIECES = new RegExp(`[${SPACELESS}]|[^\\s${SPACELESS}]+`, "gu");
const HAS_LETTER = new RegExp(`[\\p{L}\\p{N}${SPACELESS}]`, "u");

/** Number of words in a text. @param {string} text @returns {number} */
export function countWords(text) {
  let count = 0;
  for (const piece of text.match(WORD_PIECES) ?? []) if (HAS_LETTER.test(piece)) count += 1;
  return count;
}

// What word processors and PDF viewers put into copied text, and what the writer meant by it. The same as in cleantext.py.
const MEANT = { "\x07": "\t", "\x1e": "\u2011", "\x1f": "\xad" };
const WINDOWS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const meant = (sign) => MEANT[sign] ?? WINDOWS[sign.charCodeAt(0) - 128] ?? "";

/** The text with one kind of line end and every control character as the writer meant it. @param {string} text @returns {string} */
export const cleanText = (text) => text.replace(/\r\n?|[\v\f\x0e\u2028\u2029]/g, "\n")
  .replace(/(?<=\p{L})[\x02\ufffe](\n(?=\p{Lowercase})|(?=\p{L}))/gu, "")
  .replace(/[\0-\x08\x0e-\x1f\x7f-\x9f]/g, meant)
  .replace(/(?<=\p{L})\xad\n(?=\p{Lowercase})/gu, "")
  .replace(/\p{Cs}|\p{NChar}/gu, "\ufffd");

/** Where a count stands against a range: "none", "under", "in" or "over". @param {number} count @param {{min?: number, max?: number}} [range] */
export function wordState(count, range) {
  if (!range || (!range.min && !range.max)) return "none";
  if (range.max && count > range.max) return "over";
  return count < (range.min ?? 1) ? "under" : "in";
}

/** All the free text in a value, joined, without ids and choices. @param {any} value @returns {string} */
export function allText(value) {
  if (!value || typeof value !== "object") return "";
  const texts = [value.text, value.comment];
  if (Array.isArray(value.rows)) for (const row of value.rows) for (const [key, text] of Object.entries(row)) if (key !== "_row") texts.push(text);
  for (const node of value.nodes ?? []) texts.push(node.role, node.knows);
  for (const link of value.links ?? []) texts.push(link.about);
  for (const one of value.critiques ?? []) texts.push(one.say_back, one.see, one.expect, one.question, one.offer);
  return texts.filter((text) => typeof text === "string" && text).join("\n");
}

/** The same text for equal values, whatever the order of keys. @param {any} value @returns {string} */
export function canonicalText(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** Whether nothing has been answered. @param {any} value @returns {boolean} */
export function isEmptyValue(value) {
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.every(isEmptyValue);
  if (value && typeof value === "object") return Object.entries(value).every(([key, part]) => key === "_row" || key === "wording" || isEmptyValue(part));
  return value === null || value === undefined;
}

/** Bytes of a value as it travels. @param {any} value */
export function valueBytes(value) {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/**
 * One replacement that turns `before` into `after`, or null where the whole is better.
 * Positions count code points, so that both ends agree about emoji.
 * @param {any} before @param {any} after
 * @returns {null | {path: (string|number)[], at: number, drop: number, put: string, length: number}}
 */
export function makePatch(before, after) {
  if (valueBytes(after) <= PATCH_FROM_BYTES) return null;
  const paths = changedTexts(before, after, []);
  if (!paths || paths.length !== 1) return null;
  const path = paths[0];
  const old = Array.from(path.reduce((part, key) => part[key], before));
  const now = Array.from(path.reduce((part, key) => part[key], after));
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const put = now.slice(start, now.length - end).join("");
  if (put.length > now.length / 2) return null;
  return { path, at: start, drop: old.length - start - end, put, length: old.length };
}

// Paths of the texts that differ; null where the shapes differ, since then one patch cannot say it.
function changedTexts(before, after, path) {
  if (typeof before === "string" && typeof after === "string") return before === after ? [] : [path];
  if (before === null || after === null || typeof before !== "object" || typeof after !== "object") return before === after ? [] : null;
  const keys = Object.keys(after);
  if (Array.isArray(before) !== Array.isArray(after) || Object.keys(before).length !== keys.length) return null;
  const found = [];
  for (const key of keys) {
    if (!Object.hasOwn(before, key)) return null;
    const inner = changedTexts(before[key], after[key], [...path, Array.isArray(after) ? Number(key) : key]);
    if (!inner) return null;
    found.push(...inner);
  }
  return found;
}

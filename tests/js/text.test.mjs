import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { allText, canonicalText, cleanText, countWords, isEmptyValue, makePatch, wordState } from "../../front/prompts/text.js";

const vectors = JSON.parse(readFileSync(new URL("../data/word_counts.json", import.meta.url), "utf8"));

test("words are counted as the server counts them", () => {
  for (const [text, count] of vectors) assert.equal(countWords(text), count, JSON.stringify(text));
});

const cleaned = JSON.parse(readFileSync(new URL("../data/clean_text.json", import.meta.url), "utf8"));

test("text is cleaned as the server cleans it, and cleaning twice changes nothing", () => {
  for (const [text, clean] of cleaned) {
    assert.equal(cleanText(text), clean, JSON.stringify(text));
    assert.equal(cleanText(clean), clean, JSON.stringify(text));
  }
});

test("a count stands under, in or over its range", () => {
  assert.deepEqual([wordState(3, { min: 5, max: 9 }), wordState(5, { min: 5, max: 9 }), wordState(10, { max: 9 }), wordState(10, undefined)], ["under", "in", "over", "none"]);
});

test("an answer is empty when nothing visible is in it", () => {
  for (const value of [{}, { text: "  " }, { rows: [{ _row: "a" }] }, { wording: "x" }, { rows: {} }]) assert.ok(isEmptyValue(value), JSON.stringify(value));
  for (const value of [{ text: "a" }, { rows: { value: 0 } }, { choice: "x" }]) assert.ok(!isEmptyValue(value), JSON.stringify(value));
});

test("values are compared whatever the order of their keys", () => {
  assert.equal(canonicalText({ b: [1, { d: 2, c: 3 }], a: "x" }), canonicalText({ a: "x", b: [1, { c: 3, d: 2 }] }));
});

function applyPatch(value, { path, at, drop, put, length }) {
  const copy = structuredClone(value);
  const last = path[path.length - 1];
  const home = path.slice(0, -1).reduce((part, key) => part[key], copy);
  const points = Array.from(home[last]);
  assert.equal(points.length, length);
  points.splice(at, drop, ...Array.from(put));
  home[last] = points.join("");
  return copy;
}

test("a patch turns the old value into the new one, counting code points", () => {
  const long = "schön 😀 学校 ".repeat(900);
  for (const after of [`${long}end`, `start ${long}`, long.replace("😀", "🙂"), long.slice(0, -40)]) {
    const before = { text: long };
    const patch = makePatch(before, { text: after });
    assert.deepEqual(applyPatch(before, patch), { text: after });
    assert.ok(JSON.stringify(patch).length < 300);
  }
  const table = { rows: [{ a: long, b: "x" }, { a: "y" }] };
  assert.deepEqual(makePatch(table, { rows: [{ a: `${long}!`, b: "x" }, { a: "y" }] }).path, ["rows", 0, "a"]);
});

test("short answers, new shapes and two changes at once go whole", () => {
  const long = "word ".repeat(3000);
  assert.equal(makePatch({ text: "a" }, { text: "ab" }), null);
  assert.equal(makePatch({}, { text: long }), null);
  assert.equal(makePatch({ text: long, comment: "a" }, { text: `${long}b`, comment: "b" }), null);
});

test("all the free text of a value, without ids", () => {
  assert.equal(allText({ rows: [{ a: "one", _row: "r1" }], comment: "two" }), "two\none");
  assert.equal(allText({ critiques: [{ of: "x", see: "three" }] }), "three");
});

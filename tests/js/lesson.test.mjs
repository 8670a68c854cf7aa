// What the lesson page decides without a page: run with `node --test tests/js`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { ANSWER_STUB, lessonOf, partOf, readCall, typedWords } from "../../front/notebook/lesson.js";
import { isAnswered, isWaiting, nextOpen, progressOf } from "../../front/lesson/progress.js";
import { ownWays } from "../../front/prompts/card/past.js";
import { handinSentence } from "../../front/prompts/handin.js";
import { keys, speaker } from "../../front/notebook/words.js";

const own = { format: 1, course: "open-practice", lesson: "1-purpose", title: "T", minutes: 105, language: "en" };

test("a notebook is a lesson only with our format and ids", () => {
  assert.equal(lessonOf(own).lesson, "1-purpose");
  for (const wrong of [undefined, null, "x", {}, { ...own, format: 2 }, { ...own, lesson: "../x" }, { ...own, course: "A B" }]) {
    assert.equal(lessonOf(wrong), null);
  }
  assert.equal(lessonOf({ ...own, language: "<b>" }).language, "en");
});

test("only an exact call of the wanted name with JSON in it is read", () => {
  assert.deepEqual(readCall('prompt({"id": "a"})', "prompt"), { id: "a" });
  for (const wrong of ['prompt({"id": "a"}); boom()', 'x = prompt({"id": "a"})', 'handin({"id": "a"})', "prompt({'id': 1})", "prompt()", 'prompt({"a": True})']) {
    assert.equal(readCall(wrong, "prompt"), null, wrong);
  }
});

test("the stub is no answer, other words are", () => {
  assert.equal(typedWords(`  ${ANSWER_STUB}\n`), "");
  assert.equal(typedWords("YOUR ANSWER HERE"), "");
  assert.equal(typedWords(" mine "), "mine");
});

test("an unknown part is text", () => {
  assert.equal(partOf({ part: "prompt" }), "prompt");
  assert.equal(partOf({ part: "script" }), "text");
  assert.equal(partOf(undefined), "text");
});

const standing = (id, answered, more = {}) => ({ spec: { id, minutes: 5, ...more }, answered, shown: more.shown ?? true, waits: more.waits });

test("progress counts what is shown, and two wordings once", () => {
  const prompts = [standing("a", true), standing("b", false), standing("c", false, { shown: false }),
    standing("d", false), standing("d-not", true, { answer_with: "d" })];
  assert.deepEqual(progressOf(prompts), { answered: 2, all: 3, minutes: 5, next: "b", begun: 0, waiting: 0, spare: 0 });
  assert.deepEqual(progressOf([]), { answered: 0, all: 0, minutes: 0, next: null, begun: 0, waiting: 0, spare: 0 });
});

test("what cannot be answered yet, or need not be, is said apart until it is answered", () => {
  const prompts = [standing("a", false, { waits: true }), standing("b", true), standing("c", false, { extension: 1 }), standing("d", true, { extension: 1 })];
  assert.deepEqual(progressOf(prompts), { answered: 2, all: 2, minutes: 0, next: "c", begun: 0, waiting: 1, spare: 1 });
  assert.equal(nextOpen(prompts, null), "c");
  const values = { chosen: { choice: "yes" }, filled: { rows: [{ _row: "x", seen: "y" }] }, blank: { rows: [{ _row: "x", seen: " " }] } };
  const waits = (spec) => isWaiting(spec, (id) => values[id]);
  assert.deepEqual([{}, { branch: { of: "chosen" } }, { rows_from: "filled" }].map(waits), [false, false, false]);
  assert.deepEqual([{ branch: { of: "not" } }, { rows_from: "not" }, { rows_from: "blank" }].map(waits), [true, true, true]);
});

test("an answer counts by the server's rule", () => {
  for (const [spec, value, answered] of JSON.parse(readFileSync(new URL("../data/answered.json", import.meta.url), "utf8"))) {
    assert.equal(isAnswered(value, spec), answered, JSON.stringify([spec, value]));
  }
});

test("each version says where it goes its own way, as the page before handing in does", () => {
  for (const [texts, ways] of JSON.parse(readFileSync(new URL("../data/versions.json", import.meta.url), "utf8"))) assert.deepEqual(ownWays(texts), ways);
});

test("a slider for the rows of a table asks for a number for each row with something in it", () => {
  const [spec, table] = [{ kind: "slider", rows_from: "t" }, { rows: [{}, { a: "x" }, { _row: "b", a: " " }, { b: "y" }] }];
  assert.equal(isAnswered({ rows: { 2: 0 } }, spec, table), false);
  assert.equal(isAnswered({ rows: { 2: 0, 4: 10 } }, spec, table), true);
  assert.equal(isAnswered({ rows: { 1: 3 } }, spec, undefined), true);
});

test("what is begun is counted once a question, and no longer when it is answered", () => {
  const begun = (id, answered, more) => ({ ...standing(id, answered, more), begun: true });
  assert.equal(progressOf([begun("a", false), begun("b", true), begun("d", false), begun("d-not", false, { answer_with: "d" }), begun("e", false, { extension: 1 })]).begun, 3);
});

test("next goes on from here, round the end, and stops when all is answered", () => {
  const prompts = [standing("a", false), standing("b", true), standing("c", false)];
  assert.equal(nextOpen(prompts, null), "a");
  assert.equal(nextOpen(prompts, "a"), "c");
  assert.equal(nextOpen(prompts, "c"), "a");
  assert.equal(nextOpen([standing("a", true)], null), null);
  assert.equal(nextOpen([standing("a", false)], "a"), null);
});

test("every language has every key, and values are put in", () => {
  assert.deepEqual(keys.es, keys.en);
  assert.equal(speaker("es-MX")("launcher"), "Curso");
  assert.equal(speaker("fr")("launcher"), "Course");
});

test("what was read is not called open to change until it is read", () => {
  const t = Object.assign((key) => key, { language: "en" });
  const said = (state, more = {}) => handinSentence(t, { state, at: "2026-11-24T14:05:00Z", can_change: true, ...more });
  assert.equal(handinSentence(t, { state: "started", at: null }), "handin-not-yet");
  assert.deepEqual(
    ["handed-in", "handed", "collected", "changed", "being-read", "read", "feedback", "left-empty"].map((state) => said(state).split(" ")[1]),
    ["handin-may-change", "handin-may-change", "handin-may-change", "handed-changed", "handin-read", "handin-read", "handin-returned", "handin-left-empty"],
  );
  assert.match(said("collected", { can_change: false }), / handin-read$/);
});

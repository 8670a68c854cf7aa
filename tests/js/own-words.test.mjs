// What is quoted from an answer is the writer's own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ownWords } from "../../front/review/own-words.js";

test("a table is quoted by its cells, without the headings that the course wrote", () => {
  const spec = { columns: [{ id: "who", label: "Who acts" }, { id: "what", label: "What changes" }] };
  const answer = { text: "Who acts: Ana\nWhat changes: the rota", value: { rows: [{ _row: "r1", who: "Ana", what: "the rota" }, { _row: "r2", who: 3 }] } };
  assert.deepEqual(ownWords(answer, spec), ["Ana", "the rota"]);
  const critique = { text: "About: Bo\nI see: “Time” is on page three.", value: { critiques: [{ of: "Bo", see: "“Time” is on page three.", say_back: "", question: 3 }] } };
  assert.deepEqual(ownWords(critique, {}), ["“Time” is on page three."]);
  assert.deepEqual(ownWords({ text: "One. Two.", value: { text: "One. Two." } }, {}), ["One. Two."]);
});

// What can be taken back and done again while reading: always of one answer, never of another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Steps, described } from "../../front/review/reading/steps.js";

const CRITERIA = [{ code: "R", name: "Reasoning" }, { code: "P", name: "Principle" }];
const say = (key, values = {}) => `${key}${Object.keys(values).length ? JSON.stringify(values) : ""}`;
const mark = (part = {}) => ({ levels: {}, comment: "", notes: {}, flagged: false, skipped: false, ...part });

test("a step is taken back and done again, the latest first", () => {
  const steps = new Steps();
  const [none, one, two] = [mark(), mark({ levels: { R: 2 } }), mark({ levels: { R: 3 } })];
  steps.add("a", none, one);
  steps.add("a", one, two);
  assert.deepEqual(steps.take("a", two, "past").now, one);
  assert.deepEqual(steps.take("a", one, "past").now, none);
  assert.equal(steps.take("a", none, "past"), null);
  assert.deepEqual(steps.take("a", none, "future").now, one);
  steps.add("a", one, mark({ levels: { R: 0 } }));
  assert.equal(steps.take("a", mark({ levels: { R: 0 } }), "future"), null, "a new step leaves nothing to do again");
});

test("steps of one answer never change another, and where the last was done is known", () => {
  const steps = new Steps();
  steps.add("a", mark(), mark({ flagged: true }));
  steps.add("b", mark(), mark({ levels: { P: 1 } }));
  assert.equal(steps.take("c", mark(), "past"), null);
  assert.equal(steps.elsewhere("c").id, "b");
  assert.equal(steps.elsewhere("b").id, "a");
  steps.take("b", mark({ levels: { P: 1 } }), "past");
  assert.equal(steps.elsewhere("c").id, "a", "what has nothing left to take back is not gone to");
});

test("typing in one field is one step, until something else is done", () => {
  const steps = new Steps();
  const texts = ["N", "Ne", "Next"].map((comment) => mark({ comment }));
  steps.add("a", mark(), texts[0], "review-comment");
  steps.add("a", texts[0], texts[1], "review-comment");
  steps.add("a", texts[1], texts[2], "review-comment");
  const bank = mark({ comment: "Next, look." });
  steps.add("a", texts[2], bank);
  assert.equal(steps.take("a", bank, "past").now.comment, "Next");
  assert.equal(steps.take("a", texts[2], "past").now.comment, "");
});

test("steps count only for what they led to; spaces that the server takes away make no difference", () => {
  const steps = new Steps();
  steps.add("a", mark(), mark({ comment: "Kept. " }), "review-comment");
  assert.equal(steps.take("a", mark({ comment: "Kept." }), "past").now.comment, "");
  steps.add("b", mark(), mark({ levels: { R: 1 } }));
  assert.equal(steps.take("b", mark({ levels: { R: 3 } }), "past"), null, "somebody saved in between");
});

test("nothing that changes nothing is a step", () => {
  const steps = new Steps();
  steps.add("a", mark(), mark());
  assert.equal(steps.has("a"), false);
});

test("a step is said by the names of what it changed", () => {
  const said = (before, after) => described({ before: mark(before), after: mark(after) }, CRITERIA, say);
  assert.equal(said({}, { levels: { R: 2 } }), "Reasoning 2");
  assert.equal(said({ levels: { R: 2 } }, { levels: { R: 3 } }), 'step-level{"name":"Reasoning","level":3,"was":2}');
  assert.equal(said({ levels: { P: 2 } }, {}), 'step-no-level{"name":"Principle","was":2}');
  assert.equal(said({}, { comment: "x", notes: { P: "y" }, flagged: true, skipped: true }), 'step-comment, step-note{"name":"Principle"}, step-flag, step-skip');
  assert.equal(said({ flagged: true }, {}), "step-unflag");
});

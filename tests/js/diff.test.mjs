// What changed between two versions of an answer: both can be read out of it, and changes hang together.

import assert from "node:assert/strict";
import test from "node:test";

import { wordDiff } from "../../front/review/diff.js";

const told = (before, after) => wordDiff(before, after).map(({ kind, text }) => ({ same: text, gone: `[-${text}]`, new: `[+${text}]` })[kind]).join("");

test("words changed one after the other are one change", () => {
  assert.equal(told("It gives a reaction, or one reason.", "It says what happened and one reason."), "It [-gives a reaction, or][+says what happened and] one reason.");
  assert.equal(told("reaches two teachers", "reaches three teachers"), "reaches [-two][+three] teachers");
  assert.equal(told("a b", "a X Y b"), "a [+X Y ]b");
  assert.equal(told("as it was", "as it was"), "as it was");
});

test("whatever was changed, both versions are in it whole", () => {
  let last = 7;
  const draw = (most) => { last = (last * 16807) % 2147483647; return last % most; };
  const words = () => Array.from({ length: draw(9) }, () => ["a", "b", "c", "  ", "\n"][draw(5)]).join(draw(2) ? " " : "");
  for (let round = 0; round < 2000; round += 1) {
    const [before, after] = [words(), words()];
    const without = (kind) => wordDiff(before, after).filter((run) => run.kind !== kind).map(({ text }) => text).join("");
    assert.deepEqual([without("new"), without("gone")], [before, after]);
  }
});

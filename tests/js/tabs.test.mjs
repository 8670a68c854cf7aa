// Lives of one person with up to four tabs, each made of one number. More of them: TABS_SEEDS=20000 node --test tests/js/tabs.test.mjs

import assert from "node:assert/strict";
import test from "node:test";
import { faultsOf, live } from "./tabs-world.mjs";

const SEEDS = Number(process.env.TABS_SEEDS ?? 400);

/** The life of this number, ended, with what went wrong in it. */
async function lived(seed, options) {
  const world = await live(seed, options);
  const faults = faultsOf(world);
  world.stop();
  return { world, faults };
}

async function everyLifeIsWell(options) {
  let asked = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { world, faults } = await lived(seed, options);
    assert.deepEqual(faults, [], `seed ${seed}\n${world.log.join("\n")}`);
    if (world.journal.heads.length > 1) asked += 1;
  }
  return asked;
}

test("whatever tabs and networks do, no word is lost, hidden or left waiting", async () => {
  const asked = await everyLifeIsWell({ storage: false });
  assert.ok(asked < SEEDS / 8, `${asked} of ${SEEDS} ended in a question`);
});

test("nor where the browser has no room or keeps nothing", () => everyLifeIsWell({ storage: true }));

test("and one tab at a time asks nothing, with any network", () => everyLifeIsWell({ most: 1 }));

/** @type {[string, number, any][]} what went wrong once */
const ONCE = [
  ["what was saved elsewhere while words here were on their way stands here afterwards", 5754, { storage: false }],
  ["of two such news the newer one counts", 3262, { storage: false }],
  ["an answer asked for before the newest news does not bring old words back", 1120, { storage: false }],
  ["a version that came in before its predecessor is not replaced by it", 3908, { storage: false }],
  ["another tab's words that stand here do not stay when that tab has saved a version", 1171, { storage: false }],
  ["the last words of a closed tab, found to have arrived, are told to the tabs that are open", 2399, { storage: false }],
  ["a try that came in before an earlier one leaves nothing to choose", 4301, { storage: false, most: 1, inTurn: true }],
  ["being signed out makes no earlier try forgotten", 2648, { most: 1 }],
];
for (const [what, seed, options] of ONCE) {
  test(`${what} (seed ${seed})`, async () => {
    const { world, faults } = await lived(seed, options);
    assert.deepEqual(faults, [], world.log.join("\n"));
  });
}

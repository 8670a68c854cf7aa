import assert from "node:assert/strict";
import test from "node:test";
import { Watch } from "../../front/review/reading/watch.js";

globalThis.document = { hidden: false };
globalThis.addEventListener = globalThis.removeEventListener = () => {};

function watching(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 0 });
  const asked = [];
  const line = { placeOf: () => 0, mark() {}, refresh() {} };
  const ask = async (method, path) => { asked.push(`${method} ${path}`); return path === "live" ? { on: [], stamp: "1" } : { holder: null }; };
  const watch = new Watch({ ask, line, again: async () => [], changed() {} });
  return { watch, asked, leases: () => asked.filter((one) => one.includes("lease")) };
}
const ENTRY = { lesson: "l", prompt: "p", who: "w" };
const OURS = "POST lease/l/p/w";

test("being on an answer is said again every minute, for as long as one looks at it", (t) => {
  const { watch, leases } = watching(t);
  watch.take(ENTRY);
  t.mock.timers.tick(300);
  assert.deepEqual(leases(), [OURS]);
  t.mock.timers.tick(58_000);
  assert.deepEqual(leases(), [OURS]);
  t.mock.timers.tick(7_000);
  assert.deepEqual(leases(), [OURS, OURS]);
  document.hidden = true;
  t.mock.timers.tick(300_000);
  document.hidden = false;
  assert.deepEqual(leases(), [OURS, OURS]);
  watch.close();
});

test("leafing past an answer takes nothing, and leaving ends it", (t) => {
  const { watch, leases } = watching(t);
  watch.take(ENTRY);
  t.mock.timers.tick(100);
  watch.leave();
  t.mock.timers.tick(120_000);
  assert.deepEqual(leases(), ["DELETE lease"]);
  watch.close();
});

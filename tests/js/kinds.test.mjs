import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import test from "node:test";
import { ROOM } from "../../front/prompts/card/share.js";
import { whoSees } from "../../front/prompts/card/around.js";
import { critiqueValue, judgingWord } from "../../front/prompts/kinds/kind-critique.js";
import { freshNode, mapValue } from "../../front/prompts/kinds/kind-map.js";
import { moveTo } from "../../front/prompts/kinds/kind-ranking.js";
import { fitNumber, sliderRows } from "../../front/prompts/kinds/kind-slider.js";
import { getReady } from "../../front/prompts/kinds/kinds.js";
import { ledgerSides, tableValue } from "../../front/prompts/kinds/kind-table.js";
import { themeMeans } from "../../front/prompts/kinds/kind-then.js";
import { mapPlaces, wrapWords } from "../../front/prompts/kinds/map-picture.js";

test("a table keeps filled boxes and inner gaps, not empty rows at its end", () => {
  assert.deepEqual(tableValue([{ a: "x", b: "" }, {}, { b: "y" }, {}]), { rows: [{ a: "x" }, {}, { b: "y" }] });
  assert.deepEqual(tableValue([{ _row: "r1" }, { _row: "r2", a: "z" }]), { rows: [{ _row: "r2", a: "z" }] });
  assert.deepEqual(tableValue([{}, { _row: "r" }]), {});
});

test("a ranking moves one item and keeps the rest in order", () => {
  assert.deepEqual(moveTo(["a", "b", "c", "d"], "d", 1), ["a", "d", "b", "c"]);
  assert.deepEqual(moveTo(["a", "b"], "a", 1), ["b", "a"]);
});

test("a typed number falls on the scale", () => {
  assert.deepEqual([fitNumber(99, 0, 10, 1), fitNumber(-3, 0, 10, 1), fitNumber(2.4, 0, 3, 1), fitNumber(0.34, 0, 1, 0.1), fitNumber(10, 0, 10, 3), fitNumber(NaN, 1, 5, 1)], [10, 0, 2, 0.3, 9, 1]);
});

test("sliders follow the rows of another answer by their number", () => {
  const spec = { rows_from: "ledger", title: "How much" };
  assert.deepEqual(sliderRows(spec, { rows: [{ require: "plans" }, {}, { who: "me" }] }), [{ id: "1", label: "plans" }, { id: "3", label: "me" }]);
  assert.deepEqual(sliderRows(spec, undefined), []);
  assert.equal(sliderRows({ title: "One" })[0].id, "value");
});

test("a map keeps people of whom something is said, and lines between two of them", () => {
  const nodes = [{ id: "n1", role: "coach", knows: "", title: 1, me: 0 }, { id: "n2", role: "para", knows: "", title: 0, me: 0 }, { id: "n3", role: "", knows: "", title: 0, me: 0 }];
  const links = [{ from: "n1", to: "n2", about: "" }, { from: "n1", to: "n3", about: "" }, { from: "n1", to: "n1", about: "" }, { from: "", to: "n2", about: "" }];
  assert.deepEqual(mapValue(nodes, links), { nodes: nodes.slice(0, 2), links: [links[0]] });
  assert.deepEqual(mapValue([nodes[2]], []), {});
  assert.equal(freshNode([{ id: "n4" }, { id: "x" }]).id, "n5");
});

test("people on the map stand apart", () => {
  for (const count of [2, 5, 12]) {
    const places = mapPlaces(count, 480, Math.max(320, count * 64) - 76);
    for (const [i, a] of places.entries()) for (const b of places.slice(i + 1)) assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) > 60, `${count} people`);
  }
});

test("a name on the map is broken and cut to its box", () => {
  assert.deepEqual(wrapWords("Bilingual para", 13), ["Bilingual", "para"]);
  assert.deepEqual(wrapWords("Paraprofessional", 13), ["Paraprofessi…"]);
});

const judging = (language) => JSON.parse(readFileSync(new URL(`../../front/prompts/catalog/${language}.json`, import.meta.url), "utf-8"))["critique-judging"];

test("a word that judges is found outside quotation marks only", () => {
  assert.equal(judgingWord("A good plan", judging("en")), "good");
  assert.equal(judgingWord("It says “good plans take time”", judging("en")), "");
  assert.equal(judgingWord("I read that goods arrive on Friday", judging("en")), "");
  assert.equal(judgingWord("'great energy, don't stop' and then ‘good’", judging("en")), "", "a phone's quotation marks");
  assert.equal(judgingWord("It isn't good, and the teacher's plan isn't", judging("en")), "good", "an apostrophe quotes nothing");
  assert.equal(judgingWord("Es un plan débil", judging("es")), "débil");
});

test("a critique that goes to facilitators only is promised to no colleague", () => {
  const spec = { kind: "peer_critique", of: "colleagues" };
  assert.equal(whoSees((key) => key, { ...spec, visibility: "C" }), "who-critique");
  assert.equal(whoSees((key) => key, { ...spec, visibility: "F" }), "who-F");
});

test("critiques keep their fields and places", () => {
  assert.deepEqual(critiqueValue([{}, { see: "x", of: "" }, {}], ["of", "see"]), { critiques: [{}, { see: "x" }] });
  assert.deepEqual(critiqueValue([{}, {}], ["see"]), {});
});

test("a theme is the mean of its rows, and what is not part of a role does not count", () => {
  const spec = { rows: [{ id: "a", group: "One", label: "" }, { id: "b", group: "One", label: "" }, { id: "c", group: "Two", label: "" }], points: [{ id: "never" }, { id: "often" }, { id: "always" }, { id: "na" }] };
  const found = themeMeans(spec, [{ rows: { a: "never", b: "always", c: "na" } }, undefined, { rows: { c: "often" } }]);
  assert.deepEqual(found, [{ label: "One", means: [1, null, null] }, { label: "Two", means: [null, null, 1] }]);
  assert.deepEqual(themeMeans(spec, [undefined, undefined, undefined]), []);
});

test("a ledger's columns stand on the side that the author gave them, and on none where nobody can tell", () => {
  const t = (key) => key;
  const columns = (...groups) => groups.map((group, at) => ({ id: `c${at}`, label: `C${at}`, ...(group ? { group } : {}) }));
  const of = (kind, ...groups) => ledgerSides({ kind, columns: columns(...groups) }, t);
  assert.deepEqual(of("ledger", "", ""), [["ledger-asked", 1], ["ledger-given", 1]]);
  assert.deepEqual(of("ledger", "", "", "", ""), [["ledger-asked", 2], ["ledger-given", 2]]);
  assert.deepEqual(of("ledger", "", "", ""), []);
  assert.deepEqual(of("ledger", ""), []);
  assert.deepEqual(of("ledger", "Asked", "Given", "Given"), [["Asked", 1], ["Given", 2]]);
  assert.deepEqual(of("ledger", "Asked", "Asked", "Given"), [["Asked", 2], ["Given", 1]]);
  assert.deepEqual(of("evidence_table", "", ""), []);
});

test("a host that fetches files in its own way fetches the room's so too, by the newest way there is; a page that has them keeps them", async () => {
  const asked = [];
  const way = (name) => async (file) => { asked.push(`${name} ${file}`); return { default: {}, mountRoom: name }; };
  await getReady([], "en", way("first"));
  await getReady([], "en", way("second"));
  asked.length = 0;
  assert.equal((await ROOM.load()).mountRoom, "second");
  assert.deepEqual(asked, ["second room.css", "second room.js"]);
  ROOM.load = async () => ({ mountRoom: "own" });
  await getReady([], "en", way("third"));
  assert.equal((await ROOM.load()).mountRoom, "own");
});

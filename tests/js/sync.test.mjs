import assert from "node:assert/strict";
import test from "node:test";
import { dismiss, keepVersion } from "../../front/prompts/card/past.js";
import { DoorError } from "../../front/prompts/doors/door-error.js";
import { clearBrowser, pendingDrafts, sendDrafts, wordsIn } from "../../front/prompts/doors/pending.js";
import { Outbox } from "../../front/prompts/doors/sync.js";
import { pastOr } from "../../front/prompts/card/fits.js";

// A page asks for this part once it is quiet.
await new Promise((done) => { pastOr(() => done(undefined)); });

class Store {
  constructor(room = Infinity) { this.map = new Map(); this.room = room; }
  get length() { return this.map.size; }
  key(i) { return [...this.map.keys()][i]; }
  getItem(name) { return this.map.get(name) ?? null; }
  removeItem(name) { this.map.delete(name); }
  setItem(name, text) {
    if (text.length > this.room) throw new Error("QuotaExceededError");
    this.map.set(name, text);
  }
}

/** A journal in memory with the real one's rules: keys heard once, heads where two wrote apart. */
class Desk {
  constructor(user = "ana") { this.user = user; this.heads = []; this.top = 0; this.acks = new Map(); this.saves = []; this.mood = null; }
  async load() {
    if (this.mood) throw new DoorError(this.mood);
    const latest = this.heads[this.heads.length - 1];
    return { user: this.user, answers: latest ? { p: { ...latest, at: "2026-11-23T10:00:00.000Z", heads: this.both() } } : {} };
  }
  both() { return this.heads.length > 1 ? this.heads.map((head) => ({ ...head })) : undefined; }
  async save(prompt, change) {
    this.saves.push(change);
    if (this.mood === "lost") { this.write(change); throw new DoorError("offline"); }
    if (this.mood) throw new DoorError(this.mood, this.mood === "refused" ? "No." : "");
    return this.write(change);
  }
  write(change) {
    if (change.patch) {
      if (this.refusePatch) throw new DoorError("stale");
      const points = Array.from(this.heads[0].value.text);
      points.splice(change.patch.at, change.patch.drop, ...Array.from(change.patch.put));
      change = { ...change, value: { text: points.join("") } };
    }
    if (!this.acks.has(change.key)) {
      this.top += 1;
      const base = Math.max(change.base, ...(change.after ?? []).map((key) => this.acks.get(key) ?? 0));
      this.heads = [...this.heads.filter(({ rev }) => rev !== base), { rev: this.top, value: change.value }];
      this.acks.set(change.key, this.top);
    }
    return { rev: this.acks.get(change.key), at: "2026-11-23T10:00:00.000Z", heads: this.both() };
  }
  async choose(prompt, { rev }) {
    const kept = this.heads.find((head) => head.rev === rev);
    this.top += 1;
    this.heads = [{ rev: this.top, value: kept.value }];
    return { rev: this.top, at: "2026-11-23T10:00:01.000Z" };
  }
}

const boxes = [];
function outbox(door, store, more = {}) {
  const shown = [];
  const states = [];
  const box = new Outbox({ door, course: "c", lesson: "l", prompt: "p", store, channel: null, changed: (state) => states.push(state), show: (value) => shown.push(value), ...more });
  boxes.push(box);
  return { box, shown, states, last: () => states[states.length - 1] };
}
test.afterEach(() => { for (const box of boxes.splice(0)) { box.draft = null; box.close(); clearTimeout(box.silence); } });

test("an answer is in the browser at once, and leaves it on its own acknowledgement", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box, last } = outbox(door, store);
  await box.open();
  assert.equal(last().phase, "blank");
  box.input({ text: "a" });
  assert.equal(JSON.parse(store.getItem("openpractice:ana:c:p")).value.text, "a");
  assert.equal(await box.flush(), true);
  assert.equal(store.length, 0);
  assert.deepEqual([last().phase, door.heads[0].value.text], ["saved", "a"]);
});

test("words typed while a save is on its way are not lost with its acknowledgement", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box } = outbox(door, store);
  await box.open();
  box.input({ text: "a" });
  const first = box.send();
  box.input({ text: "ab" });
  await first;
  assert.equal(pendingDrafts("ana", "c", store)[0].value.text, "ab");
  await box.flush();
  assert.deepEqual([door.heads.length, door.heads[0].value.text, store.length], [1, "ab", 0]);
});

test("an acknowledgement that got lost never makes the person meet themselves", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box } = outbox(door, store);
  await box.open();
  box.input({ text: "a" });
  door.mood = "lost";
  await box.flush();
  box.input({ text: "ab" });
  door.mood = null;
  await box.flush();
  assert.deepEqual([door.heads.length, door.heads[0].value.text, store.length], [1, "ab", 0]);
});

/** Somebody alone with one browser: "A" is saved, "A B" leaves with the page and arrives, though no answer comes back. */
async function goneOffline() {
  const [door, store] = [new Desk(), new Store()];
  const { box } = outbox(door, store);
  await box.open();
  box.input({ text: "A" });
  await box.flush();
  door.mood = "lost";
  box.input({ text: "A B" });
  box.close();
  await box.running;
  return { door, store };
}

/** The page opens anew without a connection, something is typed, and the page goes. */
async function openTypeGo({ door, store }, text, { arrives = false, stays = false } = {}) {
  door.mood = "offline";
  const { box } = outbox(door, store);
  const load = box.open();
  if (arrives) { door.mood = null; await load; door.mood = "lost"; } else await load;
  if (text) box.input({ text });
  if (stays) return box;
  box.close();
  await box.running;
  return box;
}

const asksNothing = ({ door, store }, text) => assert.deepEqual([door.heads.map(({ value }) => value.text), store.length], [[text], 0]);

test("one person in one tab, without a connection and reloading, is never asked to choose between their own words", async () => {
  const alone = await goneOffline();
  const box = await openTypeGo(alone, "A B C", { stays: true });
  alone.door.mood = null;
  await box.again();
  await box.flush();
  asksNothing(alone, "A B C");
  assert.equal(alone.door.heads.length, 1);
});

test("nor after two reloads, with words that left each time, or when the course home sends what waits", async () => {
  for (const home of [true, false]) {
    const alone = await goneOffline();
    await openTypeGo(alone, "A B C");
    await openTypeGo(alone, "");
    // Here the connection is back for a moment, and goes while the page does.
    await openTypeGo(alone, "A B D", { arrives: true });
    const box = home ? null : await openTypeGo(alone, "A E", { stays: true });
    alone.door.mood = null;
    if (home) assert.equal(await sendDrafts(alone.door, "c", "l", alone.store), 0);
    else { await box.again(); await box.flush(); }
    asksNothing(alone, home ? "A B D" : "A E");
  }
});

test("words that left past a save under way are not met as a stranger's when the page stays after all", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box } = outbox(door, store);
  await box.open();
  let answer;
  const save = door.save.bind(door);
  door.save = (prompt, change) => new Promise((yes) => { answer = () => yes(save(prompt, change)); });
  box.input({ text: "a" });
  const first = box.send();
  const done = answer;
  box.input({ text: "ab" });
  box.leave();
  done();
  answer();
  door.save = save;
  box.input({ text: "abc" });
  await first;
  await box.flush();
  asksNothing({ door, store }, "abc");
});

test("another device that wrote meanwhile is still asked about", async () => {
  const alone = await goneOffline();
  alone.door.write({ key: "phone", base: 2, value: { text: "A B, from the phone" } });
  const box = await openTypeGo(alone, "A B C", { stays: true });
  alone.door.mood = null;
  await box.again();
  await box.flush();
  assert.deepEqual(alone.door.heads.map(({ value }) => value.text), ["A B, from the phone", "A B C"]);
});

test("a draft left behind is shown and sent when the page opens again", async () => {
  const [door, store] = [new Desk(), new Store()];
  const one = outbox(door, store);
  await one.box.open();
  door.mood = "gone";
  one.box.input({ text: "kept" });
  await one.box.flush();
  assert.deepEqual([one.last().phase, one.last().reason], ["unsent", "gone"]);
  one.box.close();
  door.mood = null;
  const two = outbox(door, store);
  await two.box.open();
  await two.box.flush();
  assert.deepEqual([two.shown[0].text, door.heads[0].value.text, store.length], ["kept", "kept", 0]);
});

test("a draft is shown although nothing can be loaded, and goes when it can", async () => {
  const [door, store] = [new Desk(), new Store()];
  door.mood = "offline";
  const { box, shown, last } = outbox(door, store);
  await box.open();
  assert.equal(last().phase, "loading");
  box.input({ text: "blind" });
  assert.equal(last().phase, "unsent");
  door.mood = null;
  await box.flush();
  await box.flush();
  assert.deepEqual([door.heads[0].value.text, store.length, shown.length <= 1], ["blind", 0, true]);
});

test("a draft from before the clock went back goes too", async () => {
  const [door, store] = [new Desk(), new Store()];
  const nextYear = new Date(Date.now() + 365 * 86400e3).toISOString();
  const { box } = outbox(door, store);
  await box.open();
  store.setItem("openpractice:ana:c:p:key-of-a-tab", JSON.stringify({ key: "key-of-a-tab", base: 1, value: { text: "from next year" }, at: nextYear, lesson: "l" }));
  box.input({ text: "from now" });
  await box.flush();
  for (let turn = 0; turn < 50 && store.length; turn++) await new Promise((done) => setTimeout(done, 10));
  assert.equal(store.length, 0);
  assert.ok(door.saves.some((change) => change.value?.text === "from next year"));
});

/** A page with "A" saved, and what a tab that has closed left in this browser. */
async function beside(left, base = 0) {
  const [door, store] = [new Desk(), new Store()];
  const page = outbox(door, store);
  await page.box.open();
  page.box.input({ text: "A" });
  await page.box.flush();
  store.setItem("openpractice:ana:c:p:left", JSON.stringify({ key: "left", base, value: { text: left }, at: "2026-11-23T08:00:00.000Z", lesson: "l" }));
  return { door, store, ...page };
}
const words = ({ heads }) => heads.map(({ value }) => value.text).sort();

test("what a closed tab left behind is not replaced by what is typed on a page that never showed it", async () => {
  const { door, store, box, shown, last } = await beside("X");
  box.input({ text: "A B" });
  await box.flush();
  await box.flush();
  assert.deepEqual([words(door), last().heads.length], [["A B", "X"], 2]);
  assert.equal(shown.some(({ text }) => text === "X"), false, "it comes under nobody's hand");
  box.input({ text: "A B C" });
  await box.flush();
  assert.deepEqual([words(door), last().heads.length, store.length], [["A B C", "X"], 2, 0]);
});

for (const mood of [null, "lost", "offline"]) {
  test(`nor by what is typed while it is on its way (${mood ?? "which arrives"})`, async () => {
    const { door, store, box } = await beside("X");
    box.input({ text: "A B" });
    await box.flush();
    door.mood = mood;
    box.input({ text: "A B C" });
    await box.flush();
    door.mood = null;
    box.input({ text: "A B C D" });
    for (let turn = 0; turn < 3; turn += 1) await box.flush();
    assert.deepEqual([words(door), store.length], [["A B C D", "X"], 0]);
  });
}

test("while it cannot be sent that is said, nothing is handed in, and it goes when it can", async () => {
  const { door, store, box, last } = await beside("X");
  door.mood = "offline";
  box.settled();
  assert.equal(await box.flush(), false);
  assert.deepEqual([last().phase, last().reason], ["unsent", "offline"]);
  assert.equal(await box.flush(), false, "asked again, it is tried again");
  door.mood = null;
  assert.equal(await box.flush(), true);
  assert.deepEqual([words(door), last().phase, store.length], [["A", "X"], "saved", 0]);
});

test("what its question no longer takes is laid aside, once, also where the browser is full", async () => {
  for (const room of [Infinity, 10]) {
    const { door, store, box, last } = await beside("X");
    const before = door.saves.length;
    store.room = room;
    door.mood = "refused";
    box.settled();
    await box.apart;
    assert.deepEqual([door.saves.length - before, last().phase, box.drafts.all(true).length], [1, "saved", room === 10 ? 0 : 1]);
    assert.equal(store.length, 1, "the words stay");
  }
});

test("nor does it go, and stand there, under a hand that composes a sign", async () => {
  const [door, store] = [new Desk(), new Store()];
  let composing = true;
  const { box, shown } = outbox(door, store, { busy: () => composing });
  await box.open();
  store.setItem("openpractice:ana:c:p:left", JSON.stringify({ key: "left", base: 0, value: { text: "left behind" }, at: "2020-01-01T00:00:00Z", lesson: "l" }));
  box.settled();
  assert.deepEqual([shown, door.saves], [[{}], []]);
  composing = false;
  box.settled();
  await box.flush();
  assert.deepEqual([shown.at(-1), words(door)], [{ text: "left behind" }, ["left behind"]]);
});

test("where it had grown from what stands here, it is shown, and what is typed goes on from it", async () => {
  const { door, box, shown } = await beside("A and on", 1);
  box.settled();
  await box.flush();
  assert.deepEqual([words(door), shown.at(-1).text], [["A and on"], "A and on"]);
  box.input({ text: "A and on and on" });
  await box.flush();
  assert.deepEqual(words(door), ["A and on and on"]);
});

test("another person's draft on this browser is neither shown nor sent", async () => {
  const store = new Store();
  const ana = outbox(Object.assign(new Desk("ana"), { mood: "offline" }), store);
  await ana.box.open();
  ana.box.input({ text: "ana's" });
  ana.box.close();
  const desk = new Desk("ben");
  const ben = outbox(desk, store);
  await ben.box.open();
  await ben.box.flush();
  assert.deepEqual([ben.shown, desk.saves.length, pendingDrafts("ana", "c", store).length], [[{}], 0, 1]);
});

test("a full or blocked browser is said, and saving goes on through the door", async () => {
  for (const [store, word] of [[new Store(10), "full"], [null, "blocked"]]) {
    const door = new Desk();
    const { box, states, last } = outbox(door, store);
    await box.open();
    box.input({ text: "through the door" });
    assert.ok(states.some(({ local }) => local === word));
    assert.equal(await box.flush(), true);
    assert.deepEqual([door.heads[0].value.text, last().phase], ["through the door", "saved"]);
  }
});

test("two who wrote apart are both kept, and the person's choice settles it", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box, last } = outbox(door, store);
  await box.open();
  door.write({ key: "phone", base: 0, value: { text: "phone" } });
  box.input({ text: "desk" });
  await box.flush();
  assert.deepEqual(last().heads.map(({ value }) => value.text), ["phone", "desk"]);
  await keepVersion(box, { rev: 1, value: { text: "phone" } });
  assert.deepEqual([last().heads, box.saved.value.text, door.heads.length], [[], "phone", 1]);
});

test("tabs that take turns leave no more versions than there are tabs", async () => {
  const [door, store] = [new Desk(), new Store()];
  const tabs = [outbox(door, store), outbox(door, store)];
  for (const { box } of tabs) await box.open();
  const news = ({ box }) => ({ prompt: "p", heads: box.heads, ...box.saved });
  for (let turn = 1; turn < 10; turn += 1) {
    for (const [at, { box }] of tabs.entries()) box.input({ text: `${"ab"[at]}`.repeat(turn) });
    for (const { box } of tabs) await box.flush();
    tabs[0].box.hear(news(tabs[1]));
  }
  assert.deepEqual(door.heads.map(({ value }) => value.text), ["aaaaaaaaa", "bbbbbbbbb"]);
  assert.deepEqual([tabs[0].last().heads.length, tabs[0].shown.at(-1)], [2, {}]);
});

/** Tabs of one browser: what one posts the others hear, as a BroadcastChannel has it. */
function tabsOf(door, store, count, more = {}) {
  const lines = [];
  return Array.from({ length: count }, () => {
    const line = { postMessage: (data) => { for (const other of lines) if (other !== line) other.onmessage?.({ data: structuredClone(data) }); }, close() { lines.splice(lines.indexOf(line), 1); } };
    lines.push(line);
    return outbox(door, store, { channel: line, ...more });
  });
}

test("whoever changes tabs before anything is saved goes on from what stands in the other, and is asked nothing", async () => {
  for (const mood of [null, "offline", "lost"]) {
    for (const order of [[0, 1], [1, 0]]) {
      const [door, store] = [new Desk(), new Store()];
      const tabs = tabsOf(door, store, 2);
      for (const { box } of tabs) await box.open();
      door.mood = mood;
      let text = "";
      for (const [turn, word] of ["one", "two", "three", "four", "five"].entries()) {
        const tab = tabs[turn % 2];
        if (turn) assert.deepEqual(tab.shown.at(-1), { text }, `${mood} ${turn}`);
        text = `${text} ${word}`.trim();
        tab.box.input({ text });
        if (turn === 2) await tab.box.flush(); // some of it may have left
      }
      door.mood = null;
      for (const at of order) await tabs[at].box.flush();
      for (const { box } of tabs) box.again();
      await Promise.all(tabs.map(({ box }) => box.running));
      assert.deepEqual(door.heads.map(({ value }) => value.text), ["one two three four five"], `${mood} ${order}`);
      assert.deepEqual([store.length, ...tabs.map(({ last }) => last().phase)], [0, "saved", "saved"]);
    }
  }
});

test("what a full browser could not replace goes once the words that grew from it have arrived", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box } = outbox(door, store);
  await box.open();
  box.input({ text: "a" });
  store.room = 10;
  box.input({ text: "a b" });
  assert.equal(store.length, 1);
  await box.flush();
  asksNothing({ door, store }, "a b");
});

test("a young draft of another tab is still looked for after the network has come back", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-11-23T10:00:00Z") });
  const [door, store] = [new Desk(), new Store()];
  const { box } = outbox(door, store);
  await box.open();
  store.setItem("openpractice:ana:c:p:left", JSON.stringify({ key: "left", base: 0, value: { text: "left" }, at: new Date().toISOString(), lesson: "l" }));
  box.settled();
  box.again(); // as the browser is online again
  t.mock.timers.tick(16000);
  t.mock.timers.tick(16000);
  await box.apart;
  assert.deepEqual([words(door), store.length], [["left"], 0]);
});

test("a tab that falls silent is not waited for with what was loaded when the page opened", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [door, store] = [new Desk(), new Store()];
  const asked = [];
  const load = door.load.bind(door);
  door.load = (lesson, how) => { asked.push(how?.fresh); return load(); };
  const [one, two] = tabsOf(door, store, 2);
  await one.box.open();
  await two.box.open();
  one.box.input({ text: "typed and gone" });
  assert.ok(two.box.heard);
  t.mock.timers.tick(16000);
  assert.deepEqual(asked, [undefined, undefined, true]);
});

test("a box that is closed tells the others what was on its way, and sends nothing more", async () => {
  const [door, store] = [new Desk(), new Store()];
  const [one, two] = tabsOf(door, store, 2);
  await one.box.open();
  await two.box.open();
  one.box.input({ text: "a" });
  store.setItem("openpractice:ana:c:p:left", JSON.stringify({ key: "left", base: 0, value: { text: "left" }, at: "2020-01-01T00:00:00Z", lesson: "l" }));
  one.box.close();
  await one.box.running;
  assert.deepEqual([two.box.saved.value, one.box.apart, door.saves.length], [{ text: "a" }, undefined, 1]);
});

/** Numbers that look random and are the same in every run. */
const numbersFrom = (seed) => () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };

test("however somebody changes between tabs and networks, every word stands in what is kept", async () => {
  let asked = 0;
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = numbersFrom(seed * 7919);
    const [door, store] = [new Desk(), random() < 0.15 ? new Store(0) : new Store()];
    const tabs = tabsOf(door, store, 3);
    for (const { box } of tabs) await box.open();
    const stands = tabs.map(() => "");
    tabs.forEach((tab, at) => { tab.box.show = (value) => { stands[at] = value.text ?? ""; }; });
    const words = [];
    for (let turn = 0; turn < 14; turn += 1) {
      const at = Math.floor(random() * tabs.length);
      const chance = random();
      if (chance < 0.6) {
        words.push(`w${seed}-${turn}`);
        stands[at] = `${stands[at]} ${words.at(-1)}`.trim();
        tabs[at].box.input({ text: stands[at] });
      } else if (chance < 0.8) tabs[at].box.send();
      else if (chance < 0.9) door.mood = [null, "offline", "lost"][Math.floor(random() * 3)];
      else await tabs[at].box.flush();
      if (random() < 0.3) await Promise.resolve();
    }
    door.mood = null;
    for (let round = 0; round < 4; round += 1) for (const { box } of tabs) await box.flush();
    const kept = door.heads.map(({ value }) => value.text).join(" ").split(" ");
    assert.deepEqual(words.filter((word) => !kept.includes(word)), [], `seed ${seed}`);
    assert.equal(pendingDrafts("ana", "c", store).length, 0, `seed ${seed}`);
    if (door.heads.length > 1) asked += 1;
    for (const { box } of tabs) box.close();
  }
  // Where a tab cannot keep what it goes on from, or a save is under way, both stay to choose from.
  assert.ok(asked < 120, `${asked} of 400 ended in a question`);
});

test("a tab with words of its own is left alone, and one that cannot keep them takes nobody's place", async () => {
  const [door, store] = [new Desk(), new Store()];
  const [one, two] = tabsOf(door, store, 2);
  await one.box.open();
  await two.box.open();
  door.mood = "offline";
  one.box.input({ text: "mine" });
  two.box.heard = undefined; // as if it had not heard
  two.box.input({ text: "another" });
  assert.deepEqual([one.box.draft.value.text, two.box.draft.value.text], ["mine", "another"]);
  one.box.draft = null;
  two.box.draft = null;
  const room = new Store(0);
  const [three, four] = tabsOf(new Desk(), room, 2);
  await three.box.open();
  await four.box.open();
  three.box.input({ text: "a" });
  four.box.input({ text: "a b" });
  assert.equal(three.box.draft.value.text, "a");
  await four.box.flush();
  await three.box.flush();
  assert.deepEqual(three.box.door.heads.map(({ value }) => value.text), ["a b"]);
});

test("what a tab leaves unsent when it dies is sent by the one that showed it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-11-23T10:00:00Z") });
  const [door, store] = [new Desk(), new Store()];
  const [one, two] = tabsOf(door, store, 2);
  await one.box.open();
  await two.box.open();
  door.mood = "offline";
  one.box.input({ text: "typed and gone" });
  assert.deepEqual(two.shown.at(-1), { text: "typed and gone" });
  one.box.closed = true; // the tab is killed: its draft lies in the browser
  one.box.rest();
  const pass = async (seconds) => {
    for (let n = 0; n < seconds; n += 1) {
      t.mock.timers.tick(1000);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  await pass(60);
  assert.deepEqual(two.states.filter(({ phase, reason }) => phase === "loading" && reason), [], "its words are known: only that they have not arrived is said");
  assert.deepEqual([two.box.draft, two.shown.at(-1), store.length], [null, { text: "typed and gone" }, 1]); // still on the train
  door.mood = null;
  await pass(40);
  assert.deepEqual([door.heads.map(({ value }) => value.text), two.shown.at(-1), store.length], [["typed and gone"], { text: "typed and gone" }, 0]);
});

test("who has signed in again in another tab waits for nothing", async () => {
  const [door, store] = [new Desk(), new Store()];
  const channel = { postMessage() {}, close() {} };
  const { box, last } = outbox(door, store, { channel });
  await box.open();
  door.mood = "signed-out";
  box.input({ text: "a" });
  await box.flush();
  assert.equal(last().reason, "signed-out");
  door.mood = null;
  channel.onmessage({ data: {} });
  await box.running;
  assert.deepEqual([last().phase, last().reason], ["saved", ""]);
});

test("a refused value stays, is said, and is not sent again until it changes", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box, last } = outbox(door, store);
  await box.open();
  door.mood = "refused";
  box.input({ text: "odd" });
  assert.equal(await box.flush(), false);
  assert.deepEqual([last().reason, last().detail, pendingDrafts("ana", "c", store).length, door.saves.length], ["refused", "No.", 1, 1]);
});

test("a patch that does not fit is followed by the whole answer", async () => {
  const [door, store] = [new Desk(), new Store()];
  const long = "word ".repeat(4000);
  const { box } = outbox(door, store);
  await box.open();
  box.input({ text: long });
  await box.flush();
  box.input({ text: `${long}more` });
  await box.flush();
  assert.ok(door.saves[1].patch && JSON.stringify(door.saves[1]).length < 400);
  door.refusePatch = true;
  box.input({ text: `${long}more still` });
  await box.flush();
  await new Promise((done) => setTimeout(done, 20));
  await box.flush();
  assert.equal(door.heads[0].value.text, `${long}more still`);
});

test("an answer beyond one megabyte is refused before it is kept", async () => {
  const [door, store] = [new Desk(), new Store()];
  const { box } = outbox(door, store);
  await box.open();
  assert.equal(box.input({ text: "x".repeat(1024 * 1024 + 1) }), false);
  assert.deepEqual([store.length, box.draft], [0, null]);
});

test("a second tab takes in what the first has saved, but never under a typing hand", async () => {
  const [door, store] = [new Desk(), new Store()];
  let typing = false;
  const { box, shown } = outbox(door, store, { busy: () => typing });
  await box.open();
  box.hear({ prompt: "p", rev: 1, value: { text: "other tab" }, at: "" });
  typing = true;
  box.hear({ prompt: "p", rev: 2, value: { text: "later" }, at: "" });
  assert.deepEqual(shown.map(({ text }) => text), [undefined, "other tab"]);
  typing = false;
  box.left();
  assert.equal(shown.at(-1).text, "later");
});

const leave = (store, value, at = "2026-11-20T10:00:00.000Z") =>
  store.setItem("openpractice:ana:c:p", JSON.stringify({ key: "old", base: 0, value, at, lesson: "l" }));

test("words that the question no longer takes are kept apart and readable when something new is typed", async () => {
  const [door, store] = [new Desk(), new Store()];
  leave(store, { rows: [{ gone: "typed long ago" }] });
  const { box, last } = outbox(door, store, { fits: (value) => !JSON.stringify(value).includes("gone") });
  door.mood = "refused";
  await box.open();
  await box.flush();
  assert.deepEqual([last().reason, last().detail, box.drafts.all(true)[0].value.rows[0].gone], ["refused", "", "typed long ago"]);
  door.mood = null;
  box.input({ rows: [{ here: "new" }] });
  assert.equal(await box.flush(), true);
  assert.deepEqual([door.heads[0].value.rows[0].here, box.drafts.all(), box.drafts.all(true).map(({ key }) => key)], ["new", [], ["old"]]);
  // They are not sent again, neither here, nor when the page opens again, nor from the course home.
  const sent = door.saves.length;
  box.close();
  const again = outbox(door, store);
  await again.box.open();
  assert.deepEqual([again.shown, again.box.draft], [[{ rows: [{ here: "new" }] }], null]);
  assert.equal(await sendDrafts(door, "c", "l", store), 0);
  assert.equal(door.saves.length, sent);
  assert.deepEqual(pendingDrafts("ana", "c", store).map(({ earlier }) => earlier), [1]);
});

test("without a network too, what the form does not hold is not replaced by what is typed", async () => {
  const [door, store] = [new Desk(), new Store()];
  door.mood = "offline";
  leave(store, { rows: [{ here: "a", gone: "typed long ago" }] });
  let painted = 0;
  const { box } = outbox(door, store, { fits: (value) => !JSON.stringify(value).includes("gone"), aside: () => { painted += 1; } });
  await box.open();
  box.input({ rows: [{ here: "ab" }] });
  assert.deepEqual([painted, box.drafts.all(true).map(({ key }) => key), box.drafts.all()[0].value], [1, ["old"], { rows: [{ here: "ab" }] }]);
  door.mood = null;
  await box.again();
  await box.flush();
  assert.deepEqual([door.saves.length, door.heads.length, door.heads[0].value], [1, 1, { rows: [{ here: "ab" }] }]);
  assert.equal(box.drafts.all(true).length, 1);
});

test("words refused while newer ones wait do not hold the newer ones up", async () => {
  const [door, store] = [new Desk(), new Store()];
  leave(store, { rows: [{ gone: "typed long ago" }] });
  const { box } = outbox(door, store, { fits: () => false });
  let answer;
  const save = door.save.bind(door);
  door.save = (prompt, change) => (change.key === "old" ? new Promise((_, no) => { answer = () => no(new DoorError("refused", "No.")); }) : save(prompt, change));
  await box.open();
  box.input({ rows: [{ here: "new" }] });
  await new Promise((done) => { setTimeout(done, 1100); });
  answer();
  await new Promise((done) => { setTimeout(done, 1200); });
  assert.deepEqual([door.heads[0].value, box.drafts.all(true).length], [{ rows: [{ here: "new" }] }, 1]);
});

test("a draft that fits is taken up and grows: nothing is kept twice", async () => {
  const [door, store] = [new Desk(), new Store()];
  door.mood = "offline";
  leave(store, { text: "a" });
  const { box } = outbox(door, store);
  await box.open();
  box.input({ text: "ab" });
  assert.deepEqual([store.length, box.drafts.all(true)], [1, []]);
});

test("where the browser is full the words of an earlier form stay, and the page says that it keeps no copy", async () => {
  const [door, store] = [new Desk(), new Store()];
  door.mood = "offline";
  leave(store, { rows: [{ gone: "typed long ago" }] });
  store.room = 1;
  const { box, last } = outbox(door, store, { fits: (value) => !JSON.stringify(value).includes("gone") });
  await box.open();
  box.input({ rows: [{ here: "new" }] });
  assert.deepEqual([last().local, JSON.parse(store.getItem("openpractice:ana:c:p")).value.rows[0].gone], ["full", "typed long ago"]);
});

test("words laid aside are the person's to throw away and to take back", async () => {
  const [door, store] = [new Desk(), new Store()];
  leave(store, { rows: [{ gone: "typed long ago" }] });
  const { box, shown, last } = outbox(door, store, { fits: () => false });
  door.mood = "refused";
  await box.open();
  await box.flush();
  const [draft] = box.drafts.all(true);
  dismiss(box, draft);
  assert.deepEqual([store.length, box.draft, last().phase, shown[shown.length - 1]], [0, null, "blank", {}]);
  box.layAside(draft);
  assert.equal(box.drafts.all(true)[0].value.rows[0].gone, "typed long ago");
});

test("words that another tab left behind are shown where they are sent from, so that typing goes on from them", async () => {
  const [door, store] = [new Desk(), new Store()];
  let composing = true;
  const { box, shown } = outbox(door, store, { busy: () => composing });
  await box.open();
  store.setItem("openpractice:ana:c:p:left", JSON.stringify({ key: "left", base: 0, value: { text: "left behind" }, at: "2020-01-01T00:00:00Z", lesson: "l" }));
  box.settled();
  assert.deepEqual([shown, door.saves], [[{}], []]); // not under a hand that composes a sign
  composing = false;
  box.settled();
  await box.flush();
  assert.deepEqual([shown.at(-1), door.heads.map(({ value }) => value.text)], [{ text: "left behind" }, ["left behind"]]);
});

test("drafts of two tabs lie side by side, and both are sent from the course home", async () => {
  const [door, store] = [Object.assign(new Desk(), { mood: "offline" }), new Store()];
  const [one, two] = [outbox(door, store), outbox(door, store)];
  await one.box.open();
  await two.box.open();
  one.box.input({ text: "first tab" });
  two.box.input({ text: "second tab" });
  one.box.close();
  two.box.close();
  assert.equal(pendingDrafts("ana", "c", store).length, 2);
  door.mood = null;
  assert.equal(await sendDrafts(door, "c", "l", store), 0);
  assert.deepEqual([door.heads.map(({ value }) => value.text).sort(), store.length], [["first tab", "second tab"], 0]);
});

test("of two tabs that type in turns only the last words of each wait, and each is one version", async () => {
  const [door, store] = [new Desk(), new Store()];
  const tabs = [outbox(door, store), outbox(door, store)];
  for (const { box } of tabs) await box.open();
  door.mood = "offline";
  for (const text of ["a", "ab", "abc"]) for (const [at, { box }] of tabs.entries()) box.input({ text: `${at} ${text}` });
  const waiting = pendingDrafts("ana", "c", store).map(({ value }) => value.text);
  assert.deepEqual(waiting.sort(), ["0 abc", "1 abc"]);
  door.mood = null;
  for (const { box } of tabs) await box.flush();
  assert.deepEqual([door.heads.map(({ value }) => value.text).sort(), store.length], [["0 abc", "1 abc"], 0]);
});

test("all that stands in an answer is in its lines, whatever its kind, and no name of a part", () => {
  const values = [[{ text: " a\n\nb ", wording: "w" }, "a\n\nb"], [{ choice: "yes", comment: "why" }, "yes\nwhy"], [{ rows: { r: 0, s: 7 } }, "0\n7"],
    [{ rows: [{ _row: "x", seen: "one" }, {}, { seen: "two" }] }, "one\ntwo"], [{ nodes: [{ id: "n1", role: "caretaker", me: 1 }], links: [{ from: "n1", to: "n1", about: "keys" }] }, "caretaker\nkeys"], [{}, ""], [null, ""]];
  for (const [value, words] of values) assert.equal(wordsIn(value), words);
});

test("words that wait keep the language of the question, whoever sends them", async () => {
  const [door, store] = [Object.assign(new Desk(), { mood: "offline" }), new Store()];
  const { box } = outbox(door, store, { language: "es" });
  await box.open();
  box.input({ text: "a mano" });
  box.draft = null;
  door.mood = null;
  assert.equal(await sendDrafts(door, "c", undefined, store), 0);
  assert.equal(door.saves.at(-1).language, "es");
  const left = (key) => store.setItem(`openpractice:ana:c:p:${key}`, JSON.stringify({ key, base: 0, value: { text: key }, at: "2026-11-23T08:00:00.000Z", lesson: "l", language: "es" }));
  left("shown");
  const english = outbox(door, store).box;
  await english.open();
  await english.flush();
  left("apart");
  english.settled();
  await english.flush();
  assert.deepEqual(door.saves.slice(-2).map(({ value, language }) => [value.text, language]), [["shown", "es"], ["apart", "es"]]);
  english.input({ text: "by hand" });
  await english.flush();
  assert.equal(door.saves.at(-1).language, "en");
});

test("clearing the browser takes one person's traces and leaves the other's", () => {
  const store = new Store();
  store.setItem("openpractice:ana:c:p", "{}");
  store.setItem("openpractice:ben:c:p", "{}");
  store.setItem("openpractice:ben@w:c:answered:1-purpose", "{}"); // no words: only which questions
  store.setItem("@jupyterlab/services:UserManager#user", '{"username": "ana"}');
  assert.equal(clearBrowser({ user: "ana", workshop: "" }, store), 2);
  assert.equal(store.getItem("@jupyterlab/services:UserManager#user"), null);
  assert.deepEqual([...store.map.keys()], ["openpractice:ben:c:p"]);
});

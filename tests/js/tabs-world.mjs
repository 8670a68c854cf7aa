// A person with several tabs of one browser, a network that fails in every way, and a journal: run from one seed.

import * as past from "../../front/prompts/card/past.js";
import { PAST } from "../../front/prompts/card/fits.js";
import { DoorError } from "../../front/prompts/doors/door-error.js";
import { Outbox } from "../../front/prompts/doors/sync.js";
import { sharedPage } from "../../front/prompts/page.js";

/** Numbers that look random and are the same in every run. */
export function numbersFrom(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const quiet = () => new Promise((done) => { setImmediate(done); });

/** Time that passes only when told to. */
export class Time {
  constructor() {
    this.now = Date.parse("2026-11-23T10:00:00Z");
    this.due = new Map();
    this.last = 0;
    const time = this;
    const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, Date: globalThis.Date };
    globalThis.setTimeout = /** @type {any} */ ((run, ms = 0) => { time.due.set(time.last += 1, { at: time.now + ms, run }); return time.last; });
    globalThis.clearTimeout = /** @type {any} */ ((id) => { time.due.delete(id); });
    globalThis.Date = /** @type {any} */ (class extends real.Date {
      constructor(...given) { if (given.length) super(...given); else super(time.now); }
      static now() { return time.now; }
    });
    this.stop = () => Object.assign(globalThis, real);
  }

  async pass(ms) {
    const end = this.now + ms;
    await quiet();
    for (;;) {
      const [id, next] = [...this.due].filter(([, { at }]) => at <= end).sort(([a, one], [b, two]) => one.at - two.at || a - b)[0] ?? [];
      if (!id) break;
      this.due.delete(id);
      this.now = Math.max(this.now, next.at);
      next.run();
      await quiet();
    }
    this.now = end;
  }
}

/** The browser's store; `full` while there is no room in it. */
export class Store {
  constructor() { this.map = new Map(); this.full = false; }
  get length() { return this.map.size; }
  key(i) { return [...this.map.keys()][i]; }
  getItem(name) { return this.map.get(name) ?? null; }
  removeItem(name) { this.map.delete(name); }
  setItem(name, text) {
    if (this.full) throw new Error("QuotaExceededError");
    this.map.set(name, text);
  }
}

const textOf = (value) => value?.text ?? "";

/** The journal with its rules: keys heard once, the same words kept once, heads where two wrote apart. */
export class Journal {
  constructor() { this.top = 0; this.heads = []; this.acks = new Map(); this.history = []; this.superseded = []; this.named = new Set(); this.overtaken = false; }

  state() {
    const latest = this.heads[this.heads.length - 1];
    return latest ? { ...latest, at: "2026-11-23T10:00:00.000Z", heads: this.both() } : undefined;
  }

  both() { return this.heads.length > 1 ? structuredClone(this.heads) : undefined; }

  ack(rev) { return { rev, at: "2026-11-23T10:00:00.000Z", heads: this.both() }; }

  put({ key, base, after = [], value }, gone = false) {
    // An earlier try came in after what had been typed on from it elsewhere: one version more than there should be.
    this.overtaken ||= gone && this.named.has(key) && !this.acks.has(key);
    for (const one of after) this.named.add(one);
    if (this.acks.has(key)) return this.ack(this.acks.get(key));
    const same = this.heads.find((head) => textOf(head.value) === textOf(value));
    if (same) {
      this.acks.set(key, same.rev);
      return this.ack(same.rev);
    }
    const over = [base, ...after.map((one) => this.acks.get(one))];
    this.replace(this.heads.filter(({ rev }) => over.includes(rev)), value);
    this.acks.set(key, this.top);
    return this.ack(this.top);
  }

  choose({ rev, key }) {
    if (!this.acks.has(key)) {
      const kept = this.heads.find((head) => head.rev === rev);
      if (!kept) throw new DoorError("stale");
      this.replace(this.heads, kept.value);
      this.acks.set(key, this.top);
    }
    return this.ack(this.acks.get(key));
  }

  replace(old, value) {
    this.top += 1;
    for (const { value: before } of old) this.superseded.push({ before: textOf(before), by: textOf(value) });
    this.heads = [...this.heads.filter((head) => !old.includes(head)), { rev: this.top, value: structuredClone(value) }];
    this.history.push(textOf(value));
  }
}

/** What becomes of requests: each kind says whether the request arrives, and what comes back. */
const FATES = { ok: [1, ""], lost: [1, "offline"], offline: [0, "offline"], gone: [0, "gone"], out: [0, "signed-out"], space: [0, "no-space"] };

/** A door of one tab over the network that all tabs have: what was loaded once is not asked for again, unless told to. */
function doorOf(world, tab) {
  const call = async (run) => {
    const [arrives, reason] = FATES[world.fate()];
    const slow = world.slow;
    const wait = () => new Promise((done) => { setTimeout(done, Math.floor(world.random() * (slow ? 4000 : 120))); });
    // Over one line, what was asked first arrives first; over several it need not.
    const before = world.inTurn ? tab.arrived : undefined;
    let came;
    tab.arrived = new Promise((done) => { came = done; });
    await Promise.all([wait(), before]);
    came();
    /** @type {any} */
    const reply = arrives ? structuredClone(run()) : undefined;
    await wait();
    if (tab.dead) return new Promise(() => {});
    if (reason) throw new DoorError(reason);
    return reply;
  };
  let loaded;
  return {
    user: "ana",
    load(lesson, { fresh = false } = {}) {
      if (loaded && !fresh) return loaded;
      const load = call(() => ({ user: "ana", answers: world.journal.top ? { p: world.journal.state() } : {} }));
      loaded = load;
      load.catch(() => { loaded = undefined; });
      return load;
    },
    save: (prompt, change) => call(() => world.journal.put(change, !world.inTurn || !world.tabs.includes(tab))),
    choose: (prompt, choice) => call(() => world.journal.choose(choice)),
  };
}

/** One person's browser. */
export class World {
  constructor(seed, { most = 1 + Math.ceil(numbersFrom(seed + 0.5)() * 3), storage = true, inTurn = undefined } = {}) {
    PAST.load = async () => past;
    this.random = numbersFrom(seed);
    this.time = new Time();
    this.journal = new Journal();
    // Where a browser keeps nothing, or not all, some of it stays with a tab that dies, and a new one cannot know.
    this.short = this.blocked = storage && this.chance(0.1);
    this.storage = storage;
    this.store = this.blocked ? null : new Store();
    this.most = most;
    this.mood = "ok";
    this.inTurn = inTurn ?? this.chance(0.7);
    this.slow = false;
    this.tabs = [];
    this.lines = [];
    this.parents = new Map(); // a text typed by hand: the texts that stood in that box before
    this.stood = []; // texts that stood last where their person stopped typing
    this.excused = new Set(); // what no browser could have kept
    this.words = 0;
    this.log = [];
  }

  chance(part) { return this.random() < part; }
  among(list) { return list[Math.floor(this.random() * list.length)]; }

  fate() {
    if (this.mood !== "flaky") return this.mood;
    return this.among(["ok", "ok", "lost", "offline", "gone"]);
  }

  line(tab) {
    const line = {
      onmessage: null,
      postMessage: (data) => {
        if (!this.lines.includes(line)) throw new Error("InvalidStateError");
        const copy = structuredClone(data);
        const others = this.lines.filter((one) => one !== line);
        setTimeout(() => { for (const other of others) if (this.lines.includes(other)) other.onmessage?.({ data: structuredClone(copy) }); }, 2);
      },
      close: () => { this.lines = this.lines.filter((one) => one !== line); },
    };
    this.lines.push(line);
    return line;
  }

  open() {
    const tab = { name: `t${this.words}-${this.tabs.length}`, shows: "", busy: false, dead: false };
    tab.box = new Outbox({
      door: doorOf(this, tab), course: "c", lesson: "l", prompt: "p", store: this.store, channel: this.line(tab), device: "d", busy: () => tab.busy, changed: () => {},
      show: (value) => { if (!tab.dead) { tab.shows = textOf(value); this.log.push(`${tab.name} shows "${tab.shows}"`); } },
    });
    // Each tab is a page of its own.
    tab.box.stopWatching();
    sharedPage().outboxes.delete(tab.box);
    this.tabs.push(tab);
    this.log.push(`${tab.name} opens`);
    tab.box.open();
    return tab;
  }

  type(tab) {
    const before = tab.shows;
    // Typed where the saved words have not come yet: that is asked about, and rightly.
    if (!tab.box.loaded && !tab.box.draft && this.journal.top) this.blind = true;
    const words = before ? before.split(" ") : [];
    if (words.length && this.chance(0.15)) words.pop();
    const word = `w${this.words += 1}`;
    if (this.chance(0.1)) words.unshift(word); else words.push(word);
    tab.shows = words.join(" ");
    this.parents.set(tab.shows, before);
    this.log.push(`${tab.name} types "${tab.shows}" over "${before}"`);
    tab.box.input({ text: tab.shows });
    tab.typed = tab.shows;
  }

  // The person turns to another tab, or away.
  turnFrom(tab, hidden = this.chance(0.7)) {
    if (tab.typed !== undefined) this.stood.push(tab.typed);
    tab.typed = undefined;
    tab.busy = false;
    tab.box.left();
    if (hidden && tab.box.draft) tab.box.send();
  }

  turnTo(tab) {
    if (tab.box.state.reason) tab.box.again();
  }

  end(tab, how) {
    this.log.push(`${tab.name} ends: ${how}`);
    const { draft } = tab.box;
    this.tabs = this.tabs.filter((one) => one !== tab);
    if (how === "closed") {
      tab.box.close();
    } else {
      if (how === "left") tab.box.leave();
      tab.box.closed = true;
      tab.box.rest();
      tab.box.channel.close();
      clearTimeout(tab.box.silence);
      tab.dead = true;
      tab.box.drafts.store = null;
    }
    clearTimeout(tab.box.silence);
    const kept = !draft || [...this.store?.map.values() ?? []].some((one) => JSON.parse(one).key === draft.key);
    // With nothing kept here, words go with their tab unless they arrive.
    if (!kept) this.excused.add(textOf(draft.value));
  }

  /** Whether `later` was typed over `text`, at once or over what had grown from it. */
  grew(later, text) {
    for (let one = later; one !== undefined; one = this.parents.get(one)) if (one === text) return true;
    return false;
  }

  stop() {
    for (const tab of this.tabs) { tab.box.draft = null; tab.box.close(); }
    this.time.stop();
  }
}

/** Lives through some turns, then everything comes back and time passes. @returns {Promise<World>} */
export async function live(seed, options = {}) {
  const world = new World(seed, options);
  const { time } = world;
  try {
    let at = world.open();
    if (world.chance(0.8)) await time.pass(500);
    const turns = 4 + Math.floor(world.random() * 12);
    for (let turn = 0; turn < turns; turn += 1) at = await takeTurn(world, at);
    world.turnFrom(at);
    await comeBack(world);
  } catch (error) {
    world.error = error;
  }
  return world;
}

async function takeTurn(world, at) {
  const { time } = world;
  const chance = world.random();
  if (chance < 0.45) {
    if (world.chance(0.2)) at.busy = true;
    for (let keys = 1 + Math.floor(world.random() * 4); keys; keys -= 1) {
      world.type(at);
      await time.pass(Math.floor(world.random() * (world.chance(0.2) ? 1500 : 250)));
    }
    at.busy = at.busy && world.chance(0.2);
  } else if (chance < 0.65) {
    world.turnFrom(at);
    if (world.chance(0.5)) await time.pass(Math.floor(world.random() * 300));
    at = world.tabs.length < world.most && world.chance(0.4) ? world.open() : world.among(world.tabs);
    world.turnTo(at);
    await time.pass(30 + Math.floor(world.random() * (world.chance(0.3) ? 3000 : 300)));
  } else if (chance < 0.77) {
    world.mood = world.among(["ok", "ok", "ok", "flaky", "flaky", "lost", "offline", "gone", "out", "space"]);
    world.slow = world.chance(0.3);
    if (world.storage && world.store) world.store.full = world.chance(0.15);
    world.short ||= !world.store || world.store.full;
    world.log.push(`network ${world.mood}${world.slow ? ", slow" : ""}${world.store?.full ? ", full" : ""}`);
    if (world.mood === "ok" && world.chance(0.5)) for (const { box } of world.tabs) box.again();
  } else if (chance < 0.87) {
    world.turnFrom(at);
    world.end(at, world.among(["left", "left", "killed", "closed"]));
    await time.pass(Math.floor(world.random() * (world.chance(0.3) ? 20000 : 600)));
    at = world.tabs.length && world.chance(0.6) ? world.among(world.tabs) : world.open();
    world.turnTo(at);
    await time.pass(Math.floor(world.random() * 500));
  } else if (chance < 0.9) {
    world.log.push(`${at.name} is frozen and comes back`);
    at.box.leave();
  } else {
    const ms = world.among([1200, 6000, 17000, 40000]);
    world.log.push(`${ms} ms pass`);
    await time.pass(ms);
  }
  return at;
}

async function comeBack(world) {
  const { time } = world;
  world.log.push("all comes back");
  Object.assign(world, { mood: "ok", slow: false });
  if (world.store) world.store.full = false;
  for (const tab of world.tabs) {
    tab.busy = false;
    tab.box.left();
    tab.box.again();
  }
  await time.pass(60000);
  // What a tab that died left behind goes with the next page that opens, at the latest.
  if (world.most === 1) for (const tab of world.tabs) world.end(tab, "closed");
  world.open();
  await time.pass(60000);
}

/** What went wrong, in words; nothing where all is as it should be. @param {World} world @returns {string[]} */
export function faultsOf(world) {
  const { journal, store, tabs, stood, excused } = world;
  const faults = world.error ? [`threw ${world.error.stack}`] : [];
  const children = [...world.parents.keys()];
  const kept = (text) => journal.history.includes(text) || children.some((one) => one !== text && journal.history.includes(one) && world.grew(one, text));
  const lost = stood.filter((text) => !kept(text) && !children.some((one) => excused.has(one) && world.grew(one, text)));
  for (const text of new Set(lost)) faults.push(`lost: "${text}"`);
  const waiting = [...store?.map.values() ?? []].map((one) => JSON.parse(one)).filter((one) => !one.earlier);
  for (const { value } of waiting) faults.push(`still waits: "${textOf(value)}"`);
  const heads = journal.heads.map(({ value }) => textOf(value));
  for (const { name, shows, box } of tabs) {
    if (!world.short && shows !== (heads.at(-1) ?? "") && !heads.includes(shows)) faults.push(`${name} shows "${shows}", the journal has ${JSON.stringify(heads)}`);
    if (!["saved", "blank"].includes(box.state.phase)) faults.push(`${name} hangs in ${box.state.phase} ${box.state.reason}`);
  }
  if (world.most === 1 && !world.blind && !world.short && !journal.overtaken && heads.length > 1) faults.push(`one tab alone is asked about ${JSON.stringify(heads)}`);
  for (const { before, by } of journal.superseded) if (before && !world.grew(by, before)) faults.push(`"${by}" took the place of "${before}", which never stood there`);
  return faults;
}

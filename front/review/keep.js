// One reviewer's readings on their way: kept in this browser at once, sent, acknowledged. The rules
// are those of the prompts: a draft goes only when the server has said that it holds the same.

import { DraftStore, browserStore } from "../prompts/doors/drafts.js";
import { pendingDrafts } from "../prompts/doors/pending.js";
import { canonicalText } from "../prompts/text.js";

const IDLE_MS = 700;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 16000, 30000];
const FIELDS = ["levels", "comment", "notes", "flagged", "skipped"];
const NOTHING = { levels: {}, comment: "", notes: {}, flagged: false, skipped: false };

/** What a mark says, without who and when. @param {any} mark */
export const content = (mark) => Object.fromEntries(FIELDS.map((name) => [name, structuredClone(mark?.[name] ?? NOTHING[name])]));

const same = (one, two) => canonicalText(content(one)) === canonicalText(content(two));
// What was taken back before it was sent leaves nothing to send.
const unchanged = (one) => !one.sending && one.phase !== "conflict" && !one.failures && same(one.saved, one.now) && (!one.saved || one.saved.sha256 === one.sha256);
const newKey = () => Math.random().toString(36).slice(2) + Date.now().toString(36);

export class Keeper {
  /** @param {{user: string, course: string, put: (id: string, mark: any) => Promise<any>, changed: (id: string) => void, saved?: (id: string, before: any, after: any) => void, store?: Storage | null}} given */
  constructor({ user, course, put, changed, saved = () => {}, store = browserStore() }) {
    this.user = user;
    this.course = `review-${course}`;
    this.put = put;
    this.changed = changed;
    this.saved = saved;
    this.store = store;
    /** @type {Map<string, any>} */
    this.held = new Map();
    globalThis.addEventListener?.("online", () => this.all());
    globalThis.addEventListener?.("pagehide", () => this.all());
  }

  /** Readings that an earlier page could not send. */
  resume() {
    for (const { prompt, key, base, value, lesson } of pendingDrafts(this.user, this.course, this.store)) {
      if (this.held.has(prompt)) continue;
      const one = this.make(prompt, null);
      Object.assign(one, { version: base, now: content(value), draft: { key, seconds: value.seconds }, sha256: lesson, phase: "saving" });
      one.drafts.adopt({ key });
      this.send(prompt);
    }
  }

  make(id, mark) {
    const drafts = new DraftStore({ store: this.store, owner: this.user, course: this.course, prompt: id });
    const one = { drafts, saved: mark, version: mark?.version ?? 0, now: content(mark), draft: null, phase: mark ? "saved" : "new", reason: "", theirs: null, failures: 0, sha256: "" };
    this.held.set(id, one);
    return one;
  }

  /** Take an answer in hand as the server gave it; a newer draft of this browser wins. @param {string} id @param {any} answer */
  open(id, answer) {
    let one = this.held.get(id);
    if (!one) one = this.make(id, answer.mark);
    else if (!one.draft && !one.sending && (answer.mark?.version ?? 0) >= one.version) Object.assign(one, { saved: answer.mark, version: answer.mark?.version ?? 0, now: content(answer.mark), phase: answer.mark ? "saved" : "new" });
    one.sha256 = answer.sha256;
    return one;
  }

  /** Something was scored or typed. @param {string} id @param {any} part @param {number} seconds */
  edit(id, part, seconds) {
    const one = this.held.get(id);
    one.now = { ...one.now, ...part };
    if (one.draft && unchanged(one)) return this.settle(id, one.saved);
    one.draft = { key: newKey(), seconds };
    one.drafts.keep({ key: one.draft.key, base: one.version, value: { ...one.now, seconds }, at: new Date().toISOString(), lesson: one.sha256 });
    if (one.phase !== "conflict") one.phase = one.failures ? "unsent" : "saving";
    clearTimeout(one.idle);
    one.idle = setTimeout(() => this.send(id), IDLE_MS);
    this.changed(id);
  }

  all() {
    for (const [id, one] of this.held) if (one.draft && one.phase !== "conflict") this.send(id);
  }

  /** @param {string} id @returns {Promise<void>} */
  async send(id) {
    const one = this.held.get(id);
    clearTimeout(one.idle);
    clearTimeout(one.retry);
    if (!one.draft || one.phase === "conflict") return undefined;
    if (one.sending) return one.sending.then(() => this.send(id));
    const turn = { key: one.draft.key, seconds: one.draft.seconds, now: structuredClone(one.now) };
    one.sending = this.put(id, { ...turn.now, seconds: turn.seconds, version: one.version, sha256: one.sha256 })
      .then((reply) => this.acknowledged(id, turn, reply.mark, reply.state), (error) => this.failed(id, turn, error))
      .finally(() => { one.sending = undefined; });
    return one.sending;
  }

  acknowledged(id, turn, mark, state) {
    const one = this.held.get(id);
    this.saved(id, one.saved, mark);
    Object.assign(one, { saved: mark, version: mark?.version ?? 0, failures: 0, reason: "", state });
    one.drafts.drop(turn.key);
    if (one.draft?.key === turn.key) {
      one.draft = null;
      one.phase = mark ? "saved" : "new";
    } else if (one.draft) {
      one.drafts.keep({ key: one.draft.key, base: one.version, value: { ...one.now, seconds: one.draft.seconds }, at: new Date().toISOString(), lesson: one.sha256 });
      one.idle = setTimeout(() => this.send(id), IDLE_MS);
    }
    this.changed(id);
  }

  failed(id, turn, error) {
    const one = this.held.get(id);
    if (error.code === "stale") {
      const theirs = error.data?.theirs ?? null;
      // Our own words that had arrived although the reply was lost.
      if (theirs && same(theirs, turn.now)) return this.acknowledged(id, turn, theirs, "");
      Object.assign(one, { phase: "conflict", theirs });
      return this.changed(id);
    }
    one.failures += 1;
    const final = ["refused", "forbidden", "calibrate-first", "not-found", "not-understood", "too-large"].includes(error.code);
    Object.assign(one, { code: error.code, phase: final ? "refused" : "unsent", reason: error.code === "signed-out" ? "signed-out" : error.message });
    if (!final) one.retry = setTimeout(() => this.send(id), BACKOFF_MS[Math.min(one.failures - 1, BACKOFF_MS.length - 1)]);
    return this.changed(id);
  }

  /** The person chose which of two readings stays. @param {string} id @param {"mine"|"theirs"} which */
  choose(id, which) {
    const one = this.held.get(id);
    one.version = one.theirs?.version ?? 0;
    one.phase = "saving";
    if (which === "mine") return this.edit(id, {}, one.draft?.seconds ?? 0), this.send(id);
    const mark = one.theirs;
    if (one.draft) one.drafts.drop(one.draft.key);
    Object.assign(one, { draft: null, saved: mark, now: content(mark), phase: mark ? "saved" : "new" });
    return this.changed(id);
  }

  /** What the server says stands now, after an undo. @param {string} id @param {any} mark */
  settle(id, mark) {
    const one = this.held.get(id);
    if (one.draft) one.drafts.drop(one.draft.key);
    Object.assign(one, { draft: null, saved: mark, version: mark?.version ?? 0, now: content(mark), phase: mark ? "saved" : "new", failures: 0 });
    this.changed(id);
  }

  /** When everything that is on its way has arrived, or could not. */
  async settled() {
    await Promise.allSettled([...this.held.values()].map((one) => one.sending));
  }

  /** How many readings are not on the server yet. */
  get waiting() {
    return [...this.held.values()].filter((one) => one.draft).length;
  }
}

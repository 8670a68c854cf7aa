// One answer on its way: typed, kept in this browser at once, sent, acknowledged.
// A draft leaves the browser only when the acknowledged key is its own.

import { browserStore, draftPrefix, DraftStore, oldDrafts, ownerOf } from "./drafts.js";
import { asDoorError } from "./door-error.js";
import { PAST, pastOr } from "../card/fits.js";
import { followPage, openChannel, sharedPage, tellPage, watchPage } from "../page.js";
import { canonicalText, makePatch, MAX_VALUE_BYTES, valueBytes } from "../text.js";

const IDLE_MS = 1000;
const CAP_MS = 5000;
const YOUNG_MS = 15000;

/**
 * @typedef {{phase: "loading"|"blank"|"saved"|"saving"|"unsent", reason: string, detail: string, at: string,
 *   local: "ok"|"full"|"blocked", heads: any[]}} OutboxState
 */

export class Outbox {
  /**
   * @param {{door: any, course: string, lesson: string, prompt: string, language?: string, changed: (state: OutboxState) => void,
   *   show: (value: any) => void, arrived?: (reply: any) => void, busy?: () => boolean,
   *   fits?: (value: any) => boolean, aside?: () => void, store?: Storage | null, channel?: any, device?: string}} given
   */
  constructor({ door, course, lesson, prompt, language = "en", changed, show, arrived = () => {}, busy = () => false, fits = () => true, aside = () => {}, store = browserStore(), channel, device = "" }) {
    this.door = door;
    this.course = course;
    this.lesson = lesson;
    this.prompt = prompt;
    this.language = language;
    this.device = device;
    this.changed = changed;
    this.show = show;
    this.arrived = arrived;
    this.busy = busy;
    this.fits = fits;
    this.aside = aside;
    this.drafts = new DraftStore({ store, owner: ownerOf(door), course, prompt });
    this.saved = { rev: 0, value: {}, at: "" };
    this.draft = null;
    this.sending = null;
    this.loaded = false;
    this.closed = false;
    this.failures = 0;
    this.whole = false;
    this.heads = [];
    this.waitingNews = null;
    this.mine = [];
    /** @type {OutboxState} */
    this.state = { phase: "loading", reason: "", detail: "", at: "", local: this.drafts.state, heads: [] };
    this.channel = channel === undefined ? openChannel(draftPrefix(ownerOf(door), course)) : channel;
    if (this.channel) {
      this.channel.onmessage = ({ data }) => {
        // Another tab got through: whoever has signed in again there waits for nothing here.
        if (this.state.reason && !data.draft) this.again();
        this.hear(data);
      };
    }
    this.stopWatching = watchPage((news) => news.user === door.user && news.from !== this && news.ack && this.hear(news.ack));
    sharedPage().outboxes.add(this);
    this.unfollow = followPage({
      online: () => this.again(), back: () => { if (this.state.reason) this.again(); },
      hidden: () => { if (this.draft) this.send(); }, leave: () => this.leave(),
    });
  }

  /** Load what is saved, show the newest words, and send what was left behind. @param {{fresh?: boolean}} [how] */
  async open(how) {
    const [newest] = this.drafts.all();
    if (newest && !this.draft && !this.loaded) {
      this.take(newest);
      this.show(newest.value);
    }
    const reply = await this.door.load(this.lesson, how).catch((error) => { this.failed(asDoorError(error)); });
    if (!reply || this.closed) return;
    this.loaded = true;
    this.failures = 0;
    this.arrived(reply);
    this.takeSaved(reply.answers?.[this.prompt] ?? {});
  }

  take(draft) {
    this.drafts.adopt(draft);
    // Whoever left it here may have sent it as they went.
    this.draft = { ...draft, tried: true, base: draft.base ?? (this.loaded ? 0 : undefined) };
    this.found = draft.key;
  }

  takeSaved(loaded) {
    // What has been heard to have arrived, by then or since, is newer than what was asked for before that.
    for (const one of [this.waitingNews, { ...this.saved, heads: this.heads }]) if (one?.rev > (loaded.rev ?? 0)) loaded = one;
    const { rev = 0, value = {}, at = "", heads = [] } = loaded;
    this.waitingNews = null;
    this.heard = undefined;
    this.saved = { rev, value, at };
    this.heads = heads.length > 1 ? heads : [];
    if (this.draft && canonicalText(this.draft.value) === canonicalText(value)) {
      this.forget(this.draft);
      this.report();
    }
    if (this.draft) {
      this.draft.base ??= 0;
      this.set({ phase: "saving", reason: "", detail: "" });
      this.send();
      return;
    }
    this.show(this.other?.draft.value ?? value);
    this.settled();
  }

  /** New words. @param {any} value @returns {boolean} false where they are too many to keep */
  input(value) {
    if (valueBytes(value) > MAX_VALUE_BYTES) return false;
    const old = this.draft ?? this.heard;
    this.heard = undefined;
    const tried = this.sending ?? (old?.tried ? old : null);
    const before = old?.unsure ?? (tried && { key: tried.key, base: tried.base, value: tried.value });
    const base = old ? old.base : this.loaded ? this.saved.rev : undefined;
    // Every key under which these words, as they grew, may have arrived: whichever did, this goes on from it.
    const after = old?.tried ? [...(old.after ?? []), old.key] : old?.after;
    // Words found here that the form does not hold would not be in what is typed now.
    const odd = old?.key === this.found && old && (this.state.reason === "refused" || !this.fits(old.value));
    this.draft = { key: newKey(), base, value, at: new Date().toISOString(), lesson: this.lesson, language: this.language, ...(odd ? {} : { unsure: before, after }) };
    if (odd) this.layAside(old);
    else if (old) this.drafts.adopt(old);
    this.drafts.keep(this.draft);
    // Where another tab has moved it aside, what these words have grown from would be sent as one more version.
    if (old && !odd && this.drafts.state === "ok") this.drafts.drop(old.key);
    this.tell(value);
    this.pass();
    const reason = this.state.reason === "refused" ? "" : this.state.reason;
    this.set({ phase: reason || !this.loaded ? "unsent" : "saving", reason, detail: "" });
    this.plan();
    return true;
  }

  /** Another form of this answer on the page, with words that are not known to have arrived. @returns {Outbox | undefined} */
  get other() {
    return [...sharedPage().outboxes].find((one) => one !== this && one.draft && one.drafts.name === this.drafts.name);
  }

  /** Go on from the words of the other form. */
  takeOver() {
    const { other } = this;
    if (!other || this.draft) return;
    this.draft = other.draft;
    other.draft = null;
  }

  /** @param {any} value @param {any} [ack] */
  tell(value, ack) {
    tellPage({ user: this.door.user, prompt: this.prompt, value, from: this, ack });
  }

  rest() {
    for (const timer of [this.idle, this.cap, this.retry]) clearTimeout(timer);
  }

  plan() {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.send(), IDLE_MS);
    this.cap ??= setTimeout(() => this.send(), CAP_MS);
  }

  /** Send now; resolves to whether everything is acknowledged. @returns {Promise<boolean>} */
  async flush() {
    const waits = () => this.draft || this.sending || this.apart;
    if (this.loaded && !waits() && this.state.reason) this.settled();
    for (let turn = 0; turn < 4 && waits(); turn += 1) {
      const before = this.failures;
      await (this.running ?? (this.draft ? this.send() : this.apart));
      if (this.failures > before) return false;
    }
    return !waits();
  }

  send() {
    this.rest();
    this.cap = undefined;
    if (!this.draft || this.sending || this.closed) return this.running ?? Promise.resolve();
    if (!this.loaded) return this.open();
    // Words that may already have arrived go first, under their own key, so that they cannot meet themselves as a stranger.
    const turn = this.draft.unsure ?? this.draft;
    this.sending = turn;
    turn.tried = true;
    this.mine = [...this.mine.slice(-4), canonicalText(turn.value)];
    this.running = this.door.save(this.prompt, this.change(turn))
      .then((ack) => this.acknowledged(turn, ack), (error) => this.failed(asDoorError(error)))
      .finally(() => { this.running = undefined; });
    return this.running;
  }

  change(turn) {
    const patch = !this.whole && this.saved.rev > 0 && turn.base === this.saved.rev && makePatch(this.saved.value, turn.value);
    return {
      lesson: this.lesson, key: turn.key, base: turn.base ?? 0, after: turn.after, device: this.device,
      language: turn.language ?? this.language, ...(patch ? { patch } : { value: turn.value }),
    };
  }

  acknowledged(turn, ack) {
    this.sending = null;
    this.failures = 0;
    this.whole = false;
    this.heads = ack.heads?.length > 1 ? ack.heads : [];
    // Words that came in before their own predecessor are still one of the versions: they stay here.
    const newer = ack.rev < this.saved.rev && !this.heads.some(({ rev }) => rev === ack.rev);
    if (!newer) this.saved = { rev: ack.rev, value: turn.value, at: ack.at };
    this.drafts.drop(turn.key);
    if (this.draft?.key === turn.key) {
      this.draft = null;
      this.drafts.done();
      // An old draft whose acknowledgement had been lost: the journal already holds later words.
      if (newer) this.show(this.saved.value);
    } else if (this.draft) {
      this.draft.base = ack.rev;
      delete this.draft.unsure;
      this.drafts.keep(this.draft);
      if (!this.closed) this.plan();
    }
    const news = this.report();
    this.pass();
    this.tell(this.saved.value, news);
    if (this.draft) this.set({ phase: "saving", reason: "", detail: "" });
    else {
      this.settled();
      this.left();
    }
  }

  /** Tell the other tabs what is saved. */
  report() {
    const news = { prompt: this.prompt, heads: this.heads, ...this.saved };
    this.channel?.postMessage(news);
    return news;
  }

  settled() {
    if (this.closed) return;
    clearTimeout(this.retry);
    // A young draft may belong to a tab where somebody is still typing: it is left alone for a while.
    const others = this.drafts.all();
    // One from later than now is as old as any: the clock went back.
    const next = !this.busy() && others.find((draft) => Math.abs(Date.now() - Date.parse(draft.at)) > YOUNG_MS);
    if (others.length && !next) this.retry = setTimeout(() => { if (!this.draft) this.settled(); }, YOUNG_MS);
    // It never stood in this form: what is typed here does not go on from it.
    if (next) this.apart ??= PAST.load().then((past) => past.sendLeft(this, next), () => { this.apart = undefined; });
    if (this.apart) return;
    this.set({ phase: this.saved.at ? "saved" : "blank", reason: "", detail: "", at: this.saved.at });
    if (this.heads.length > 1) PAST.load().then((past) => past.keepOwn(this)).catch(() => {});
  }

  pause() {
    return Math.min(500 * 2 ** this.failures, 30000);
  }

  failed(error) {
    const wasSending = this.sending;
    this.sending = null;
    this.failures += 1;
    const refused = error.reason === "refused";
    // Words that were refused have not arrived; of others an earlier try may have, though this one did not.
    if (wasSending && refused && this.draft) {
      if (this.draft.key !== this.found) delete this.draft.tried;
      delete this.draft.unsure;
    }
    if (error.reason === "stale" && !this.whole) {
      this.whole = true;
      this.retry = setTimeout(() => this.send(), 0);
      return;
    }
    const odd = refused && this.draft && this.draft.key === this.found;
    if (odd) this.layAside(this.draft);
    // What stands above the form says why, in the person's own language.
    this.set({ phase: this.draft ?? this.heard ? "unsent" : "loading", reason: error.reason, detail: odd ? "" : error.detail });
    if (refused && this.loaded) {
      if (wasSending && this.draft && this.draft.key !== wasSending.key) this.plan();
      return;
    }
    if (!this.closed) this.retry = setTimeout(() => this.again(), this.pause());
  }

  again() {
    if (this.closed) return undefined;
    if (!this.loaded) return this.open();
    if (this.draft) return this.send();
    if (this.state.reason) this.settled();
    return undefined;
  }

  // Words acknowledged elsewhere: taken in, and said, only while nothing here is unsent or half typed.
  hear(news) {
    if (news?.prompt !== this.prompt) return;
    if (news.draft) pastOr(() => this.hear(news))?.goOnFrom(this, news);
    if (!(news.rev > this.saved.rev) || news.rev < this.waitingNews?.rev) return;
    if (this.draft || this.busy() || !this.loaded) {
      this.waitingNews = news;
      return;
    }
    this.waitingNews = null;
    const { heard } = this;
    this.heard = undefined;
    this.heads = news.heads ?? [];
    // What stands here is one of the versions to choose from: it stays, or each change of tabs would leave one more.
    if (!heard && this.heads.some(({ rev }) => rev === this.saved.rev)) {
      this.set({});
      return;
    }
    this.saved = { rev: news.rev, value: news.value, at: news.at };
    this.show(news.value);
    this.tell(news.value);
    this.set({ phase: "saved", reason: "", detail: "elsewhere", at: news.at });
  }

  /** Tell this person's other tabs what is typed here and not saved yet, so that whoever changes tabs goes on from it. */
  pass() {
    if (this.draft) this.channel?.postMessage({ prompt: this.prompt, draft: this.draft, kept: this.drafts.state === "ok" });
  }

  /** Typing has stopped: send, and take in what was said elsewhere meanwhile. */
  left() {
    if (this.draft) this.send();
    else if (this.waitingNews) this.hear(this.waitingNews);
  }

  forget(draft) {
    this.drafts.drop(draft.key);
    if (this.draft?.key === draft.key) this.draft = null;
  }

  layAside(draft) {
    this.drafts.layAside(draft);
    this.aside();
  }

  /** Words that earlier pages left here for this prompt. @returns {{name: string, draft: any}[]} */
  old() {
    return this.loaded ? oldDrafts(this.drafts.store, this.door, this.course, this.prompt) : [];
  }

  /** @param {Partial<OutboxState>} part */
  set(part) {
    /** @type {OutboxState} */
    this.state = { ...this.state, heads: this.heads, local: this.drafts.state, ...part };
    this.changed(this.state);
  }

  // The page is going: the last words leave at once, also past a request under way. The draft stays until acknowledged.
  leave() {
    const turn = this.draft;
    if (!turn || !this.loaded) return;
    if (!this.sending) this.send();
    else if (this.sending.key !== turn.key) {
      turn.tried = this.whole = true;
      this.door.save(this.prompt, this.change({ ...turn, after: [...(turn.after ?? []), this.sending.key] })).catch(() => {});
    }
  }

  close() {
    if (this.draft) this.leave();
    this.closed = true;
    this.rest();
    this.unfollow();
    this.stopWatching();
    if (this.channel) this.channel.onmessage = null;
    // What is on its way is told to the other tabs once it has arrived.
    Promise.allSettled([this.running, this.apart]).then(() => this.channel?.close?.());
    sharedPage().outboxes.delete(this);
  }
}

/** A key that no other change has. */
export function newKey() {
  // randomUUID is missing on plain http; a room's server may well be plain http.
  return globalThis.crypto?.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

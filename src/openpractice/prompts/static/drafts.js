// Drafts in this browser: one record a prompt and person, readable by that person's pages only.

import { DoorError } from "./door-error.js";

/** @typedef {{key: string, base: number, value: any, at: string, lesson: string, unsure?: {key: string, base: number, value: any}}} Draft */

const draftPrefix = (user, course) => `openpractice:${user}:${course}:`;

/** The browser's store, or null where it is blocked. @returns {Storage | null} */
export function browserStore() {
  try {
    const store = globalThis.localStorage;
    store.getItem("openpractice");
    return store ?? null;
  } catch {
    return null;
  }
}

export class DraftStore {
  /** @param {{store: Storage | null, user: string, course: string, prompt: string}} where */
  constructor({ store, user, course, prompt }) {
    this.store = store;
    this.name = draftPrefix(user, course) + prompt;
    this.state = store ? "ok" : "blocked";
    this.own = new Set();
  }

  /** Keep a draft. A draft of another tab under the same name is moved aside, never overwritten. @param {Draft} draft */
  keep(draft) {
    if (!this.store) return;
    try {
      const there = this.store.getItem(this.name);
      const key = there && readDraft(there)?.key;
      if (key && !this.own.has(key)) this.store.setItem(`${this.name}:${key}`, there);
      this.own.add(draft.key);
      this.store.setItem(this.name, JSON.stringify(draft));
      this.state = "ok";
    } catch {
      this.state = "full";
    }
  }

  /** Forget the draft of this key, wherever it lies; other drafts stay. @param {string} key */
  drop(key) {
    if (!this.store) return;
    try {
      for (const name of [this.name, `${this.name}:${key}`]) {
        if (readDraft(this.store.getItem(name))?.key === key) this.store.removeItem(name);
      }
    } catch {
      this.state = "blocked";
    }
  }

  /** The draft kept here and those moved aside, newest first. @returns {Draft[]} */
  all() {
    return listDrafts(this.store, this.name).map(({ draft }) => draft).sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  /** Take a draft found here as one's own. @param {Draft} draft */
  adopt(draft) {
    this.own.add(draft.key);
  }
}

function readDraft(text) {
  try {
    const draft = JSON.parse(text ?? "null");
    return draft && typeof draft.key === "string" && draft.value && typeof draft.value === "object" ? draft : null;
  } catch {
    return null;
  }
}

function listDrafts(store, start) {
  const found = [];
  try {
    for (let i = 0; store && i < store.length; i += 1) {
      const name = store.key(i);
      if (name !== start && !name.startsWith(start.endsWith(":") ? start : `${start}:`)) continue;
      const draft = readDraft(store.getItem(name));
      if (draft) found.push({ name, draft, prompt: name.slice(start.endsWith(":") ? start.length : start.lastIndexOf(":") + 1).split(":")[0] });
    }
  } catch {
    return [];
  }
  return found;
}

/** Answers of this person that have not reached their journal yet. @param {string} user @param {string} course */
export function pendingDrafts(user, course, store = browserStore()) {
  return listDrafts(store, draftPrefix(user, course)).map(({ prompt, draft }) => ({ prompt, ...draft }));
}

/** Send drafts that no prompt on this page holds; returns how many are still here. @param {any} door @param {string} course @param {string} [lesson] */
export async function sendDrafts(door, course, lesson, store = browserStore()) {
  const drafts = pendingDrafts(door.user, course, store).filter((one) => !lesson || one.lesson === lesson);
  let left = 0;
  for (const { prompt, key, base, value, lesson: of } of drafts.sort((a, b) => (a.at < b.at ? -1 : 1))) {
    try {
      await door.save(prompt, { lesson: of, key, base: base ?? 0, value });
      new DraftStore({ store, user: door.user, course, prompt }).drop(key);
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      left += 1;
    }
  }
  return left;
}

/** Remove every trace of this person from this browser; words not sent yet are lost, so ask first. @param {string} user */
export function clearBrowser(user, store = browserStore()) {
  const names = [];
  for (let i = 0; store && i < store.length; i += 1) if (store.key(i).startsWith(`openpractice:${user}:`)) names.push(store.key(i));
  for (const name of names) store.removeItem(name);
  return names.length;
}

// Drafts in this browser: one record a prompt and person, readable by that person's pages only.

/** @typedef {{key: string, base: number, value: any, at: string, lesson: string, language?: string, earlier?: number,
 *   tried?: boolean, unsure?: {key: string, base: number, value: any}, after?: string[]}} Draft
 * unsure: words before these that may have arrived, sent first; after: the keys of all such */

export const draftPrefix = (owner, course) => `openpractice:${owner}:${course}:`;

/** Whose drafts a door's are: two workshops may be reached at one address, each with an Ana. @param {{user: string, workshop?: string}} door */
export const ownerOf = ({ user, workshop }) => (workshop ? `${user}@${workshop}` : user);

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
  /** @param {{store: Storage | null, owner: string, course: string, prompt: string}} where */
  constructor({ store, owner, course, prompt }) {
    this.store = store;
    this.name = draftPrefix(owner, course) + prompt;
    /** @type {"ok" | "full" | "blocked"} */
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

  /** All that was typed in this tab has arrived: what it had grown from, kept where there was no room for more, goes too. */
  done() {
    for (const key of this.own) this.drop(key);
    this.own.clear();
  }

  /** The drafts kept here, newest first: those to be sent, or those laid aside. @returns {Draft[]} */
  all(earlier = false) {
    return listDrafts(this.store, this.name).map(({ draft }) => draft)
      .filter((draft) => Boolean(draft.earlier) === earlier).sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  /** Keep a draft that its question no longer takes: to be read, never sent again nor overwritten. @param {Draft} draft */
  layAside(draft) {
    this.own.delete(draft.key);
    try {
      this.store.setItem(`${this.name}:${draft.key}`, JSON.stringify({ ...draft, earlier: 1 }));
      if (readDraft(this.store.getItem(this.name))?.key === draft.key) this.store.removeItem(this.name);
    } catch {
      this.state = "full";
    }
  }

  /** Take a draft found here as one's own. @param {{key: string}} draft */
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

/** Drafts whose name begins so, with where they lie. @param {Storage | null} store @param {string} start */
export function listDrafts(store, start) {
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

/**
 * Drafts of earlier pages, which did not say of which workshop they are, nor always whose. They are offered, never sent unasked.
 * @param {Storage | null} store @param {{user: string, workshop?: string}} door @param {string} course @param {string} prompt
 * @returns {{name: string, draft: Draft}[]}
 */
export function oldDrafts(store, door, course, prompt) {
  if (!door.workshop) return [];
  return [door.user, ""].flatMap((user) => listDrafts(store, draftPrefix(user, course) + prompt));
}

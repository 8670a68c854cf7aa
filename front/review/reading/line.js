// The line of answers: which is on screen, which comes next, and that the next ones are here already.

const AHEAD = 5;
const QUIETLY = { priority: "low" }; // a saved reading goes first

/** One answer's name: lesson, prompt and the handle of a person. @param {any} entry */
export const idOf = (entry) => `${entry.lesson}/${entry.prompt}/${entry.who}`;

export class Line {
  /** @param {{ask: (path: string, more?: any) => Promise<any>, entries: any[]}} given */
  constructor({ ask, entries }) {
    this.ask = ask;
    this.entries = entries;
    this.index = -1;
    this.answers = new Map();
    this.abouts = new Map();
    this.round = 0;
  }

  /** Answers that came with another reply. @param {any[]} answers */
  take(answers) {
    for (const answer of answers) if (answer) this.answers.set(idOf(answer), Promise.resolve(answer));
  }

  get entry() {
    return this.entries[this.index];
  }

  get left() {
    return this.entries.filter((entry) => entry.waits).length;
  }

  /** Where an answer stands in the line; -1 when it does not. @param {string} id */
  placeOf(id) {
    return this.entries.findIndex((entry) => idOf(entry) === id);
  }

  /** Where the next answers that wait are, after this one and round; those that another is reading come last. @param {number} most */
  following(most) {
    const { length } = this.entries;
    const free = [];
    const taken = [];
    for (let step = 1; step < length + (this.index < 0 ? 1 : 0) && free.length < most; step += 1) {
      const place = (this.index + step + length) % length;
      if (this.entries[place].waits) (this.entries[place].holder ? taken : free).push(place);
    }
    return [...free, ...taken].slice(0, most);
  }

  /** Where the next answer is; -1 when none waits. */
  ahead() {
    return this.following(1)[0] ?? -1;
  }

  /** The answer at a place, from what is here or from the server. @param {number} place @param {any} [how] */
  get(place, how) {
    const id = idOf(this.entries[place]);
    return kept(this.answers, id, () => this.ask(`answer/${id}`, how));
  }

  about(entry, how) {
    const name = `${entry.lesson}/${entry.prompt}`;
    return kept(this.abouts, name, () => this.ask(`about/${name}`, how));
  }

  /** Ask for it anew next time: what was here is old. @param {string} id */
  forget(id) {
    this.answers.delete(id);
  }

  /** Have the next ones here before they are asked for, one after the other. @param {number} [beside] the neighbour to have as well */
  async prefetch(beside) {
    const round = (this.round += 1);
    const wanted = [beside, ...this.following(AHEAD)].filter((place) => this.entries[place]);
    for (const place of wanted) {
      try {
        await Promise.all([this.get(place, QUIETLY), this.about(this.entries[place], QUIETLY)]);
      } catch { /* asked for again, and said, when somebody goes there */ }
      if (this.round !== round) return;
    }
  }

  /** Who is on which answer now. @param {any[]} on */
  mark(on) {
    const names = new Map(on.map((one) => [idOf(one), one.name]));
    for (const entry of this.entries) entry.holder = names.get(idOf(entry)) ?? null;
  }

  /** The line as the server sees it now; the answer on screen stays where it is. @param {any[]} entries */
  refresh(entries) {
    const now = this.entry && idOf(this.entry);
    const known = new Map(entries.map((entry) => [idOf(entry), entry]));
    for (const entry of this.entries) {
      const fresh = known.get(idOf(entry));
      if (!fresh) entry.waits = false;
      else Object.assign(entry, { holder: fresh.holder, state: fresh.state, waits: fresh.waits && !entry.done, theirs: entry.theirs && fresh.theirs });
      known.delete(idOf(entry));
    }
    this.entries.push(...known.values());
    this.index = now ? this.placeOf(now) : -1;
  }
}

function kept(store, name, fetched) {
  if (!store.has(name)) {
    const coming = fetched();
    store.set(name, coming);
    coming.catch(() => store.delete(name));
  }
  return store.get(name);
}

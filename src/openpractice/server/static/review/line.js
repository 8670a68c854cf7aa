// The line of answers: which is on screen, which comes next, and that the next is here already.

const AHEAD = 2;

/** One answer's name: lesson, prompt and the handle of a person. @param {any} entry */
export const idOf = (entry) => `${entry.lesson}/${entry.prompt}/${entry.who}`;

export class Line {
  /** @param {{ask: (path: string) => Promise<any>, entries: any[]}} given */
  constructor({ ask, entries }) {
    this.ask = ask;
    this.entries = entries;
    this.index = -1;
    this.answers = new Map();
    this.abouts = new Map();
  }

  /** Answers that came with another reply. @param {any[]} answers */
  take(answers) {
    for (const answer of answers) if (answer) this.answers.set(idOf(answer), Promise.resolve(answer));
  }

  get entry() {
    return this.entries[this.index];
  }

  /** Where the next answer that waits is, after this one and round; -1 when none does. */
  ahead(from = this.index) {
    for (let step = 1; step <= this.entries.length; step += 1) {
      const place = (from + step + this.entries.length) % this.entries.length;
      if (this.entries[place].waits && place !== from) return place;
    }
    return -1;
  }

  get left() {
    return this.entries.filter((entry) => entry.waits).length;
  }

  /** The answer at a place, from what is here or from the server. @param {number} place */
  get(place) {
    const entry = this.entries[place];
    const id = idOf(entry);
    if (!this.answers.has(id)) {
      const coming = this.ask(`answer/${id}`);
      this.answers.set(id, coming);
      coming.catch(() => this.answers.delete(id));
    }
    return this.answers.get(id);
  }

  about(entry) {
    const name = `${entry.lesson}/${entry.prompt}`;
    if (!this.abouts.has(name)) {
      const coming = this.ask(`about/${name}`);
      this.abouts.set(name, coming);
      coming.catch(() => this.abouts.delete(name));
    }
    return this.abouts.get(name);
  }

  /** Have the next ones here before they are asked for. */
  prefetch() {
    let place = this.index;
    const wanted = new Set([this.index - 1, this.index + 1].filter((one) => one >= 0 && one < this.entries.length));
    for (let count = 0; count < AHEAD; count += 1) {
      place = this.ahead(place);
      if (place < 0) break;
      wanted.add(place);
    }
    for (const one of wanted) {
      this.get(one).catch(() => {});
      this.about(this.entries[one]).catch(() => {});
    }
  }

  /** The line as the server sees it now; the answer on screen stays where it is. @param {any[]} entries */
  refresh(entries) {
    const now = this.entry && idOf(this.entry);
    const known = new Map(entries.map((entry) => [idOf(entry), entry]));
    for (const entry of this.entries) {
      const fresh = known.get(idOf(entry));
      if (!fresh) entry.waits = false;
      else Object.assign(entry, { holder: fresh.holder, state: fresh.state, waits: fresh.waits && !entry.done });
      known.delete(idOf(entry));
    }
    this.entries.push(...known.values());
    this.index = this.entries.findIndex((entry) => idOf(entry) === now);
  }
}

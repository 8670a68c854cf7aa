// What was saved here, so that it can be taken back.

import { content } from "./keep.js";

export class Taken {
  /** @param {any} keeper @param {any} ask */
  constructor(keeper, ask) {
    this.keeper = keeper;
    this.ask = ask;
    this.saved = []; // newest last: {id, before}
  }

  /** An answer was left with what stood before. @param {string} id @param {any} before the mark, or null */
  add(id, before) {
    this.saved.push({ id, before: before && structuredClone(before) });
  }

  /**
   * Take back the newest thing: what was changed on screen, else the last answer left.
   * @param {any} here what is held of the answer on screen @param {string | undefined} onScreen its id
   * @returns {Promise<string | undefined>} the answer that stands as before; rejects with the server's sentence
   */
  async back(here, onScreen) {
    const last = this.saved.at(-1);
    const id = here?.draft || !last ? onScreen : last.id;
    const held = id && this.keeper.held.get(id);
    if (!held) return undefined;
    await this.keeper.send(id);
    const left = id === last?.id && !here?.draft ? this.saved.pop() : null;
    if (held.undone === held.version) {
      // The server keeps one step; a second one back is a new save of what stood before.
      this.keeper.edit(id, { ...content(left?.before), skipped: false }, 0);
      await this.keeper.send(id);
    } else {
      const { mark } = await this.ask("POST", `undo/${id}`);
      this.keeper.settle(id, mark);
      held.undone = held.version;
    }
    return id;
  }
}

// Undo and redo: what was done to the answer on screen, said by name; elsewhere only after going there.

import { h } from "../../prompts/dom.js";
import { dialog } from "../keys.js";
import { described } from "./steps.js";
import { say } from "../words.js";

export class Undoing {
  /** @param {any} reading whose answer it is, with its steps, its line and its keeper */
  constructor(reading) {
    this.reading = reading;
  }

  /** Take back the last thing done to the answer on screen; what was done to another one only after going there. */
  async undo() {
    if (this.reading.coming) return undefined;
    if (!this.reading.held) return this.undoElsewhere();
    const { id, held, steps } = this.reading;
    if (held.phase === "conflict") return this.reading.tell(say("conflict"));
    const step = steps.take(id, held.now, "past");
    if (step) return this.stepped(step, "undone");
    if (steps.has(id) || !held.saved || held.draft || held.undone === held.version) return this.undoElsewhere();
    return this.undoEarlier(id, held);
  }

  // What was saved in an earlier visit: the server keeps what stood before it. Until it has answered no key
  // does anything to the answer: a level given meanwhile would be gone with what it says.
  async undoEarlier(id, held) {
    const { reading } = this;
    const { turn } = reading;
    const after = structuredClone(held.now);
    reading.awaiting(true);
    let refused = "";
    try {
      const { mark } = await reading.ask("POST", `undo/${id}`);
      reading.keeper.settle(id, mark);
      held.undone = held.version;
      reading.steps.tookBack(id, held.now, after);
      reading.line.forget(id);
    } catch (error) {
      refused = error.message;
    }
    if (reading.turn !== turn) return; // another answer is on screen, or this one as it was asked for anew
    reading.awaiting(false);
    if (document.activeElement === document.body) reading.frame.article.focus({ preventScroll: true });
    if (refused) reading.tell(refused);
    else this.stands({ before: held.now, after }, "undone");
  }

  async undoElsewhere() {
    const found = this.reading.steps.elsewhere(this.reading.id);
    const place = found ? this.reading.line.placeOf(found.id) : -1;
    if (place < 0) return this.reading.tell(say("nothing-undo"));
    const { spec } = await this.reading.line.about(this.reading.line.entries[place]);
    const what = described(found.step, spec.criteria, say);
    const go = h("button", { type: "button", class: "primary", onclick: async () => {
      box.close();
      await this.reading.go(place);
      this.reading.tell(say("undo-here", { what }));
    } }, say("undo-go", { number: place + 1 }));
    go.setAttribute("aria-describedby", "undo-where"); // whoever hears the page hears the button first
    const box = dialog(say("undo"), h("p", { id: "undo-where" }, say("undo-elsewhere", { number: place + 1, what })), h("div", { class: "actions" }, go));
    go.focus();
    return undefined;
  }

  redo() {
    if (this.reading.coming) return undefined;
    const step = this.reading.held && this.reading.held.phase !== "conflict" && this.reading.steps.take(this.reading.id, this.reading.held.now, "future");
    return step ? this.stepped(step, "redone") : this.reading.tell(say("nothing-redo"));
  }

  stepped(step, word) {
    this.reading.keeper.edit(this.reading.id, step.now, this.reading.clock.read() + (this.reading.held.saved?.seconds ?? 0));
    this.stands(step, word);
  }

  // The answer on screen is as a step left it: say which, and bring what it was about into view.
  stands(step, word) {
    const { now } = this.reading.held;
    const about = this.reading.criteria.findIndex(({ code }) => step.before.levels[code] !== step.after.levels[code]);
    if (about >= 0) this.reading.current = about;
    if (this.reading.criteria.some(({ code }) => !(code in now.levels))) Object.assign(this.reading.line.entry, { waits: true, done: false });
    this.reading.line.forget(this.reading.id);
    this.reading.comment.show(now);
    this.reading.drawLine();
    this.reading.drawState();
    this.reading.rubric.reveal(this.reading.current);
    this.reading.tell(say(word, { what: described(step, this.reading.criteria, say) }));
  }
}

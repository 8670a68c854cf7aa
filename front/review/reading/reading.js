// Reading: one answer at the centre, the rubric beside it, the next one here before the finger is up.

import { h } from "../../prompts/dom.js";
import { openBank } from "./bank.js";
import { Clock } from "./clock.js";
import { drawComment } from "./comment.js";
import { drawFrame, drawProgress } from "./frame.js";
import { Names, openAnchors, quote } from "./helps.js";
import { keysDialog, listen } from "../keys.js";
import { idOf } from "./line.js";
import { drawFinished, drawMore, drawPaper } from "./paper.js";
import { drawRubric, highest } from "./rubric.js";
import { drawState, words } from "./state.js";
import { Steps } from "./steps.js";
import { Undoing } from "./undoing.js";
import { Watch } from "./watch.js";
import { askedOf } from "../words-of.js";
import { entitle, levelsSaid, say } from "../words.js";

export class Reading {
  /** @param {{root: HTMLElement, title: string, line: any, keeper: any, ask: any, expected: number, again: () => Promise<any[]>, reviewer: string, back: {href: string, word: string}}} given */
  constructor({ root, title, line, keeper, ask, expected, again, reviewer, back }) {
    this.root = root;
    this.title = title;
    this.line = line;
    this.keeper = keeper;
    this.ask = ask;
    this.expected = expected;
    this.again = again;
    this.reviewer = reviewer;
    this.back = back;
    /** @type {any} */
    this.answer = null;
    /** @type {any} */
    this.about = null;
    /** @type {any[]} */
    this.criteria = [];
    const actions = this.actions();
    this.names = new Names(this.ask);
    this.steps = new Steps();
    this.clock = new Clock();
    this.undoing = new Undoing(this);
    this.notesOpen = false;
    this.coming = false;
    this.frame = drawFrame(this.root, (name, event) => actions[name](event), this.back);
    this.stop = listen(actions);
    this.frame.title.textContent = this.title; // stands when nothing waits here at all
    this.watch = new Watch({ ask: this.ask, line: this.line, again: this.again, changed: () => this.drawLine() });
  }

  actions() {
    return {
      level: (level) => this.digit(level), save: (event) => this.save(event), back: () => this.mark(this.current - 1), undo: () => this.said(this.undoing.undo()), redo: () => this.undoing.redo(), flag: () => this.flag(), skip: (event) => this.skip(event),
      comment: () => this.comment?.focus(), note: () => this.comment?.focus(this.criteria[this.current].code), bank: () => this.bank(), keys: () => keysDialog(highest(this.criteria ?? [])), left: () => this.left(),
      anchors: () => this.held && this.said(openAnchors(this.ask, this.line.entry.prompt)), notes: () => this.paper?.notes.toggle(),
      quote: () => this.held && quote(this.frame.article, this.answer, this.about.spec, (text) => this.put(text)), name: () => this.said(this.name()), person: () => this.person(),
      next: () => this.step(1), previous: () => this.step(-1),
    };
  }

  get id() { return this.line.entry && idOf(this.line.entry); }

  // While the next answer is still on its way, what is on screen is no longer the one in hand: no key may do anything to either.
  get held() {
    return this.coming ? undefined : this.keeper.held.get(this.id);
  }

  awaiting(coming) {
    this.coming = coming;
    this.frame.article.setAttribute("aria-busy", String(coming));
    this.frame.side.inert = coming;
  }

  tell(text) {
    this.keepingInView(() => { this.frame.said.textContent = text; });
  }

  // What the foot of the pane says must not come to lie over the criterion that the next digit is for.
  keepingInView(work) {
    const seen = this.rubric?.inView(this.current);
    work();
    if (seen) this.rubric.reveal(this.current);
  }

  // Out of a field: to the answer, and the criterion that the next digit is for comes back into view.
  left() {
    this.frame.article.focus({ preventScroll: true });
    this.rubric?.reveal(this.current);
  }

  // A refusal of the server is a sentence to show here.
  said(coming) {
    return coming.catch((error) => this.tell(error.message));
  }

  /** Show the answer at a place of the line. @param {number} place @param {{pressed?: number, by?: number}} [how] when the key went down; and which way somebody leafs */
  async go(place, { pressed, by = 0 } = {}) {
    if (place < 0) return this.finished(pressed);
    this.clock.read();
    const turn = (this.turn = Symbol("turn"));
    this.line.index = place;
    const entry = this.line.entry;
    this.awaiting(true);
    try {
      const [answer, about] = await Promise.all([this.line.get(place), this.line.about(entry)]);
      if (this.turn !== turn) return undefined;
      this.show(answer, about);
      measured(pressed);
      this.watch.take(entry);
      setTimeout(() => this.line.prefetch(by ? place + by : undefined), 0);
    } catch (error) {
      if (this.turn !== turn) return undefined;
      this.frame.article.setAttribute("aria-busy", "false");
      this.frame.article.replaceChildren(h("p", { class: "note attention", role: "alert" }, error.message), h("button", { type: "button", onclick: () => this.go(place) }, say("try-again")));
    }
    return undefined;
  }

  show(answer, about) {
    this.awaiting(false);
    const held = this.keeper.open(this.id, answer);
    const same = this.about === about && this.frame.scoring.firstChild;
    Object.assign(this, { answer, about, criteria: about.spec.criteria });
    this.clock.begin();
    this.current = Math.max(0, this.criteria.findIndex(({ code }) => !(code in held.now.levels)));
    const { title, language = "en" } = askedOf(about, answer).spec;
    Object.assign(this.frame.title, { textContent: title, lang: language });
    entitle(`${say("answer", { number: this.line.index + 1 })}, ${title}`);
    this.frame.article.setAttribute("aria-label", say("answer", { number: this.line.index + 1 }));
    this.paper = drawPaper(this.frame.article, { answer, about, theirs: this.line.entry.theirs, place: this.line.index + 1, name: this.names.get(answer.who), notesOpen: this.notesOpen, folded: (open) => { this.notesOpen = open; } });
    this.withAnswer(true);
    if (!same) this.drawScoring();
    this.comment.show(held.now);
    this.tell("");
    this.drawLine();
    this.drawState();
    // Where the focus is there already, nothing else tells whoever hears the page that this is another answer.
    if (document.activeElement === this.frame.article) this.frame.here.textContent = say("answer", { number: this.line.index + 1 });
    this.frame.article.focus({ preventScroll: true });
    globalThis.scrollTo({ top: 0, behavior: "instant" });
    this.frame.pane.fit();
    this.rubric.reveal(this.current, true);
  }

  // Where no answer is on screen, nothing is shown that would do something with one.
  withAnswer(here) { for (const part of [this.frame.side, ...this.frame.forAnswer]) part.hidden = !here; }

  // The rubric and the fields stay where they are from answer to answer of one prompt.
  drawScoring() {
    this.rubric = drawRubric({ criteria: this.criteria, levels: {}, pick: (code, level) => this.level(level, code) });
    this.comment = drawComment(this.criteria, (part, typed) => this.edit(part, typed));
    this.frame.scoring.replaceChildren(this.rubric.element, this.comment.element);
  }

  drawLine() {
    drawProgress(this.frame, this.line, this.expected);
    if (this.line.entry && this.paper) this.paper.holder(this.line.entry.holder);
    // What another was on when this line came to its end waits here again, for a second reading or a first.
    if (this.line.index < 0) drawMore(this.frame.article, this.line.left, () => this.go(this.line.ahead()));
  }

  drawState() {
    if (this.held && this.rubric) this.keepingInView(() => this.drawStanding());
  }

  drawStanding() {
    const { held, frame } = this;
    this.rubric.show(held.now.levels, this.current);
    drawState(frame.state, held, this.criteria, (which) => this.choose(which), () => this.reload());
    // That it is saved is said by name where it arrives; here only what stands in the way.
    if (["unsent", "refused"].includes(held.phase) && frame.saved.textContent !== words(held)) frame.saved.textContent = words(held);
    frame.words.get("flag").textContent = say(held.now.flagged ? "unflag" : "flag");
    frame.words.get("name").textContent = say(this.names.get(this.answer.who) ? "hide-name" : "name");
    const whole = this.criteria.every(({ code }) => code in held.now.levels);
    const others = whole ? this.answer.others : [];
    frame.others.replaceChildren(...(others.length ? [h("h3", {}, say("others")), ...others.map((mark) => h("p", { class: "meta", dir: "auto" }, `${mark.reader}: ${levelsSaid(this.criteria, mark.levels)}${mark.comment ? `. ${mark.comment}` : ""}`))] : []));
  }

  choose(which) {
    this.keeper.choose(this.id, which);
    this.comment.show(this.held.now);
    this.drawState();
  }

  edit(part, typed = "") {
    if (!this.held) return;
    const before = this.held.now;
    this.keeper.edit(this.id, part, this.clock.read() + (this.held.saved?.seconds ?? 0));
    this.steps.add(this.id, before, this.held.now, typed);
    this.drawState();
  }

  // A digit counts only for a criterion that is in view: else it brings that one there.
  digit(level) {
    if (!this.held) return;
    const { name, levels } = this.criteria[this.current];
    if (level >= levels.length) return this.tell(say("digit-none", { name, top: levels.length - 1 }));
    if (this.rubric.inView(this.current)) return this.level(level);
    this.rubric.reveal(this.current);
    this.tell(say("digit-for", { name }));
  }

  level(level, code = this.criteria?.[this.current]?.code) {
    if (!code || !this.held) return;
    const place = this.criteria.findIndex((one) => one.code === code);
    this.current = Math.min(place + 1, this.criteria.length - 1);
    this.tell(""); // what was said of the key before, that it scored nothing say, is over
    this.edit({ levels: { ...this.held.now.levels, [code]: level }, skipped: false });
    this.rubric.reveal(this.current);
  }

  // The criterion that the next digit is for.
  mark(place) {
    this.current = Math.max(0, place);
    this.drawState();
    this.rubric?.reveal(this.current);
  }

  /** Save, and bring the next answer. @param {Event} [event] */
  save(event) {
    if (!this.held) return;
    const missing = this.criteria.findIndex(({ code }) => !(code in this.held.now.levels));
    if (missing < 0) return this.leave(true, event);
    this.mark(missing);
    this.tell(say("need-level", { name: this.criteria[missing].name }));
  }

  skip(event) {
    if (!this.held) return;
    this.edit({ skipped: true });
    this.leave(false, event);
  }

  // The save goes on its way while the next answer is shown: nobody waits for a server.
  leave(done, event) {
    const { line } = this;
    const { entry } = line;
    this.parting();
    if (done) Object.assign(entry, { waits: false, done: true });
    this.go(line.ahead(), { pressed: event?.timeStamp || performance.now() });
  }

  // What was here of it is old, and what is asked for before the save has arrived will be, too.
  parting() {
    const { id, held, line } = this;
    if (!id) return;
    line.forget(id);
    if (held) Promise.resolve(held.draft && this.keeper.send(id)).then(() => this.afterwards(id, held, line.entries[line.placeOf(id)]));
  }

  // What was refused behind the reader's back waits for them yet, and they hear of it.
  afterwards(id, held, entry) {
    if (this.id !== id) this.line.forget(id);
    if (held.phase !== "refused") return;
    Object.assign(entry, { waits: true, done: false });
    if (this.line.index < 0) return void this.go(this.line.placeOf(id));
    this.drawLine();
    if (this.id !== id) this.tell(say("left-unsaved", { why: words(held) }));
  }

  finished(pressed) {
    this.clock.stop();
    this.paper = null;
    this.line.index = -1;
    this.turn = null;
    this.awaiting(false);
    this.withAnswer(false);
    this.frame.article.setAttribute("aria-label", say("all-done"));
    drawFinished(this.frame.article, this.line.entries.length > 0, this.back);
    drawProgress(this.frame, this.line, this.expected);
    this.frame.article.focus({ preventScroll: true });
    globalThis.scrollTo({ top: 0, behavior: "instant" });
    measured(pressed);
    this.watch.leave();
  }

  step(by) {
    const place = this.line.index < 0 && by < 0 ? this.line.entries.length - 1 : this.line.index + by;
    if (place < 0 || place >= this.line.entries.length) return;
    this.parting();
    this.go(place, { pressed: performance.now(), by });
  }

  flag() {
    if (!this.held) return;
    const flagged = !this.held.now.flagged;
    this.edit({ flagged });
    this.tell(say(flagged ? "flagged" : "unflagged"));
  }

  bank() {
    if (!this.held) return;
    const criterion = this.criteria[this.current];
    openBank({ ask: this.ask, criterion, level: this.held.now.levels[criterion.code], reviewer: this.reviewer, comment: () => this.comment.text(), field: this.comment.field(), use: (text) => this.put(text) });
  }

  // Into the field that was written in last; which one that is, is said.
  put(text) {
    this.comment.add(text);
    this.tell(say("put-into", { field: this.comment.field() }));
  }

  // All of this person; going back leads to this very answer.
  person() {
    if (!this.held) return;
    const { lesson, prompt, who } = this.line.entry;
    if (location.hash.startsWith("#read/")) history.replaceState(null, "", `#read/${lesson}/${prompt}/of/${who}`);
    location.hash = `person/${who}`;
  }

  async name() {
    if (!this.held) return;
    const { who } = this.answer;
    await this.names.turn(who);
    if (this.answer.who === who) this.paper?.name(this.names.get(who));
    this.drawState();
  }

  // The words were handed in anew: read them before the levels count.
  async reload() {
    this.line.forget(this.id);
    await this.go(this.line.index);
    if (!this.held) return;
    this.held.sha256 = this.answer.sha256;
    this.edit({});
  }

  close() {
    this.stop();
    this.frame.pane.stop();
    this.watch.close();
    this.keeper.all();
  }
}

function measured(pressed) {
  if (pressed) requestAnimationFrame(() => performance.measure("next-answer", { start: pressed, end: performance.now() }));
}

// Reading: one answer at the centre, the rubric beside it, the next one here before the finger is up.

import { h } from "../../prompts/dom.js";
import { sayMoment } from "../page.js";
import { openBank } from "./bank.js";
import { drawComment } from "./comment.js";
import { dialog, keysDialog, listen } from "./keys.js";
import { idOf } from "./line.js";
import { drawRubric } from "./rubric.js";
import { drawState } from "./state.js";
import { say } from "./words.js";
import { drawAnswer, drawQuestion } from "./words-of.js";

const POLL_MS = 5000;
const LONGEST = 600;

export class Reading {
  /** @param {{root: HTMLElement, line: any, keeper: any, ask: any, expected: number, poll: () => Promise<any[]>, reviewer: string}} given */
  constructor(given) {
    Object.assign(this, given);
    this.taken = []; // what was saved here, newest last: {id, version, before}
    this.notesOpen = false;
    this.stop = listen(this.actions());
    this.timer = setInterval(() => this.look(), POLL_MS);
    this.build();
  }

  build() {
    const press = (key, name, word) => h("button", { type: "button", class: "small-button", "aria-keyshortcuts": key, "data-do": name, onmousedown: (event) => event.preventDefault(), onclick: () => this.actions()[name]() }, h("span", { class: "word" }, word), " ", h("kbd", { "aria-hidden": "true" }, key));
    this.progress = h("p", { class: "progress-words", role: "status" });
    this.bar = h("progress", { "aria-hidden": "true" });
    this.heading = h("h2", { id: "answer-heading" });
    this.article = h("article", { class: "one-answer", tabindex: "-1", "aria-labelledby": "answer-heading" });
    this.side = h("aside", { class: "side", "aria-label": "Rubric" });
    this.said = h("p", { class: "said-here", role: "status", "aria-live": "polite" });
    this.title = h("h1", {});
    this.tools = h("div", { class: "tools", role: "group", "aria-label": say("keys") },
      [["k", "previous"], ["j", "next"], ["n", "notes", "question"], ["a", "anchors"], ["q", "quote"], ["h", "name"], ["?", "keys"]].map(([key, name, word]) => press(key, name, say(word ?? name))));
    this.doing = h("div", { class: "doing" },
      h("button", { type: "button", class: "primary", "aria-keyshortcuts": "Enter", onclick: (event) => this.save(event) }, say("save-next"), " ", h("kbd", { "aria-hidden": "true" }, "Enter")),
      [["u", "undo"], ["f", "flag"], ["s", "skip"], ["/", "bank"]].map(([key, name]) => press(key, name, say(name))));
    this.root.replaceChildren(h("div", { class: "reading" },
      h("div", { class: "reading-head" }, h("a", { href: "#prompts" }, `‹ ${say("back-queue")}`), this.title, this.progress, this.bar), this.tools,
      h("div", { class: "two" }, this.article, this.side)));
  }

  actions() {
    return {
      level: (level) => this.level(level), save: (event) => this.save(event), back: () => this.back(), undo: () => this.undo(), flag: () => this.flag(),
      skip: (event) => this.skip(event), comment: () => this.comment?.focus(), bank: () => this.bank(), anchors: () => this.anchors(), notes: () => this.notes(),
      quote: () => this.quote(), name: () => this.name(), next: () => this.step(1), previous: () => this.step(-1), keys: () => keysDialog(), left: () => this.article.focus({ preventScroll: true }),
    };
  }

  /** Show the answer at a place of the line. @param {number} place @param {number} [pressed] when the key went down */
  async go(place, pressed) {
    if (place < 0) return this.finished(pressed);
    this.clock();
    const turn = (this.turn = Symbol("turn"));
    this.line.index = place;
    const entry = this.line.entry;
    try {
      const [answer, about] = await Promise.all([this.line.get(place), this.line.about(entry)]);
      if (this.turn === turn) this.show(entry, answer, about, pressed);
    } catch (error) {
      if (this.turn === turn) this.article.replaceChildren(h("p", { class: "note attention" }, error.message), h("button", { type: "button", onclick: () => this.go(place) }, say("try-again")));
    }
    return undefined;
  }

  show(entry, answer, about, pressed) {
    Object.assign(this, { answer, about, criteria: about.spec.criteria, began: performance.now(), spent: 0 });
    const held = this.keeper.open(idOf(entry), answer);
    this.current = Math.max(0, this.criteria.findIndex(({ code }) => !(code in held.now.levels)));
    this.title.textContent = about.spec.title;
    this.heading.textContent = say("answer", { n: this.line.index + 1 });
    this.drawArticle();
    this.rubric = drawRubric({ criteria: this.criteria, levels: held.now.levels, current: this.current, pick: (code, level) => this.level(level, code) });
    this.state = h("div", { class: "state-here" });
    this.comment = drawComment(held.now, this.criteria, (part) => this.edit(part));
    this.others = h("div", {});
    this.side.replaceChildren(this.rubric.element, this.comment.element, this.state, this.said, this.doing, this.others);
    this.said.textContent = "";
    this.root.querySelector(".finished")?.remove();
    this.drawProgress();
    this.drawState();
    this.article.focus({ preventScroll: true });
    globalThis.scrollTo(0, 0);
    if (pressed) requestAnimationFrame(() => performance.measure("next-answer", { start: pressed, end: performance.now() }));
    this.lease(entry);
    setTimeout(() => this.line.prefetch(), 0);
  }

  drawArticle() {
    const { answer, about } = this;
    const line = [answer.late ? h("strong", { class: "mark-late" }, say("late")) : null, say("words", { n: answer.words }), say("handed-in", { when: sayMoment(answer.handed_in_at) })].filter(Boolean);
    const notes = h("details", { class: "notes", open: this.notesOpen }, h("summary", {}, say("question")), drawQuestion(about, answer.value));
    notes.addEventListener("toggle", () => { this.notesOpen = notes.open; });
    this.who = h("p", { class: "who" }, this.known?.get(answer.who) ? say("by", { name: this.known.get(answer.who) }) : say("name-hidden"));
    this.holding = h("p", { class: "note", hidden: true });
    this.article.replaceChildren(this.heading, h("p", { class: "meta" }, line.flatMap((part, index) => (index ? [" · ", part] : [part]))), this.who, this.holding,
      ...[answer.elsewhere !== null ? h("p", { class: "note attention" }, say("elsewhere", { n: answer.elsewhere })) : null,
        typeof answer.read_before === "string" ? h("p", { class: "note" }, say("revised")) : null].filter(Boolean),
      notes, h("div", { class: "answer-words" }, drawAnswer(answer, about.spec)),
      ...(answer.beside ? [h("h3", {}, say("beside")), h("p", { class: "words", dir: "auto" }, answer.beside)] : []));
    this.drawHolder(answer.holder);
  }

  drawHolder(holder) {
    this.holding.hidden = !holder;
    this.holding.textContent = holder ? say("holder", { name: holder }) : "";
  }

  drawProgress() {
    const { left, entries } = this.line;
    const total = entries.length;
    const minutes = Math.max(1, Math.round((left * this.expected) / 60));
    const at = Math.min(total, total - left + (this.line.entry?.waits ? 1 : 0));
    this.progress.textContent = left === 0 ? say("progress-done", { total, n: total }) : left === 1 && this.line.entry?.waits ? say("progress-last", { n: at, total }) : say("progress", { n: at, total, minutes, count: minutes });
    Object.assign(this.bar, { max: Math.max(1, total), value: total - left });
  }

  drawState() {
    const held = this.held;
    if (!held || !this.state) return;
    this.rubric.show(held.now.levels, this.current);
    drawState(this.state, held, (which) => { this.keeper.choose(this.id, which); this.comment.show(this.held.now); this.drawState(); }, () => this.reload());
    const flag = this.doing.querySelector("[data-do=flag] .word");
    flag.textContent = say(held.now.flagged ? "unflag" : "flag");
    const whole = this.criteria.every(({ code }) => code in held.now.levels);
    const others = whole ? this.answer.others : [];
    this.others.replaceChildren(...(others.length ? [h("h3", {}, say("others")), ...others.map((mark) => h("p", { class: "meta" }, `${say("reading-of", { name: mark.reviewer })}: ${levelsSaid(this.criteria, mark)}`))] : []));
  }

  get id() {
    return this.line.entry && idOf(this.line.entry);
  }

  get held() {
    return this.keeper.held.get(this.id);
  }

  // Seconds of looking at this answer; a page in the background does not count.
  clock() {
    if (this.began && !document.hidden) this.spent = Math.min(LONGEST, this.spent + (performance.now() - this.began) / 1000);
    this.began = performance.now();
    return Math.round(this.spent * 10) / 10;
  }

  edit(part) {
    if (!this.held) return;
    if (!this.held.draft) this.before = structuredClone(this.held.saved);
    this.keeper.edit(this.id, part, this.clock() + (this.held.saved?.seconds ?? 0));
    this.drawState();
  }

  level(level, code = this.criteria?.[this.current]?.code) {
    if (!code || !this.held) return;
    this.edit({ levels: { ...this.held.now.levels, [code]: level }, skipped: false });
    const place = this.criteria.findIndex((one) => one.code === code);
    this.current = Math.min(place + 1, this.criteria.length - 1);
    this.drawState();
  }

  back() {
    this.current = Math.max(0, this.current - 1);
    this.drawState();
  }

  tell(text) {
    this.said.textContent = text;
  }

  /** Save, and bring the next answer. @param {Event} [event] */
  save(event) {
    if (!this.held) return;
    const missing = this.criteria.findIndex(({ code }) => !(code in this.held.now.levels));
    if (missing >= 0) {
      this.current = missing;
      this.drawState();
      this.tell(say("need-level", { name: this.criteria[missing].name }));
      return;
    }
    this.leave(true, event);
  }

  skip(event) {
    if (!this.held) return;
    this.edit({ skipped: true });
    this.leave(false, event);
  }

  // The save goes on its way while the next answer is shown: nobody waits for a server.
  leave(done, event) {
    const [id, entry, before] = [this.id, this.line.entry, this.before ?? this.held.saved];
    if (this.held.draft) this.keeper.send(id);
    this.taken.push({ id, before: before && structuredClone(before), place: this.line.index });
    this.before = undefined;
    if (done) Object.assign(entry, { waits: false, done: true });
    this.line.answers.delete(id);
    this.go(this.line.ahead(), event?.timeStamp || performance.now());
  }

  finished(pressed) {
    this.drawProgress();
    this.began = undefined;
    this.article.replaceChildren(h("div", { class: "finished" }, h("h2", { id: "answer-heading" }, say("all-done")), h("p", {}, say("done-hint")), h("p", {}, h("a", { class: "button primary", href: "#prompts" }, say("back-queue")))));
    this.article.focus({ preventScroll: true });
    if (pressed) requestAnimationFrame(() => performance.measure("next-answer", { start: pressed, end: performance.now() }));
    this.ask("DELETE", "lease").catch(() => {});
  }

  step(by) {
    const place = this.line.index + by;
    if (place < 0 || place >= this.line.entries.length) return;
    if (this.held?.draft) this.keeper.send(this.id);
    this.line.answers.delete(this.id);
    this.go(place, performance.now());
  }

  /** Take back the newest thing: what is on its way here, else the last save. */
  async undo() {
    const here = this.held;
    const last = this.taken.at(-1);
    const id = here?.draft || !last ? this.id : last.id;
    const held = this.keeper.held.get(id);
    if (!held) return this.tell(say("nothing-undo"));
    await this.keeper.send(id);
    const back = id === last?.id && !here?.draft ? this.taken.pop() : null;
    try {
      if (back?.undone || held.undone === held.version) {
        this.keeper.edit(id, { levels: back?.before?.levels ?? {}, comment: back?.before?.comment ?? "", notes: back?.before?.notes ?? {}, flagged: back?.before?.flagged ?? false, skipped: false }, 0);
        await this.keeper.send(id);
      } else {
        const { mark } = await this.ask("POST", `undo/${id}`);
        this.keeper.settle(id, mark);
        held.undone = held.version;
      }
    } catch (error) {
      return this.tell(error.message);
    }
    const place = this.line.entries.findIndex((entry) => idOf(entry) === id);
    this.line.answers.delete(id);
    Object.assign(this.line.entries[place], { waits: true, done: false });
    await this.go(place);
    return this.tell(say("undone"));
  }

  flag() {
    if (!this.held) return;
    const flagged = !this.held.now.flagged;
    this.edit({ flagged });
    this.tell(say(flagged ? "flagged" : "unflagged"));
  }

  notes() {
    const fold = this.article.querySelector("details.notes");
    if (fold) fold.open = !fold.open;
  }

  bank() {
    if (!this.held) return;
    const criterion = this.criteria[this.current];
    openBank({ ask: this.ask, criterion, level: this.held.now.levels[criterion.code], reviewer: this.reviewer, comment: () => this.held.now.comment,
      use: (text) => this.comment.add(text) });
  }

  quote() {
    const chosen = getSelection();
    const text = chosen && this.article.contains(chosen.anchorNode) ? String(chosen).trim() : "";
    if (text) this.comment.add(`“${text}” `);
    else this.tell(say("no-selection"));
  }

  async anchors() {
    try {
      const { anchors, kept_back: left } = await this.ask("GET", `anchors/${this.line.entry.prompt}`);
      dialog(say("anchors"), anchors.length ? anchors.map((one) => h("section", { class: "anchor" }, h("h3", {}, one.criteria.map(({ code, name }) => `${name} ${one.levels[code]}`).join(", ")), drawAnswer(one, one.spec),
        h("dl", { class: "reasons" }, one.criteria.map(({ code, name }) => [h("dt", {}, `${name} ${one.levels[code]}`), h("dd", {}, one.reasons[code])])))) : h("p", {}, left ? say("anchors-kept", { n: left, count: left }) : say("anchors-none")));
    } catch (error) {
      this.tell(error.message);
    }
  }

  async name() {
    this.known ??= new Map();
    const { who } = this.answer ?? {};
    if (!who) return;
    try {
      if (this.known.has(who)) this.known.delete(who);
      else this.known.set(who, (await this.ask("POST", `name/${who}`)).name);
      this.who.textContent = this.known.has(who) ? say("by", { name: this.known.get(who) }) : say("name-hidden");
    } catch (error) {
      this.tell(error.message);
    }
  }

  async lease(entry) {
    try {
      const { holder } = await this.ask("POST", `lease/${idOf(entry)}`);
      if (this.line.entry === entry) this.drawHolder(holder);
    } catch { /* a courtesy: saving does not depend on it */ }
  }

  async look() {
    if (document.hidden || !this.line.entry) return;
    try {
      this.line.refresh(await this.poll());
      if (this.line.entry) this.drawHolder(this.line.entry.holder);
      this.drawProgress();
    } catch { /* shown where something is saved */ }
  }

  // The words were handed in anew: read them before the levels count.
  async reload() {
    this.line.answers.delete(this.id);
    await this.go(this.line.index);
    if (this.held) this.held.sha256 = this.answer.sha256;
    this.edit({});
  }

  close() {
    this.stop();
    clearInterval(this.timer);
    this.keeper.all();
    this.ask("DELETE", "lease").catch(() => {});
  }
}

function levelsSaid(criteria, mark) {
  return criteria.map(({ code, name }) => `${name} ${mark.levels[code] ?? "–"}`).join(", ") + (mark.comment ? `. ${mark.comment}` : "");
}

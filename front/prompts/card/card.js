// One prompt as a card: what is asked, the answer, and how it stands.

import { cardHeading, recallBlock, rubricFold, startersFold } from "./around.js";
import { fitsForm, pastOr } from "./fits.js";
import { button, h, hint, keepEvents, uid } from "../dom.js";
import { keepFocus, labelled, undoLine } from "./fields.js";
import { makeT, pickLanguage, sayTime } from "../i18n.js";
import { KINDS } from "../kinds/kinds.js";
import { watchPage } from "../page.js";
import { shareBlock } from "./share.js";
import { statusLine } from "./status.js";
import { Outbox } from "../doors/sync.js";
import { canonicalText, isEmptyValue } from "../text.js";

const TEXT_KINDS = new Set(["short_text", "long_text", "then_now"]);

/**
 * Draw a prompt in `el`.
 * @param {HTMLElement} el @param {any} spec @param {any} door
 * @param {{asked?: Element | null, language?: string, device?: string}} [options]
 *   asked: the question as the page has it, with its heading; without it, it stands above
 * @returns {() => void} cleanup
 */
export function mountCard(el, spec, door, options = {}) {
  if (!KINDS[spec.kind]) throw new Error(`unknown kind of prompt: ${spec.kind}`);
  const card = new Card(el, spec, door, options);
  return () => card.close();
}

class Card {
  constructor(el, spec, door, options) {
    this.el = el;
    this.spec = spec;
    this.door = door;
    /** @type {any} */
    this.reply = {};
    /** @type {any} */
    this.value = {};
    this.t = makeT(pickLanguage(options.language));
    this.prompt = spec.answer_with ?? spec.id;
    this.titleId = uid("title");
    this.line = statusLine(this.t, spec, door);
    this.outbox = new Outbox({
      door, course: spec.course, lesson: spec.lesson, prompt: this.prompt, language: spec.language ?? "en", device: options.device ?? deviceName(),
      changed: (state) => this.paintState(state), show: (value) => this.show(value),
      arrived: (reply) => this.paintReply(reply), busy: () => this.composing || Boolean(this.body.querySelector("select:focus, input[type=number]:focus")),
      fits: (value) => this.fits(value), aside: () => this.paintEarlier(),
    });
    this.draw(options);
    this.stops = [
      door.onChange?.((reply) => this.paintReply(reply)) ?? (() => {}),
      watchPage((news) => this.follow(news)),
    ];
    this.paintBranch();
    this.opened = this.outbox.open();
  }

  draw(options) {
    const { t, spec } = this;
    this.refusal = h("p", { class: "op-refusal", role: "alert", hidden: true });
    this.control = KINDS[spec.kind](this.context());
    this.share = shareBlock(t, spec, this.door, this.outbox, (sentence) => this.line.say(sentence), (make) => this.rewrite(make));
    const slot = () => h("div", { class: "op-slot" });
    this.recall = slot();
    this.earlier = slot();
    this.versions = slot();
    this.feedback = slot();
    this.handed = h("p", { class: "op-hint" });
    this.undo = undoLine(t);
    this.closed = h("div", { class: "op-closed" });
    this.body = h("div", { class: "op-answer", oncompositionstart: () => { this.composing = true; }, oncompositionend: () => { this.composing = false; } }, this.control.el);
    this.open = h("div", {},
      this.recall, startersFold(t, spec, () => this.control.starterBox?.()), this.earlier, this.undo.el, this.body, this.refusal, this.line.el,
      this.versions, this.share.el, this.handed, rubricFold(t, spec), this.feedback);
    this.root = h("div", { class: "op-prompt", role: "group", "aria-labelledby": this.titleId, lang: t.language, "data-prompt": spec.id, "data-kind": spec.kind },
      cardHeading(t, spec, options, this.titleId), this.closed, this.open);
    keepEvents(this.root);
    this.root.addEventListener("focusout", (event) => { if (!this.root.contains(event.relatedTarget)) this.outbox.left(); });
    this.el.replaceChildren(this.root);
  }

  context() {
    const { t, spec } = this;
    return {
      t, spec, titleId: this.titleId, label: labelled,
      emit: (value) => this.typed(value),
      refuse: (why) => this.refuse(why),
      say: (sentence) => this.line.say(sentence),
      reply: () => this.reply,
      answer: (id) => this.reply.answers?.[id]?.value ?? this.reply.recall?.[id]?.value,
    };
  }

  typed(value) {
    this.refusal.hidden = true;
    const whole = spell(value, this.spec);
    this.value = whole;
    this.line.count(whole, true);
    if (!this.outbox.input(whole)) this.refuse("too-large");
  }

  // Something else than a hand at the control writes into the answer, as if it were typed.
  rewrite(make) {
    const value = make(this.value);
    this.control.set(value);
    this.typed(value);
  }

  refuse(why) {
    this.refusal.textContent = this.t(why);
    this.refusal.hidden = false;
  }

  // Words from the journal, a draft or another tab; never into what is half typed here.
  show(value) {
    this.value = value;
    keepFocus(this.body, () => this.control.set(value));
    this.line.count(value, false);
    this.paintEarlier();
    this.paintBranch();
  }

  // What this form cannot hold stays readable above it: text from the plain cell, and an answer to an earlier form.
  paintEarlier() {
    const { t, spec, value } = this;
    const typed = !TEXT_KINDS.has(spec.kind) && typeof value.text === "string" && value.text;
    const own = this.reply.answers?.[this.prompt];
    const stale = own?.stale_spec && canonicalText(own.value) === canonicalText(value);
    const aside = this.outbox.drafts.all(true);
    const odd = !isEmptyValue(value) && (stale || !this.fits(value)) && !aside.some(({ key }) => key === this.outbox.draft?.key);
    const old = this.outbox.old();
    const past = odd && !typed || old.length || aside.length ? pastOr(() => this.paintEarlier()) : null;
    this.earlier.replaceChildren(...[
      typed || (odd && past) ? [hint(t(typed ? "typed-in-cell" : "stale-spec")), h("blockquote", { dir: "auto" }, typed || past.readableValue(spec, value, t))] : [],
      ...(past ? past.stillOld(this.outbox, old).map((one) => past.oldBlock(this, one)) : []),
      ...(past ? aside.map((one) => past.asideBlock(this, one)) : []),
    ].flat());
  }

  fits(value) {
    return fitsForm(this.spec, value, this.control.keys);
  }

  paintState(state) {
    this.line.state(state);
    this.share.changed();
    this.root.dataset.state = state.reason || state.phase;
    const heads = canonicalText(state.heads.map(({ rev }) => rev));
    const two = state.heads.length > 1;
    const past = two ? pastOr(() => this.paintState(state)) : null;
    if (heads !== this.shownHeads && (past || !two)) {
      this.shownHeads = heads;
      const held = this.versions.querySelector(":focus");
      this.versions.replaceChildren(...(past
        ? [past.conflictBlock(this.t, state.heads, (value) => past.readableValue(this.spec, value, this.t), (head) => past.keepVersion(this.outbox, head), this.outbox.mine)] : []));
      if (held) this.focus();
    }
    this.paintHanded();
  }

  /** To where the answer is given. */
  focus() {
    this.body.querySelector("textarea, input:checked, input, select")?.focus();
  }

  paintReply(reply) {
    const { t, spec } = this;
    this.reply = reply;
    const own = reply.answers?.[this.prompt];
    const fill = (slot, block) => slot.replaceChildren(...(block ? [block] : []));
    fill(this.recall, recallBlock(t, spec, reply.recall));
    const revise = reply.handin?.can_change === false ? null : () => this.focus();
    const feedback = reply.feedback?.[this.prompt];
    fill(this.feedback, feedback && pastOr(() => this.paintReply(this.reply))?.feedbackBlock(t, spec, feedback, own, revise));
    this.share.shared(own?.shared);
    if (reply.room) this.share.meet();
    this.paintEarlier();
    this.control.arrived?.();
    this.paintHanded();
    this.paintBranch();
  }

  paintHanded() {
    const handed = this.reply.answers?.[this.prompt]?.handed;
    const changed = handed && this.outbox.saved.rev > handed.rev;
    const again = changed && this.reply.handin?.can_change !== false;
    const sentence = handed ? `${this.t("handed", { time: sayTime(handed.at, this.t.language) })} ${again ? this.t("handed-changed") : ""}` : "";
    if (sentence === this.handedSentence) return;
    this.handedSentence = sentence;
    const check = again && this.door.links?.check;
    this.handed.replaceChildren(sentence, ...(check ? [" ", h("a", { href: check(this.spec.lesson) }, this.t("handin-look"))] : []));
  }

  follow(news) {
    if (news.user !== this.door.user) return;
    if (news.prompt === this.spec.branch?.of) {
      this.branchChoice = news.value.choice ?? "";
      this.paintBranch();
    }
    if (news.prompt === this.prompt && !this.outbox.draft) {
      this.value = news.value;
      this.paintBranch();
    }
    this.control.heard?.(news);
  }

  // A prompt of a branch opens when the choice fits; of two wordings of one answer, one is open.
  paintBranch() {
    const { t, spec } = this;
    const { branch } = spec;
    if (!branch && !spec.answer_with) return;
    const choice = this.branchChoice ?? this.reply.answers?.[branch?.of]?.value?.choice ?? "";
    const fits = !branch || branch.when.includes(choice);
    const wording = isEmptyValue(this.value) ? "" : this.value.wording ?? this.prompt;
    const other = fits && Boolean(wording) && wording !== spec.id && (spec.answer_with || this.value.wording);
    const closed = !fits ? (choice ? "branch-closed" : "branch-waits") : other ? "wording-other" : "";
    // Drawn anew only where it says something else: a button that is replaced under a finger takes the press with it.
    if (closed !== this.closedBy) {
      this.closedBy = closed;
      this.closed.replaceChildren(...(closed ? [hint(t(closed))] : []), ...(other ? [this.takeButton()] : []));
    }
    this.open.hidden = !fits || Boolean(other);
    const shown = fits || (!choice && !spec.answer_with);
    if (shown === this.shown) return;
    this.shown = shown;
    this.root.hidden = !shown;
    this.el.dispatchEvent(new CustomEvent("op-shown", { bubbles: true, detail: { prompt: spec.id, shown } }));
  }

  takeButton() {
    return button(this.t("wording-take"), () => {
      this.outbox.takeOver();
      this.rewrite((value) => value);
      this.paintBranch();
      this.control.starterBox?.()?.focus();
    });
  }

  close() {
    for (const stop of this.stops) stop();
    this.share.close();
    this.outbox.close();
    this.root.remove();
  }
}

// The value as it is stored: a branch's answer says which wording it answers.
function spell(value, spec) {
  if (!spec.answer_with && !spec.branch) return value;
  return isEmptyValue(value) ? {} : { ...value, wording: spec.id };
}

/** A few words that tell one's devices apart, e.g. "Chrome, Android". */
export function deviceName(agent = globalThis.navigator?.userAgent ?? "") {
  const first = (names) => names.find((name) => agent.includes(name));
  const named = [first(["Edg", "Firefox", "Chrome", "Safari"]), first(["Android", "iPhone", "iPad", "Windows", "Mac", "CrOS", "Linux"])];
  return named.filter(Boolean).join(", ").replace("Edg", "Edge").replace("CrOS", "Chromebook");
}

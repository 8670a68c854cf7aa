// What was done to each answer in this visit, step by step, so that it can be taken back and done again.
// Steps belong to their own answer: nothing here ever changes another one.

import { content } from "../keep.js";
import { canonicalText } from "../../prompts/text.js";

// The server keeps no space at the ends of a text, so it makes no difference here either.
const trimmed = ({ comment, notes, ...rest }) => ({ ...rest, comment: comment.trim(), notes: Object.fromEntries(Object.entries(notes).map(([code, text]) => [code, text.trim()])) });
const alike = (one, two) => canonicalText(trimmed(one)) === canonicalText(trimmed(two));

export class Steps {
  constructor() {
    /** @type {Map<string, {past: any[], future: any[], now: any}>} */
    this.of = new Map();
    this.touched = []; // ids, the latest last
  }

  /** The steps of an answer; none where what stands is not what they led to. @param {string} id @param {any} now */
  at(id, now) {
    const kept = this.of.get(id);
    if (kept && alike(kept.now, content(now))) return kept;
    const fresh = { past: [], future: [], now: content(now) };
    this.of.set(id, fresh);
    return fresh;
  }

  /**
   * Something was done. Typing in one field is one step until something else is done.
   * @param {string} id @param {any} before @param {any} after what the mark said and says @param {string} [typed] the field that was typed in
   */
  add(id, before, after, typed = "") {
    const steps = this.at(id, before);
    const [from, to] = [content(before), content(after)];
    if (alike(from, to)) return;
    const last = steps.past.at(-1);
    if (typed && last?.typed === typed && !steps.future.length) last.after = to;
    else steps.past.push({ before: from, after: to, typed });
    Object.assign(steps, { future: [], now: to });
    this.touched = [...this.touched.filter((one) => one !== id), id];
  }

  /** The step taken back, or done again, and what stands then. @param {string} id @param {any} now @param {"past"|"future"} which */
  take(id, now, which) {
    const steps = this.at(id, now);
    const step = steps[which].pop();
    if (!step) return null;
    const back = which === "past";
    steps[back ? "future" : "past"].push({ ...step, typed: "" });
    steps.now = back ? step.before : step.after;
    return { ...step, now: steps.now };
  }

  /** The server took back what an earlier visit saved; it can be done again from here. @param {string} id @param {any} before @param {any} after */
  tookBack(id, before, after) {
    this.of.set(id, { past: [], future: [{ before: content(before), after: content(after), typed: "" }], now: content(before) });
  }

  /** Whether anything was done to it in this visit. @param {string} id */
  has(id) {
    return this.of.has(id) && (this.of.get(id).past.length > 0 || this.of.get(id).future.length > 0);
  }

  /** The answer that something was last done to, other than this one, and the step. @param {string} id */
  elsewhere(id) {
    const other = this.touched.findLast((one) => one !== id && this.of.get(one)?.past.length);
    return other ? { id: other, step: this.of.get(other).past.at(-1) } : null;
  }
}

/**
 * What a step did, by the names of what it changed.
 * @param {any} step @param {any[]} criteria @param {(key: string, values?: any) => string} say
 */
export function described({ before, after }, criteria, say) {
  const parts = criteria.filter(({ code }) => before.levels[code] !== after.levels[code]).map(({ code, name }) => {
    const [was, level] = [before.levels[code], after.levels[code]];
    if (level === undefined) return say("step-no-level", { name, was });
    return was === undefined ? `${name} ${level}` : say("step-level", { name, level, was });
  });
  if (before.comment !== after.comment) parts.push(say("step-comment"));
  parts.push(...criteria.filter(({ code }) => (before.notes[code] ?? "") !== (after.notes[code] ?? "")).map(({ name }) => say("step-note", { name })));
  if (before.flagged !== after.flagged) parts.push(say(after.flagged ? "step-flag" : "step-unflag"));
  if (before.skipped !== after.skipped && after.skipped) parts.push(say("step-skip"));
  return parts.join(", ");
}

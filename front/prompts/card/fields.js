// Boxes to type in: they grow with the text, respect composition, and refuse only what is far too long.

import { button, h, uid } from "../dom.js";
import { cleanText, MAX_TEXT } from "../text.js";

const GROWS_ALONE = globalThis.CSS?.supports?.("field-sizing", "content") ?? false;

/**
 * A text box bound to one string.
 * @param {{value?: string, label?: string, labelledby?: string, describedby?: string, rows?: number, line?: boolean,
 *   onText: (text: string) => void, refuse: (why: string) => void}} given
 * @returns {any} the control, with set(text)
 */
export function textBox({ value = "", label, labelledby, describedby, rows = 2, line = false, onText, refuse, ...attrs }) {
  let kept = value;
  let composing = false;
  const put = (text, caret) => {
    box.value = text;
    box.setSelectionRange(caret, caret);
  };
  const take = () => {
    const clean = cleanText(box.value);
    if (clean !== box.value) put(clean, cleanText(box.value.slice(0, box.selectionStart)).length);
    if (clean.length > MAX_TEXT) {
      put(kept, Math.min(box.selectionStart, kept.length));
      refuse("too-long");
      return;
    }
    growBox(box);
    if (clean === kept) return;
    kept = clean;
    onText(kept);
  };
  const box = h("textarea", {
    class: line ? "op-box op-line" : "op-box", rows, dir: "auto", "aria-label": label, "aria-labelledby": labelledby,
    "aria-describedby": describedby, ...attrs,
    oncompositionstart: () => { composing = true; },
    oncompositionend: () => { composing = false; take(); },
    oninput: (event) => { if (!composing && !event.isComposing) take(); },
    onpaste: (event) => {
      const pasted = event.clipboardData?.getData("text/plain") ?? "";
      const clean = cleanText(pasted);
      const fits = box.value.length - (box.selectionEnd - box.selectionStart) + clean.length <= MAX_TEXT;
      if (fits && clean === pasted) return;
      event.preventDefault();
      if (fits) typeIn(box, clean);
      else refuse("too-long");
    },
    onblur: () => growBox(box, true),
  });
  box.value = value;
  box.set = (text) => {
    if (text === kept && text === box.value) return;
    const before = { held: box.matches(":focus"), value: box.value, at: box.selectionStart };
    kept = text;
    box.value = text;
    if (before.held) setCaret(box, before);
    growBox(box, true);
  };
  requestAnimationFrame(() => growBox(box, true));
  return box;
}

// The caret stays after the words it stood after, or else before those it stood before.
function setCaret(box, { value, at }) {
  const to = box.value.startsWith(value.slice(0, at)) ? at : Math.max(0, box.value.length - value.length + at);
  box.setSelectionRange(to, to);
}

/** Do what may draw a place anew; the focus in it stays where it was. @param {HTMLElement} place @param {() => void} work */
export function keepFocus(place, work) {
  /** @returns {any[]} */
  const all = () => [...place.querySelectorAll("textarea, input, select, button")];
  const held = /** @type {any} */ (place.querySelector(":focus"));
  const at = all().indexOf(held);
  const before = held && { value: held.value, at: held.selectionStart };
  work();
  if (at < 0 || place.querySelector(":focus")) return;
  const now = all()[at] ?? all()[0];
  now.focus({ preventScroll: true });
  if (now.matches("textarea")) setCaret(now, before);
}

// Grows while typing, shrinks only when the person has left: the page never jumps under the hand.
function growBox(box, exact = false) {
  if (GROWS_ALONE || !box.isConnected) return;
  if (exact) box.style.height = "";
  if (box.scrollHeight > box.clientHeight) box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}

/** Put words where the caret is, as typed text, so that the browser's own undo takes them back. @param {any} box @param {string} words */
export function insertWords(box, words) {
  box.focus();
  const before = box.value.slice(0, box.selectionStart);
  const text = (before && !/\s$/.test(before) ? (before.trim() && box.rows > 2 ? "\n\n" : " ") : "") + words;
  typeIn(box, text);
}

function typeIn(box, text) {
  if (document.execCommand?.("insertText", false, text)) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** A label above its box. @param {string} label @param {any} box @param {Object<string, any>} [attrs] */
export function labelled(label, box, attrs = {}) {
  box.id ||= uid("box");
  box.removeAttribute("aria-label");
  return h("div", { class: "op-field", ...attrs }, h("label", { for: box.id, class: "op-label" }, label), box);
}

/**
 * Radios or ticks for a list of choices, each a full-width target.
 * @param {{type: "radio"|"checkbox", choices: {id: string, label: string}[], onPick: (id: string, on: boolean) => void}} given
 */
export function choiceList({ type, choices, onPick }) {
  const name = uid("choice");
  const inputs = new Map();
  const rows = choices.map(({ id, label }) => {
    const input = h("input", { type, name: type === "radio" ? name : false, value: id, onchange: () => onPick(id, input.checked) });
    inputs.set(id, input);
    return h("label", { class: "op-choice" }, input, h("span", { dir: "auto" }, label));
  });
  return { rows, inputs, set: (ids) => { for (const [id, input] of inputs) input.checked = ids.includes(id); } };
}

/**
 * A sentence with Undo, shown where something was just removed; it goes when the next thing is typed.
 * @param {any} t
 */
export function undoLine(t) {
  const el = h("p", { class: "op-undo", hidden: true });
  return {
    el,
    offer(sentence, undo) {
      el.replaceChildren(h("span", {}, sentence), " ", button(t("undo"), () => { el.hidden = true; undo(); }, { class: "op-link" }));
      el.hidden = false;
      el.querySelector("button").focus();
    },
    hide() { el.hidden = true; },
  };
}

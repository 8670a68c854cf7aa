// The keys of the reading page: one table, used for acting, for the buttons and for the list of keys.

import { h } from "../prompts/dom.js";
import { say } from "./words.js";

/** Key, what it does (the name of an action), and the word for it. */
export const KEYS = [
  ["u", "undo", "undo"], ["r", "redo", "redo"], ["f", "flag", "flag"], ["s", "skip", "skip"], ["c", "comment", "comment"], ["e", "note", "note-key"], ["/", "bank", "bank"],
  ["a", "anchors", "anchors"], ["n", "notes", "question"], ["q", "quote", "quote"], ["h", "name", "name"],
  ["p", "person", "all-of-person"], ["j", "next", "next"], ["k", "previous", "previous"], ["?", "keys", "keys"],
];

export const FIELD = "input, textarea, select, [contenteditable]";
const PRESSABLE = "button, a[href], summary, [role=button]";

/**
 * Listen for the keys; they never act while somebody types in a field or a window is open over the page.
 * @param {Object<string, (...given: any[]) => void>} actions @returns {() => void} stops listening
 */
export function listen(actions) {
  const heard = (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const focus = document.activeElement;
    if (focus?.matches(FIELD)) return inField(event, focus, actions);
    const held = event.ctrlKey || event.metaKey || event.altKey;
    const name = held ? withControl(event) : nameOf(event, focus);
    if (!name) return;
    event.preventDefault();
    if (name.startsWith("level-")) actions.level(Number(name.slice(6)));
    else actions[name]?.(event);
  };
  document.addEventListener("keydown", heard);
  return () => document.removeEventListener("keydown", heard);
}

function inField(event, field, actions) {
  if (event.key === "Escape") {
    event.preventDefault();
    field.blur();
    actions.left();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    field.blur();
    actions.save(event);
  }
}

// What these keys do everywhere; in a field they are the browser's own.
function withControl({ key, altKey, shiftKey }) {
  if (altKey) return "";
  if (key === "Enter") return "save";
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" ? "redo" : "";
}

function nameOf(event, focus) {
  const pressing = focus?.matches(PRESSABLE);
  if (/^[0-9]$/.test(event.key)) return `level-${event.key}`;
  if (event.key === "Enter") return pressing ? "" : "save";
  if (event.key === "Backspace") return "back";
  return KEYS.find(([key]) => key === event.key.toLowerCase())?.[1] ?? "";
}

/** The list of keys, in a window over the page. @param {number} [top] the highest level of the answer's criteria, where there is one */
export function keysDialog(top) {
  const rows = [[top ? `0 – ${top}` : "0, 1 …", say("key-levels")], ["Enter", say("key-enter")], ["Backspace", say("key-back")], ...KEYS.map(([key, , word]) => [key, say(word)]),
    ["Escape", say("key-escape")], ["Ctrl+Enter", say("key-ctrl")], ["Ctrl+Z", say("undo")], ["Ctrl+Y", say("redo")]];
  return dialog(say("keys-title"), h("dl", { class: "keys" }, rows.map(([key, word]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, word)))));
}

/** A window over the page that goes away with Escape. @param {string} title @param {...any} kids */
export function dialog(title, ...kids) {
  const box = h("dialog", { "aria-label": title },
    h("div", { class: "dialog-head" }, h("h2", {}, title), h("button", { type: "button", onclick: () => box.close() }, say("close"))), kids);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  // Under the window nothing is there for whoever hears the page; what was said before would be said again once it is back.
  for (const told of document.querySelectorAll("p.sr[role=status]")) told.textContent = "";
  box.showModal();
  return box;
}

/** Up and down arrows among the choices of a list. @param {HTMLElement} list @param {HTMLElement} [above] where up leads from the first */
export function arrows(list, above) {
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = [...list.querySelectorAll("button.use")];
    const here = all.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (all[here + step] ?? (step < 0 ? above : null))?.focus();
  });
}

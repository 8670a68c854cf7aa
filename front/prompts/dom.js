// Building elements from text only: nothing a person or an author wrote is ever parsed as HTML.

const KEPT_EVENTS = ["keydown", "keyup", "keypress", "paste", "copy", "cut", "dblclick", "contextmenu", "drop", "dragover"];
const CONTROL_TAGS = new Set(["INPUT", "TEXTAREA", "SELECT", "BUTTON", "SUMMARY", "A"]);
let lastUid = 0;

/** A new id, unique on the page and across copies of this module. @param {string} word */
export function uid(word) {
  lastUid += 1;
  return `op-${word}-${lastUid}-${Math.random().toString(36).slice(2, 8)}`;
}

/**
 * An element. Attributes whose name starts with "on" are listeners; false and null are left out.
 * @param {string} tag @param {Object<string, any>} [attrs] @param {...any} kids
 * @returns {any}
 */
export function h(tag, attrs = {}, ...kids) {
  const el = document.createElement(tag);
  setAttrs(el, attrs);
  // Jupyter looks for this mark on the focused control itself, not on what holds it.
  if (CONTROL_TAGS.has(el.tagName)) el.setAttribute("data-lm-suppress-shortcuts", "true");
  el.append(...kids.flat(Infinity).filter((kid) => !none(kid)));
  return el;
}

/** A quiet line under something. @param {...any} kids */
export const hint = (...kids) => h("p", { class: "op-hint" }, ...kids);

/** Keeps what happens inside from the page around it. @param {HTMLElement} el */
export function keepEvents(el) {
  for (const name of KEPT_EVENTS) el.addEventListener(name, (event) => event.stopPropagation());
}

/** An SVG element. @param {string} tag @param {Object<string, any>} [attrs] @param {...any} kids */
export function svg(tag, attrs = {}, ...kids) {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttrs(el, attrs);
  el.append(...kids.flat(Infinity));
  return el;
}

const none = (part) => part === false || (part ?? null) === null;

function setAttrs(el, attrs) {
  for (const [name, value] of Object.entries(attrs)) {
    if (none(value)) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    // A page's rules may forbid style as an attribute; set this way it is no attribute of a text.
    else if (name === "style") el.style.cssText = value;
    else el.setAttribute(name, value === true ? "" : String(value));
  }
}

/** A quiet button. @param {string} label @param {(event: Event) => void} onclick @param {Object<string, any>} [attrs] */
export function button(label, onclick, attrs = {}) {
  return h("button", { type: "button", class: "op-button", ...attrs, onclick }, label);
}

/** Something folded. @param {string} title @param {any} content @param {Object<string, any>} [attrs] */
export function fold(title, content, attrs = {}) {
  return h("details", { class: "op-fold", ...attrs }, h("summary", {}, title), content);
}

const ICON_PATHS = {
  P: "M5 9V6.5a3 3 0 0 1 6 0V9M3.5 9h9v5.5h-9z",
  F: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z",
  C: "M5.5 7a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM1.5 13.5c0-2.5 1.7-4 4-4s4 1.5 4 4M10.8 7.2a1.9 1.9 0 1 0-.9-3.6M11 9.7c2 .1 3.5 1.5 3.5 3.8",
  A: "M2 13.5h12M4 13.5V9M8 13.5V4M12 13.5V7",
};

/** The sign for who sees an answer; its words always stand beside it. @param {string} name */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 16 16", class: "op-icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICON_PATHS[name], fill: "none", stroke: "currentColor", "stroke-width": "1.4", "stroke-linejoin": "round", "stroke-linecap": "round" }));
}

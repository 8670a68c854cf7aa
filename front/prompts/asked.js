// A prompt's question for a host whose page does not have it yet: title, text, and why it is asked.

import { drawnOr } from "./drawn.js";
import { h } from "./prompt.js";

/** @param {any} spec @returns {HTMLElement} what `asked` of a card is */
export function askedOf(spec) {
  const part = (name, html, text) => (text ? h("div", { class: name, dir: "auto" }, drawnOr(html, text)) : null);
  return h("div", { class: "asked" }, h("h3", { class: "op-title" }, spec.title),
    part("op-question", spec.body_html, spec.body), part("op-why", spec.why_html, spec.why));
}

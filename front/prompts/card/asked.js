// A prompt's question for a host whose page does not have it yet: title, text, and why it is asked.

import { drawnOr } from "./drawn.js";
import { h } from "../prompt.js";

/** @param {any} spec @param {string} [files] the address below which the lesson's files lie @returns {HTMLElement} what `asked` of a card is */
export function askedOf(spec, files) {
  const part = (name, html, text) => (text ? h("div", { class: name, dir: "auto" }, drawnOr(html, text, files)) : null);
  return h("div", { class: "asked" }, h("h3", { class: "op-title" }, spec.title),
    part("op-question", spec.body_html, spec.body), part("op-why", spec.why_html, spec.why));
}

// What a reviewer reaches with one key while reading: anchors, a quotation, a name.

import { h } from "../../prompts/dom.js";
import { arrows, dialog } from "../keys.js";
import { ownWords, sentences } from "../own-words.js";
import { levelsSaid, say } from "../words.js";
import { drawAnswer } from "../words-of.js";

const MOST_SENTENCES = 400;

/** The anchors for a prompt, in a window. @param {any} ask @param {string} prompt */
export async function openAnchors(ask, prompt) {
  // The window is there at once: one that came later would take the keys of what is being done by then.
  const place = h("div", {}, h("p", { class: "quiet" }, say("loading")));
  const box = dialog(say("anchors"), place);
  const { anchors, kept_back: left } = await ask("GET", `anchors/${prompt}`).catch((error) => {
    box.close(); // what is said of it stands beside the answer
    throw error;
  });
  const one = (anchor) => h("section", { class: "anchor" }, h("h3", {}, levelsSaid(anchor.criteria, anchor.levels)),
    anchor.prompt === prompt ? null : h("p", { class: "small" }, say("anchor-other", { title: anchor.title })), drawAnswer(anchor, anchor.spec),
    h("dl", { class: "reasons" }, anchor.criteria.map(({ code, name }) => [h("dt", {}, `${name} ${anchor.levels[code]}`), h("dd", {}, anchor.reasons[code])])));
  place.replaceChildren(...(anchors.length ? anchors.map(one) : [h("p", {}, left ? say("anchors-kept", { n: left }) : say("anchors-none"))]));
}

/** Put what is selected in the answer into a comment; without a selection, a window to choose a sentence from. @param {HTMLElement} article @param {any} answer @param {any} spec @param {(quoted: string) => void} add */
export function quote(article, answer, spec, add) {
  const chosen = selected(article);
  if (chosen) return add(`“${chosen}” `);
  const list = h("ul", { class: "bank-list" }, ownWords(answer, spec).flatMap(sentences).slice(0, MOST_SENTENCES).map((sentence) => h("li", {}, h("button", { type: "button", class: "use", onclick: () => { box.close(); add(`“${sentence}” `); } }, h("span", { dir: "auto" }, sentence)))));
  arrows(list);
  const box = dialog(say("quote-title"), h("p", { class: "small" }, say(list.children.length ? "quote-lead" : "blank")), list);
  list.querySelector("button")?.focus();
  return undefined;
}

// What is selected of the words themselves: neither what was taken out of them nor what only screen readers are told.
function selected(article) {
  const words = article.querySelector(".answer-words");
  const chosen = getSelection();
  if (!words || !chosen?.rangeCount || !words.contains(chosen.anchorNode)) return "";
  const part = chosen.getRangeAt(0).cloneContents();
  // A heading of a table is the course's, not the writer's.
  for (const hidden of part.querySelectorAll(".sr, del, th, dt, h3")) hidden.remove();
  const cells = [...part.querySelectorAll("td, dd")];
  return (cells.length ? cells.map((cell) => cell.textContent.trim()).filter(Boolean).join(" · ") : part.textContent).trim();
}

/** Names, once they were asked for; asking is written down by the server. */
export class Names {
  constructor(ask) {
    this.ask = ask;
    this.known = new Map();
  }

  get(who) {
    return this.known.get(who);
  }

  /** Show a name, or hide it again. @param {string} who */
  async turn(who) {
    if (this.known.delete(who)) return;
    this.known.set(who, (await this.ask("POST", `name/${who}`)).name);
  }
}

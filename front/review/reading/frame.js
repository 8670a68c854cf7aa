// The frame of the reading page: built once, while answers come and go in it.

import { h } from "../../prompts/dom.js";
import { fitted } from "./pane.js";
import { say } from "../words.js";

const TOOLS = [["k", "previous"], ["j", "next"], ["a", "anchors"], ["q", "quote"], ["h", "name"], ["p", "person", "all-of-person"], ["?", "keys"]];
const ANYWHERE = ["previous", "next", "keys"]; // these do something where no answer is on screen, too
const BESIDE = [["f", "flag"], ["s", "skip"], ["/", "bank"]];

/** @param {HTMLElement} root @param {(name: string, event: Event) => void} act @param {{href: string, word: string}} back where one came from */
export function drawFrame(root, act, back) {
  const words = new Map();
  const press = ([key, name, word = name]) => {
    const text = h("span", {}, say(word));
    words.set(name, text);
    // A press leaves the focus where it was, so that the keys go on working.
    return h("button", { type: "button", class: "small-button", "aria-keyshortcuts": key, onmousedown: (event) => event.preventDefault(), onclick: (event) => act(name, event) }, text, " ", h("kbd", { "aria-hidden": "true" }, key));
  };
  const parts = {
    words,
    title: h("h1", {}),
    progress: h("p", { class: "progress-words", role: "status" }),
    bar: h("progress", { "aria-hidden": "true" }),
    article: h("article", { class: "one-answer", tabindex: "-1" }),
    scoring: h("div", { class: "scoring" }),
    others: h("div", {}),
    state: h("div", { class: "state-here" }),
    saved: h("p", { class: "sr", role: "status" }),
    here: h("p", { class: "sr", role: "status" }),
    said: h("p", { class: "said-here", role: "status", "aria-live": "polite" }),
  };
  const save = h("button", { type: "button", class: "primary", "aria-keyshortcuts": "Enter", onclick: (event) => act("save", event) }, say("save-next"), " ", h("kbd", { "aria-hidden": "true" }, "↵"));
  parts.side = h("aside", { class: "side", "aria-label": say("rubric-label") }, parts.scoring,
    h("div", { class: "doing" }, BESIDE.map(press)), parts.others,
    h("div", { class: "saving" }, parts.state, parts.said, parts.saved, h("div", { class: "doing" }, save, press(["u", "undo"]), press(["r", "redo"]))));
  // What is done with an answer stands at the foot, where a long one does not take it along.
  const tools = TOOLS.map(([key, name, word]) => /** @type {[string, any]} */ ([name, press([key, name, word])]));
  parts.forAnswer = tools.filter(([name]) => !ANYWHERE.includes(name)).map(([, button]) => button);
  const two = h("div", { class: "two" }, h("div", { class: "left" }, parts.article, h("div", { class: "tools", role: "group", "aria-label": say("tools") }, tools.map(([, button]) => button))), parts.side);
  root.replaceChildren(h("div", { class: "reading" },
    h("div", { class: "reading-head" }, h("a", { class: "back", href: back.href }, say(back.word)), parts.title, parts.progress, parts.bar, parts.here), two));
  parts.pane = fitted(two, parts.side);
  return parts;
}

/** How far along, and about how long it still takes. @param {any} parts @param {any} line @param {number} expected seconds for an answer */
export function drawProgress(parts, line, expected) {
  const { left } = line;
  const total = line.entries.filter((entry) => !entry.theirs).length; // what only others have read is here to be looked at
  const at = Math.min(total, total - left + (line.entry?.waits ? 1 : 0));
  const minutes = Math.max(1, Math.round((left * expected) / 60));
  const others = line.entries.filter((entry) => entry.holder && !entry.waits && !entry.done && entry.state === "unread").length;
  const text = line.entry?.theirs ? say("progress-theirs") : !total ? "" : left === 0 ? (others ? say("progress-others", { n: others }) : say("progress-done", { total, n: total })) : left === 1 && line.entry?.waits ? say("progress-last", { at, total }) : say("progress", { at, total, n: minutes });
  if (parts.progress.textContent !== text) parts.progress.textContent = text;
  Object.assign(parts.bar, { max: Math.max(1, total), value: total - left });
}

// The rubric has changed: what would become of the marks already given, and doing it.

import { h } from "../../prompts/dom.js";
import { once } from "../page.js";
import { say } from "./words.js";

/** @param {any} given */
export async function rubricView({ root, ask }) {
  const place = h("div", {});
  const said = h("p", { class: "said", role: "status" });
  const make = (one, button) => once(button, async () => {
    try {
      draw((await ask("POST", "rubric-change", { lesson: one.lesson, prompt: one.prompt })).changes);
      said.textContent = say("rubric-done");
    } catch (error) {
      said.textContent = error.message;
    }
  });
  const row = (one) => {
    const button = h("button", { type: "button", onclick: () => make(one, button) }, say("rubric-do"));
    return h("li", {}, h("span", {}, one.sentence), button);
  };
  const draw = (changes) => place.replaceChildren(changes.length ? h("ul", { class: "queue" }, changes.map(row)) : h("p", {}, say("rubric-none")));
  draw((await ask("GET", "rubric-change")).changes);
  root.replaceChildren(h("h1", {}, say("tab-rubric")), h("p", { class: "lead" }, say("rubric-lead")), said, place);
}

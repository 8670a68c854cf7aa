// Feedback goes back, to one person or to everybody who is read; who is missing, and a message to copy.

import { h } from "../../prompts/dom.js";
import { once, root as base } from "../page.js";
import { bySession } from "./queue.js";
import { say } from "./words.js";

/** @param {any} given */
export const giveView = (given) => bySession(given, say("tab-give"), say("give-lead"), async function draw(place, lesson) {
  const [{ people }, left] = await Promise.all([given.ask("GET", `return/${lesson}`), given.ask("GET", `reminder/${lesson}`)]);
  const said = h("p", { class: "said", role: "status" });
  const send = (button, who) => once(button, async () => {
    try {
      const done = await given.ask("POST", `return/${lesson}`, { people: who });
      await draw(place, lesson);
      place.querySelector("[role=status]").textContent = say("given", { ...done, n: done.new, count: 2 });
    } catch (error) {
      said.textContent = error.message;
    }
  });
  const all = h("button", { type: "button", class: "primary", onclick: () => send(all, "all") }, say("give-all"));
  place.replaceChildren(said, people.length ? h("div", { class: "actions" }, all) : h("p", {}, say("give-none")), people.length ? table(people, lesson, send) : "", missing(left));
});

function table(people, lesson, send) {
  const row = (one) => {
    const button = h("button", { type: "button", onclick: () => send(button, [one.who]) }, say("give-one"));
    const state = one.waits ? "give-waits" : one.returned ? "give-done" : "give-ready";
    return h("tr", {}, h("th", { scope: "row" }, say("someone", { code: one.who.slice(0, 4) })), h("td", {}, say(state), one.late ? ` · ${say("late")}` : ""),
      h("td", { class: "row-actions" }, h("a", { href: `${base}review/preview/${lesson}/${one.who}`, target: "_blank", rel: "noopener" }, say("preview")), one.waits ? null : button));
  };
  return h("table", { class: "stack" }, h("thead", {}, h("tr", {}, ["person", "where", "do"].map((key) => h("th", { scope: "col" }, say(key))))), h("tbody", {}, people.map(row)));
}

function missing({ missing: people, message }) {
  const text = h("textarea", { rows: 8, readonly: true, "aria-label": say("reminder") });
  text.value = message;
  const said = h("span", { role: "status" });
  const copy = (words) => navigator.clipboard?.writeText(words).then(() => { said.textContent = say("copied"); }, () => text.select()) ?? text.select();
  const emails = people.map((one) => one.email).filter(Boolean).join(", ");
  return h("section", {}, h("h2", {}, say("missing")), people.length
    ? [h("p", { class: "small" }, say("missing-lead")), h("ul", {}, people.map((one) => h("li", { dir: "auto" }, one.name))), h("h3", {}, say("reminder")), text,
      h("div", { class: "actions" }, h("button", { type: "button", onclick: () => copy(message) }, say("copy")), emails ? h("button", { type: "button", onclick: () => copy(emails) }, say("copy-emails")) : null, said)]
    : h("p", {}, say("missing-none")));
}

// Feedback goes back, to one person or to everybody who is read; who is missing, and a message to copy.

import { h } from "../../prompts/dom.js";
import { once, root as base } from "../../pages/page.js";
import { dialog } from "../keys.js";
import { paged } from "../paged.js";
import { drawProgressOf } from "./progress.js";
import { bySession } from "../sessions.js";
import { code, say } from "../words.js";

const STANDINGS = ["give-ready", "give-blank", "give-changed", "give-done", "give-waits"];

/** @param {any} given */
export function giveView(given) {
  const names = new Map(); // asked for once, then known for every session
  const nameOf = (one) => names.get(one.who) ?? code(one.who);
  return bySession(given, { title: say("tab-give"), lead: "", state: "read" }, async function draw(place, lesson) {
    const [{ people, numbers }, left, far] = await Promise.all(["return", "reminder", "progress"].map((name) => given.ask("GET", `${name}/${lesson}`)));
    const said = h("p", { class: "said", role: "status" });
    const failed = (error) => { said.textContent = error.message; };
    const send = (button, who) => once(button, async () => {
      try {
        const done = await given.ask("POST", `return/${lesson}`, { people: who });
        await draw(place, lesson);
        const told = /** @type {HTMLElement} */ (place.querySelector("[role=status]"));
        told.textContent = typeof who === "string" ? say("given", { ...done, n: done.new }) : say("given-to", { name: nameOf({ who: who[0] }) });
        told.focus();
      } catch (error) {
        failed(error);
      }
    });
    said.tabIndex = -1;
    // The server's order says nothing of who is who; once names are asked for, theirs is the one to find them by.
    const inOrder = (rows) => (names.size ? [...rows].sort((a, b) => nameOf(a).localeCompare(nameOf(b))) : rows);
    const count = (state) => people.filter((one) => standing(one)[0] === state).length;
    const goes = ["give-ready", "give-blank", "give-changed"].reduce((sum, state) => sum + count(state), 0);
    const all = h("button", { type: "button", class: "primary", disabled: !goes, onclick: () => once(all, async () => {
      const seen = await given.ask("GET", `return-preview/${lesson}`).catch(failed);
      if (!seen) return;
      const yes = h("button", { type: "button", class: "primary", "aria-describedby": "give-sure", onclick: () => { box.close(); send(all, "all"); } }, say("give-sure-do", { n: goes }));
      const box = dialog(say("give-all"), h("p", { id: "give-sure" }, say("give-sure", { n: goes })), h("ul", {}, STANDINGS.filter(count).map((state) => h("li", {}, `${count(state)}: ${say(state)}`))), h("div", { class: "actions" }, yes), h("h3", {}, say("give-sees")), seen.people.map((one) => willSee(one, nameOf(one))));
      yes.focus();
    }) }, say("give-all-n", { n: goes }));
    const ask = h("button", { type: "button", hidden: names.size > 0, onclick: async () => {
      try {
        for (const { who, name } of (await given.ask("POST", "people")).people) names.set(who, name);
        await draw(place, lesson);
      } catch (error) {
        failed(error);
      }
    } }, say("show-names"));
    place.replaceChildren(h("p", { class: "lead" }, say(numbers ? "give-numbers" : "give-lead")), said, ...(people.length ? [h("div", { class: "actions" }, all, ask), ...table(inOrder(people), lesson, send, nameOf, names.size > 0)] : [h("p", {}, say("give-none"))]), ...drawProgressOf(far, nameOf), missing(left));
  });
}

// What one person will see: for each answer its levels in words, the notes on them and the comment.
function willSee({ answers }, name) {
  const one = (answer) => [h("h4", {}, answer.title), answer.blank ? h("p", { class: "quiet" }, say("blank")) : null, answer.closed ? h("p", { class: "quiet" }, say("give-closed")) : null,
    (answer.levels ?? []).map((each) => h("p", {}, h("strong", {}, `${each.criterion}: ${each.level}.`), ` ${each.descriptor}`, answer.notes.filter((note) => note.criterion === each.criterion).map(({ note }) => h("span", { class: "words", dir: "auto" }, ` ${note}`)))),
    answer.comment ? h("p", { class: "words", dir: "auto" }, answer.comment) : null];
  return h("details", { class: "will-see" }, h("summary", { dir: "auto" }, name), answers.map(one));
}

// Where one person's feedback stands, and whether there is anything to return.
function standing({ waits, returned, changed, blank }) {
  if (waits) return ["give-waits", ""];
  if (returned) return changed ? ["give-changed", "give-again"] : ["give-done", ""];
  return [blank ? "give-blank" : "give-ready", "give-one"];
}

function table(people, lesson, send, nameOf, named) {
  const row = (one) => {
    const name = nameOf(one);
    const [state, does] = standing(one);
    const button = does ? h("button", { type: "button", "aria-label": say(`${does}-to`, { name }), onclick: () => send(button, [one.who]) }, say(does)) : null;
    return h("tr", {}, h("th", { scope: "row", dir: "auto" }, name), h("td", { "data-label": say("where") }, say(state), one.late ? ` · ${say("late")}` : ""),
      h("td", { class: "row-actions" }, h("a", { href: `${base}review/preview/${lesson}/${one.who}${named ? "?name=shown" : ""}`, target: "_blank", rel: "noopener", "aria-label": say("preview-of", { name }) }, say("preview")), button));
  };
  const body = h("tbody", {});
  const { find, foot } = paged({ rows: people, draw: row, into: body, name: nameOf, id: "find-returned" });
  return [find ?? "", h("table", { class: "stack acted" }, h("caption", { class: "sr" }, say("give-people")), h("thead", {}, h("tr", {}, ["person", "where", "do"].map((key) => h("th", { scope: "col" }, say(key))))), body), foot];
}

function missing({ missing: people, message }) {
  if (!people.length) return h("section", {}, h("h2", {}, say("missing")), h("p", {}, say("missing-none")));
  const text = h("textarea", { rows: 8, readonly: true, id: "reminder-text" });
  text.value = message;
  const said = h("span", { role: "status" });
  const copy = (words) => navigator.clipboard?.writeText(words).then(() => { said.textContent = say("copied"); }, () => text.select()) ?? text.select();
  const emails = people.map((one) => one.email).filter(Boolean).join(", ");
  const list = h("ul", {});
  const { find, foot } = paged({ rows: people, draw: (one) => h("li", { dir: "auto" }, one.name), into: list, name: (one) => one.name, id: "find-missing" });
  return h("section", {}, h("h2", {}, say("missing")), h("p", { class: "small" }, say("missing-lead")), find, list, foot, h("h3", {}, h("label", { for: "reminder-text" }, say("reminder"))), text,
    h("div", { class: "actions" }, h("button", { type: "button", onclick: () => copy(message) }, say("copy")), emails ? h("button", { type: "button", onclick: () => copy(emails) }, say("copy-emails")) : null, said));
}

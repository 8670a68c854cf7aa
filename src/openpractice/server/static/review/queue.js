// What waits: prompts across everybody, and people across prompts, with counts in words.

import { h } from "../../prompts/dom.js";
import { say } from "./words.js";

const STATES = ["unread", "read", "revised", "discuss", "returned", "blank"];

export const counts = (row) => STATES.filter((state) => row[state]).map((state) => say(`count-${state}`, { n: row[state] })).join(" · ");

/** @param {{root: HTMLElement, ask: any}} given */
export async function queueView({ root, ask }) {
  const { prompts, seconds } = await ask("GET", "queue");
  const lessons = Map.groupBy ? Map.groupBy(prompts, (row) => row.lesson) : group(prompts);
  const parts = [...lessons.values()].map((rows) => h("section", { "aria-label": rows[0].lesson_title }, h("h2", {}, rows[0].lesson_title), h("ul", { class: "queue" }, rows.map(promptRow))));
  root.replaceChildren(h("h1", {}, say("tab-queue")), h("p", { class: "lead" }, prompts.length ? say("queue-lead") : say("queue-empty")),
    seconds ? h("p", { class: "small" }, say("median", { n: Math.round(seconds) })) : "", ...parts);
}

function group(rows) {
  const found = new Map();
  for (const row of rows) found.set(row.lesson, [...(found.get(row.lesson) ?? []), row]);
  return found;
}

function promptRow(row) {
  const id = `prompt-${row.prompt}`;
  return h("li", {}, h("div", {}, h("h3", { id }, row.title), h("p", { class: "state" }, row.mine ? say("waits-for-you", { n: row.mine }) : say("nothing-waits")), h("p", { class: "meta" }, counts(row))),
    h("a", { class: row.mine ? "button primary" : "button", href: `#read/${row.lesson}/${row.prompt}`, "aria-describedby": id }, row.mine ? say("read-prompt") : say("read-again")));
}

/** @param {{root: HTMLElement, ask: any}} given */
export async function peopleView({ root, ask }) {
  const list = h("ul", { class: "queue" });
  const draw = ({ people }) => list.replaceChildren(...people.map((row) => h("li", {}, h("div", {}, h("h3", { dir: "auto" }, row.name ?? say("someone", { code: row.who.slice(0, 4) })), h("p", { class: "meta" }, counts(row.counts))),
    h("a", { class: "button", href: `#person/${row.who}` }, say("read-prompt")))));
  draw(await ask("GET", "people"));
  const said = h("p", { role: "status" });
  const names = h("button", { type: "button", onclick: () => ask("POST", "people").then((found) => { draw(found); names.hidden = true; }, (error) => { said.textContent = error.message; }) }, say("show-names"));
  root.replaceChildren(h("h1", {}, say("tab-people")), h("p", { class: "lead" }, say("people-lead")), names, said, list);
}

/** A choice of session, then what `draw` makes of it. @param {any} given @param {string} title @param {string} lead @param {(place: HTMLElement, lesson: string) => Promise<void>} draw */
export async function bySession({ root, ask }, title, lead, draw) {
  const { prompts } = await ask("GET", "queue");
  const lessons = [...new Map(prompts.map((row) => [row.lesson, row.lesson_title]))];
  const place = h("div", {});
  const choice = h("select", { id: "session-choice", onchange: () => show() }, lessons.map(([id, name]) => h("option", { value: id }, name)));
  const show = async () => {
    try {
      await draw(place, choice.value);
    } catch (error) {
      place.replaceChildren(h("p", { class: "note attention", role: "alert" }, error.message));
    }
  };
  root.replaceChildren(h("h1", {}, title), lead ? h("p", { class: "lead" }, lead) : "", ...(lessons.length ? [h("div", { class: "no-print field" }, h("label", { for: "session-choice" }, say("session")), choice), place] : [h("p", {}, say("queue-empty"))]));
  if (lessons.length) await show();
}

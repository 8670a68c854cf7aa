// A view of one session at a time, with the choice of session above it.

import { h } from "../../prompts/dom.js";
import { say } from "./words.js";

/** A choice of session, then what `draw` makes of it. @param {any} given @param {string} title @param {string} lead @param {(place: HTMLElement, lesson: string) => Promise<void>} draw */
export async function bySession({ root, ask, parts }, title, lead, draw) {
  const { prompts } = await ask("GET", "queue");
  const lessons = [...new Map(prompts.map((row) => [row.lesson, row.lesson_title]))];
  const place = h("div", {});
  const choice = h("select", { id: "session-choice", onchange: () => show() }, lessons.map(([id, name]) => h("option", { value: id, selected: id === parts[0] }, name)));
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

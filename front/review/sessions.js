// A view of one session at a time, with the choice of session above it.

import { h } from "../prompts/dom.js";
import { say, sessionName } from "./words.js";

/** The sessions of these prompts, in order: `[id, name, rows]` each. @param {any[]} prompts @returns {[string, string, any[]][]} */
export function sessionsOf(prompts) {
  const found = new Map();
  for (const row of prompts) found.set(row.lesson, [...(found.get(row.lesson) ?? []), row]);
  return [...found].map(([id, rows]) => [id, sessionName(rows[0]), rows]);
}

/**
 * A choice of session, then what `draw` makes of it. It opens on the session that the address names, else on
 * the first that has an answer in `state`; how many it has stands beside each.
 * @param {any} given @param {{title: string, lead: string, state: string}} about @param {(place: HTMLElement, lesson: string) => Promise<void>} draw
 */
export async function bySession({ root, ask, parts }, { title, lead, state }, draw) {
  const lessons = sessionsOf((await ask("GET", "queue")).prompts).map(([id, name, rows]) => ({ id, name, n: rows.reduce((sum, row) => sum + row[state], 0) }));
  const first = lessons.find(({ id }) => id === parts[0]) ?? lessons.find(({ n }) => n) ?? lessons[0];
  const place = h("div", {});
  const choice = h("select", { id: "session-choice", onchange: () => show() }, lessons.map(({ id, name, n }) => h("option", { value: id, selected: id === first.id }, n ? `${say(`count-${state}`, { n })} · ${name}` : name)));
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

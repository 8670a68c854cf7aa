// What waits: prompts across everybody, with counts in words, and who is reading which now.

import { h } from "../../prompts/dom.js";
import { sessionsOf } from "../sessions.js";
import { number, say } from "../words.js";

const STATES = ["unread", "read", "revised", "discuss", "returned", "blank"];
const POLL_MS = 10000;

/** The counts of a prompt or a person, in words. @param {any} row */
export const counts = (row) => STATES.filter((state) => row[state]).map((state) => say(`count-${state}`, { n: row[state] })).join(" · ");

/** @param {{root: HTMLElement, ask: any}} given @returns {Promise<() => void>} stops asking who is where */
export async function queueView({ root, ask }) {
  const [{ prompts, seconds }, ready] = await Promise.all([ask("GET", "queue"), ask("GET", "calibration")]);
  const live = new Map(prompts.map((row) => [`${row.lesson}/${row.prompt}`, h("p", { class: "meta live" })]));
  const parts = sessionsOf(prompts).map(([, name, rows]) => h("section", { "aria-label": name }, h("h2", {}, name),
    h("ul", { class: "queue" }, rows.map((row) => promptRow(row, live.get(`${row.lesson}/${row.prompt}`))))));
  const first = ready.missing ? h("p", { class: "note attention" }, `${say("calibrate-first")} `, h("a", { href: "#calibrate" }, say("to-calibrate"))) : "";
  root.replaceChildren(h("h1", {}, say("tab-queue")), h("p", { class: "lead" }, prompts.length ? say("queue-lead") : say("queue-empty")), first,
    seconds ? h("p", { class: "small" }, say("median", { n: number(seconds) })) : "", ...parts);
  const look = () => document.hidden ? undefined : ask("GET", "live").then(({ on }) => showLive(live, on), () => {});
  const timer = setInterval(look, POLL_MS);
  look();
  return () => clearInterval(timer);
}

function promptRow(row, live) {
  const id = `prompt-${row.prompt}`;
  return h("li", {}, h("div", {}, h("h3", { id }, row.title), h("p", { class: "state" }, row.mine ? say("waits-for-you", { n: row.mine }) : say(row.own ? "own-waits-not" : "nothing-waits")), h("p", { class: "meta" }, linked(row)), live),
    h("a", { class: row.mine ? "button primary" : "button", href: `#read/${row.lesson}/${row.prompt}`, "aria-label": `${say(row.mine ? "read-prompt" : "read-again")}: ${row.title}` }, row.mine ? say("read-prompt") : say("read-again")));
}

// The counts, with a way to the answers that somebody may want to go to at once.
function linked(row) {
  const way = { revised: `#read/${row.lesson}/${row.prompt}/revised`, discuss: `#discuss/${row.lesson}` };
  const parts = STATES.filter((state) => row[state]).map((state) => {
    const words = say(`count-${state}`, { n: row[state] });
    return way[state] ? h("a", { href: way[state] }, words) : words;
  });
  return parts.flatMap((part, index) => (index ? [" · ", part] : [part]));
}

function showLive(live, on) {
  for (const [name, place] of live) {
    const names = on.filter((one) => `${one.lesson}/${one.prompt}` === name).map((one) => one.name);
    const words = names.length ? say("reading-now", { names: names.join(", ") }) : "";
    if (place.textContent !== words) place.textContent = words;
  }
}

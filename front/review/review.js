// The review page: which part of it is on screen, and what all parts share.

import { h } from "../prompts/dom.js";
import { ask as door, course } from "../pages/page.js";
import { announce } from "./aloud.js";
import { calibrateView } from "./calibrate.js";
import { classView } from "./class/class.js";
import { discussView } from "./class/discuss.js";
import { giveView } from "./lists/give.js";
import { Keeper } from "./keep.js";
import { FIELD, keysDialog } from "./keys.js";
import { Line } from "./reading/line.js";
import { peopleView } from "./lists/people.js";
import { queueView } from "./lists/queue.js";
import { Reading } from "./reading/reading.js";
import { rubricView } from "./rubric-change.js";
import { base, code, entitle, say } from "./words.js";

const root = document.getElementById("review");
const { reviewer } = root.dataset;
const leads = "leads" in root.dataset; // returning, assigning, the rubric and tables are for facilitators; the server holds it
const LEADS_ONLY = ["give", "rubric"];
const ask = (method, path, body, more) => door(method, `review/${path}`, body, more);
const keeper = new Keeper({ user: reviewer, course, put: (id, mark) => ask("PUT", `mark/${id}`, mark), changed: () => reading?.drawState(), saved: (id, before, after) => reading && announce(reading, id, before, after) });
/** @type {[string, string, (given: any) => any][]} */
const ALL_TABS = [["prompts", "tab-queue", queueView], ["people", "tab-people", peopleView], ["discuss", "tab-discuss", discussView], ["give", "tab-give", giveView],
  ["class", "tab-class", classView], ["rubric", "tab-rubric", rubricView], ["calibrate", "tab-calibrate", calibrateView]];
const TABS = ALL_TABS.filter(([name]) => leads || !LEADS_ONLY.includes(name));
let reading = null;
let leave = null; // what the view on screen wants done when it goes
let turn = null;
let moved = false; // whether anybody has gone from one view to another yet
let before = ""; // the view that was on screen before this one
const AGAIN_MS = 5000; // until the page asks again by itself, where what stands in the way passes

async function route() {
  const [name, ...parts] = location.hash.slice(1).split("/").map((part) => decodeURIComponent(part));
  reading?.close();
  leave?.();
  reading = leave = null;
  const mine = (turn = Symbol("route"));
  const place = h("div", { class: "view" }, h("p", { class: "quiet" }, say("loading")));
  const isReading = name === "read" || name === "person";
  document.body.classList.toggle("reads", isReading);
  const [tab, word, draw] = TABS.find(([one]) => one === name) ?? TABS[0];
  entitle(isReading ? say("tab-queue") : say(word));
  root.replaceChildren(...(isReading ? [] : [tabs(tab)]), place);
  root.setAttribute("aria-busy", "true");
  try {
    if (isReading) await read(place, name, parts, () => turn === mine);
    else {
      const done = await draw({ root: place, ask, reviewer, leads, parts, keeper });
      if (turn === mine) leave = done ?? null;
      else done?.();
      // The link that led here is gone from the page; the focus goes to what is new, never to nothing.
      if (turn === mine && moved && document.activeElement === document.body) heading(place);
    }
  } catch (error) {
    if (turn !== mine) return;
    if (error.code === "gradebook-in-use") setTimeout(() => { if (turn === mine) route(); }, AGAIN_MS);
    place.replaceChildren(h("p", { class: "note attention", role: "alert" }, error.message), h("div", { class: "actions" }, h("button", { type: "button", onclick: route }, say("try-again")), isReading ? h("a", { href: "#prompts" }, say("back-queue")) : ""));
  } finally {
    if (turn === mine) root.setAttribute("aria-busy", "false");
  }
}

function heading(place) {
  const found = place.querySelector("h1");
  found?.setAttribute("tabindex", "-1");
  found?.focus();
}

function tabs(current) {
  return h("nav", { class: "tabs", "aria-label": base }, TABS.map(([name, word]) => h("a", { href: `#${name}`, "aria-current": name === current ? "page" : null }, say(word))));
}

// Where an answer leads back to: all of a person to the answer that it was asked for at, one answer to its place.
function backFrom(name, [who, lesson, prompt, from]) {
  if (name === "read") return from && before.startsWith("#class/") ? { href: before, word: "tab-class" } : { href: "#prompts", word: "back-queue" };
  if (prompt) return from === "class" ? { href: `#class/${lesson}/${prompt}`, word: "tab-class" } : { href: `#discuss/${lesson}/${prompt}/${who}`, word: "tab-discuss" };
  return before.startsWith("#read/") ? { href: before, word: "back-answer" } : { href: "#people", word: "tab-people" };
}

async function read(place, name, parts, here) {
  const [lesson, prompt] = parts;
  const across = name === "person";
  const path = across ? `line?who=${encodeURIComponent(parts[0])}` : `next?lesson=${encodeURIComponent(lesson)}&prompt=${encodeURIComponent(prompt)}`;
  const first = await ask("GET", path);
  if (!here()) return;
  // One answer that was asked for by itself leads on to no other.
  const one = across && parts.length >= 3;
  const within = (entries) => (one ? entries.filter((entry) => entry.lesson === parts[1] && entry.prompt === parts[2]) : entries);
  first.line = within(first.line);
  const line = new Line({ ask: (what, more) => ask("GET", what, undefined, more), entries: first.line });
  let { expected } = first;
  if (across) ({ expected } = await ask("GET", "queue"));
  else {
    line.take([first.answer, ...first.prefetch]);
    line.abouts.set(`${lesson}/${prompt}`, Promise.resolve(first.about));
  }
  if (!here()) return;
  const again = async () => within((await ask("GET", across ? path : `line?lesson=${encodeURIComponent(lesson)}&prompt=${encodeURIComponent(prompt)}`)).line);
  const title = first.about?.spec.title ?? code(parts[0]);
  reading = new Reading({ root: place, line, keeper, ask, expected, again, reviewer, title, back: backFrom(name, parts) });
  // The address may name an answer to begin with, or a state: the revised ones, say.
  if (parts[2] === "of" && !first.line.some((entry) => entry.who === parts[3])) return location.replace(`#person/${parts[3]}/${lesson}/${prompt}/class`);
  const named = !across && parts[2] ? first.line.findIndex((entry) => (parts[2] === "of" ? entry.who === parts[3] : entry.state === parts[2])) : -1;
  const start = named >= 0 ? named : first.line.findIndex((entry) => entry.waits);
  return reading.go(start >= 0 ? start : first.line.length ? 0 : -1);
}

addEventListener("hashchange", (event) => { moved = true; before = new URL(event.oldURL).hash; route(); });
// The list of keys is to be had everywhere; where answers are read it has a listener of its own.
addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.defaultPrevented || document.activeElement?.matches(FIELD) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  keysDialog();
});
addEventListener("beforeunload", (event) => { if (keeper.waiting && [...keeper.held.values()].some((one) => one.draft && one.drafts.state !== "ok")) event.preventDefault(); });
keeper.resume();
route();

// The review page: which part of it is on screen, and what all parts share.

import { h } from "../../prompts/dom.js";
import { ask as door, course } from "../page.js";
import { calibrateView } from "./calibrate.js";
import { cohortView } from "./cohort.js";
import { discussView } from "./discuss.js";
import { giveView } from "./give.js";
import { Keeper } from "./keep.js";
import { Line } from "./line.js";
import { peopleView, queueView } from "./queue.js";
import { Reading } from "./reading.js";
import { say } from "./words.js";

const root = document.getElementById("review");
const { reviewer } = root.dataset;
const leads = "leads" in root.dataset; // returning, assigning, the list and tables are for facilitators; the server holds it
const ask = (method, path, body) => door(method, `review/${path}`, body);
const keeper = new Keeper({ user: reviewer, course, put: (id, mark) => ask("PUT", `mark/${id}`, mark), changed: () => reading?.drawState() });
const TABS = [["prompts", "tab-queue", queueView], ["people", "tab-people", peopleView], ["discuss", "tab-discuss", discussView], ["give", "tab-give", giveView],
  ["class", "tab-class", cohortView], ["calibrate", "tab-calibrate", calibrateView]].filter(([name]) => leads || name !== "give");
let reading = null;
let turn = null;

async function route() {
  const [name, ...parts] = location.hash.slice(1).split("/").map((part) => decodeURIComponent(part));
  reading?.close();
  reading = null;
  const mine = (turn = Symbol("route"));
  const place = h("div", { class: "view" }, h("p", { class: "quiet" }, say("loading")));
  const isReading = name === "read" || name === "person";
  document.body.classList.toggle("reads", isReading);
  const [tab, , draw] = TABS.find(([one]) => one === name) ?? TABS[0];
  root.replaceChildren(...(isReading ? [] : [tabs(tab)]), place);
  try {
    if (isReading) await read(place, name, parts, () => turn === mine);
    else await draw({ root: place, ask, reviewer, leads, parts, keeper });
  } catch (error) {
    if (turn === mine) place.replaceChildren(h("p", { class: "note attention", role: "alert" }, error.message), h("button", { type: "button", onclick: route }, say("try-again")));
  }
}

function tabs(current) {
  return h("nav", { class: "tabs", "aria-label": document.title }, TABS.map(([name, word]) => h("a", { href: `#${name}`, "aria-current": name === current ? "page" : null }, say(word))));
}

async function read(place, name, parts, here) {
  const [lesson, prompt] = parts;
  const across = name === "person";
  const path = across ? `line?who=${encodeURIComponent(parts[0])}` : `next?lesson=${encodeURIComponent(lesson)}&prompt=${encodeURIComponent(prompt)}`;
  const first = await ask("GET", path);
  if (!here()) return;
  const line = new Line({ ask: (what) => ask("GET", what), entries: first.line });
  let { expected } = first;
  if (across) ({ expected } = await ask("GET", "queue"));
  else {
    line.take([first.answer, ...first.prefetch]);
    line.abouts.set(`${lesson}/${prompt}`, Promise.resolve(first.about));
  }
  if (!here()) return;
  const poll = async () => (await ask("GET", across ? path : `line?lesson=${encodeURIComponent(lesson)}&prompt=${encodeURIComponent(prompt)}`)).line;
  reading = new Reading({ root: place, line, keeper, ask, expected, poll, reviewer });
  const start = first.line.findIndex((entry) => entry.waits);
  await reading.go(start >= 0 ? start : first.line.length ? 0 : -1);
}

addEventListener("hashchange", route);
addEventListener("beforeunload", (event) => { if (keeper.waiting && [...keeper.held.values()].some((one) => one.draft && one.drafts.state !== "ok")) event.preventDefault(); });
keeper.resume();
route();

// A session's page: its prompts drawn where they stand, how far somebody is, and the way on.

import { mountCard } from "../prompts/card/card.js";
import { mountHandinCard } from "../prompts/handin.js";
import { getReady } from "../prompts/kinds/kinds.js";
import { course, door, t, user } from "../pages/page.js";
import "./all-kinds.js";
import { followAddress, followKeys, goNext } from "./going.js";
import { awaitConnection } from "./connection.js";
import { followElsewhere } from "./elsewhere.js";
import { keepCopy } from "./keeping.js";
import { drawMenu } from "./menu.js";
import { followStanding } from "./standing.js";

/** Longest time that the page is held while prompts are drawn, in milliseconds. */
const TURN_MS = 40;

const data = JSON.parse(document.getElementById("lesson-data").textContent);
if (data.reply) door.take(data.lesson, data.reply);

/** @type {{spec: any, place: HTMLElement, answered: boolean, begun: boolean, typed: boolean}[]} */
const prompts = [];
const [handin = null] = placesOf("[data-handin]");
/** @type {any} */
const page = { data, door, prompts, handin, course, user, values: new Map() };

drawMenu(page);
start().catch((fault) => {
  console.error("Open Practice:", fault);
  for (const place of placesOf("[data-prompt]")) sayFault(place);
});
keepCopy(page);
if (!data.reply) awaitConnection(page);

async function start() {
  await getReady([], data.language, () => import(data.sentences));
  for (const spec of data.specs) prompts.push({ spec, place: placeOf(spec.id), answered: false, begun: false, typed: data.typed.includes(spec.id) });
  const standing = followStanding(page, { next: () => goNext(page) });
  const opened = followAddress(page);
  followKeys(page, standing.announce);
  let turn = performance.now();
  for (const { spec, place } of prompts) {
    draw(place, () => mountCard(place, spec, door, { language: data.language, asked: place.querySelector(".asked") }));
    if (performance.now() - turn < TURN_MS) continue;
    await new Promise((go) => setTimeout(go));
    turn = performance.now();
  }
  if (handin) {
    const spec = { course: data.course, lesson: data.lesson, title: data.title };
    draw(handin, () => mountHandinCard(handin, spec, door, { language: data.language }));
  }
  page.refresh = standing.read;
  followElsewhere(page);
  standing.update();
  opened();
}

function placeOf(id) {
  return placesOf(`[data-prompt="${CSS.escape(id)}"]`)[0];
}

/** @returns {HTMLElement[]} */
function placesOf(mark) {
  return [...document.querySelectorAll(mark)];
}

/** Runs one part's drawing; a fault in it stays in its own place on the page. */
function draw(place, drawing) {
  try {
    drawing();
  } catch (fault) {
    console.error("Open Practice:", fault);
    sayFault(place);
  }
}

function sayFault(place) {
  if (place.querySelector(".op-prompt[data-state], .place-fault")) return;
  const words = document.createElement("p");
  words.className = "note attention place-fault";
  words.setAttribute("role", "alert");
  words.textContent = t("lesson-fault");
  place.append(words);
}

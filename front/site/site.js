// A course without a server: a session's page whose answers stay in this browser, are kept and brought back as a
// file, and are handed in as a file. One classic script with all it needs, so that it runs from a disk too.

import { mountCard } from "../prompts/card/card.js";
import en from "../prompts/catalog/en.json";
import es from "../prompts/catalog/es.json";
import { PAST } from "../prompts/card/fits.js";
import { lookOver } from "../prompts/handin-here.js";
import { mountHandinCard } from "../prompts/handin.js";
import choice from "../prompts/kinds/kind-choice.js";
import critique from "../prompts/kinds/kind-critique.js";
import map from "../prompts/kinds/kind-map.js";
import matrix from "../prompts/kinds/kind-matrix.js";
import ranking from "../prompts/kinds/kind-ranking.js";
import slider from "../prompts/kinds/kind-slider.js";
import table from "../prompts/kinds/kind-table.js";
import then from "../prompts/kinds/kind-then.js";
import { getReady, KINDS } from "../prompts/kinds/kinds.js";
import * as past from "../prompts/card/past.js";
import { browserDoor, clearAll, keptFile, takeBack } from "./own-browser.js";

Object.assign(KINDS, choice, critique, map, matrix, ranking, slider, table, then);
PAST.load = async () => past;
const SENTENCES = { "sentences-en.js": { default: en }, "sentences-es.js": { default: es } };

const words = JSON.parse(document.body.dataset.words);
const t = (key) => words[`site-${key}`];
const told = document.getElementById("site-said");
const say = (sentence) => { told.textContent = sentence; };
const { course } = document.body.dataset;

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

const doing = {
  keep: () => { download(`${course}.json`, keptFile(course)); say(t("kept")); },
  bring: () => document.getElementById("site-file").click(),
  clear: () => { if (confirm(t("clear-sure"))) { clearAll(course); location.reload(); } },
};
/** @type {NodeListOf<HTMLElement>} */
const buttons = document.querySelectorAll("[data-do]");
for (const button of buttons) button.addEventListener("click", () => doing[button.dataset.do]());
const chosen = /** @type {HTMLInputElement} */ (document.getElementById("site-file"));
chosen.addEventListener("change", async () => {
  const [file] = chosen.files;
  const taken = file && takeBack(course, await file.text());
  if (taken) location.reload();
  else say(t("not-ours"));
});

async function draw() {
  const given = document.getElementById("site-data");
  if (!given) return;
  const data = JSON.parse(given.textContent);
  await getReady([], data.language, async (file) => SENTENCES[file]);
  const name = /** @type {HTMLInputElement} */ (document.getElementById("site-name"));
  const door = browserDoor(data, t, name);
  for (const spec of data.specs) {
    const place = document.getElementById(spec.id);
    mountCard(place, spec, door, { language: data.language, asked: place.querySelector(".asked") });
  }
  const end = document.querySelector("[data-handin]");
  if (end) mountHandinCard(/** @type {HTMLElement} */ (end), { course, lesson: data.lesson, title: data.title }, door, { language: data.language, lookOver });
}

draw().catch((fault) => {
  console.error("Open Practice:", fault);
  say(t("trouble"));
});

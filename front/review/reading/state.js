// Where a reading stands, in words; two versions side by side where they met.

import { h } from "../../prompts/dom.js";
import { sayMoment } from "../../pages/page.js";
import { levelsSaid, say } from "../words.js";

const shown = new WeakMap(); // the version of somebody else that a place shows

/** @param {HTMLElement} place @param {any} held @param {any[]} criteria @param {(which: "mine"|"theirs") => void} choose @param {() => void} reload */
export function drawState(place, held, criteria, choose, reload) {
  if (held.phase === "conflict") {
    if (shown.get(place) !== held.theirs) place.replaceChildren(conflict(held, criteria, choose));
    shown.set(place, held.theirs);
    return;
  }
  shown.delete(place);
  const text = words(held);
  const line = place.querySelector("p.state-line") ?? h("p", { class: "state-line" });
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle("attention", held.phase === "unsent" || held.phase === "refused");
  const way = wayOut(held, reload);
  if (way || place.children.length !== 1 || place.firstChild !== line) place.replaceChildren(line, ...(way ? [way] : []));
}

function wayOut(held, reload) {
  if (held.phase !== "refused") return null;
  if (held.code === "calibrate-first") return h("p", {}, h("a", { class: "button", href: "#calibrate" }, say("to-calibrate")));
  return held.code === "refused" ? h("button", { type: "button", onclick: reload }, say("look-again")) : null;
}

/** Where a reading stands, as a sentence. @param {any} held */
export function words(held) {
  if (held.phase === "refused") return held.code === "calibrate-first" ? say("state-calibrate") : held.reason;
  if (held.draft && held.drafts.state !== "ok") return say("state-full");
  if (held.phase === "unsent") return say(held.reason === "signed-out" ? "state-signed-out" : "state-unsent");
  if (held.phase === "saving") return say("state-saving");
  return held.saved ? say("state-saved", { time: sayMoment(held.saved.at) }) : say("state-new");
}

function conflict(held, criteria, choose) {
  const notes = (mark) => criteria.filter(({ code }) => mark?.notes[code]).map(({ code, name }) => h("p", { class: "words", dir: "auto" }, `${say("note-on", { name })}: ${mark.notes[code]}`));
  const version = (title, mark, label, which) => h("div", { class: "version" }, h("h3", {}, title),
    h("p", {}, mark ? (Object.keys(mark.levels).length ? levelsSaid(criteria, mark.levels) : say("no-levels")) + (mark.flagged ? ` · ${say("flag-said")}` : "") : say("theirs-gone")),
    mark?.comment ? h("p", { class: "words", dir: "auto" }, mark.comment) : null, notes(mark),
    h("button", { type: "button", onclick: () => choose(which) }, label));
  return h("div", { class: "conflict", role: "alert" }, h("p", {}, say("conflict")), h("div", { class: "versions" },
    version(say("conflict-mine"), held.now, say("keep-mine"), "mine"),
    version(say("conflict-theirs", { time: held.theirs ? sayMoment(held.theirs.at) : "" }), held.theirs, say("keep-theirs"), "theirs")));
}

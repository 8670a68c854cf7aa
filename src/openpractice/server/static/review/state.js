// Where a reading stands, in words; two versions side by side where they met.

import { h } from "../../prompts/dom.js";
import { sayMoment } from "../page.js";
import { say } from "./words.js";

/** @param {HTMLElement} place @param {any} held @param {(which: "mine"|"theirs") => void} choose @param {() => void} reload */
export function drawState(place, held, choose, reload) {
  if (held.phase === "conflict") {
    place.replaceChildren(conflict(held, choose));
    return;
  }
  const text = words(held);
  const bad = held.phase === "unsent" || held.phase === "refused";
  const line = place.querySelector("p.state-line") ?? h("p", { class: "state-line", role: "status", "aria-live": "polite" });
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle("attention", bad);
  place.replaceChildren(line, ...(held.phase === "refused" ? [h("button", { type: "button", onclick: reload }, say("look-again"))] : []));
}

function words(held) {
  if (held.phase === "refused") return held.reason;
  if (held.draft && held.drafts.state !== "ok") return say("state-full");
  if (held.phase === "unsent") return say(held.reason === "signed-out" ? "state-signed-out" : "state-unsent");
  if (held.phase === "saving") return say("state-saving");
  return held.saved ? say("state-saved", { time: sayMoment(held.saved.at) }) : say("state-new");
}

function conflict(held, choose) {
  const version = (title, mark, label, which) => h("div", { class: "version" }, h("h3", {}, title),
    h("p", {}, mark ? Object.entries(mark.levels).map(([code, level]) => `${code} ${level}`).join(", ") || say("no-levels") : say("theirs-gone")),
    mark?.comment ? h("p", { class: "words", dir: "auto" }, mark.comment) : null,
    h("button", { type: "button", onclick: () => choose(which) }, label));
  return h("div", { class: "conflict", role: "alert" }, h("p", {}, say("conflict")), h("div", { class: "versions" },
    version(say("conflict-mine"), held.now, say("keep-mine"), "mine"),
    version(say("conflict-theirs", { time: held.theirs ? sayMoment(held.theirs.at) : "" }), held.theirs, say("keep-theirs"), "theirs")));
}

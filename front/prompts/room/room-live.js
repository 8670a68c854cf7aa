// The session as it goes on, on the lesson's page: the step, its time and cues, a message to all, and the way to the room.

import { h } from "../prompt.js";
import { leftInWords, stepTime } from "./step-clock.js";

const HERE_MS = 40000;

/**
 * Draws into the page's place for it; nothing where there is none, as in a notebook.
 * @param {{t: any, door: any, lesson: string}} given @returns {{told: (state: any) => void, close: () => void}}
 */
export function liveBar({ t, door, lesson }) {
  const place = document.getElementById("lesson-live");
  if (!place) return { told() {}, close() {} };
  const step = h("b", {});
  const time = h("span", {});
  const due = h("p", { class: "live-due", role: "status" });
  const message = h("p", { class: "live-message", role: "status" });
  const way = h("a", { href: `${door.room.root}room` });
  place.replaceChildren(h("p", {}, step, " · ", time, " · ", way), due, message);
  place.setAttribute("aria-label", t("live-bar"));
  let state = null;
  let ahead = 0;
  const write = (el, words) => { if (el.textContent !== words) el.textContent = words; }; // what is the same is not spoken again
  const paint = () => {
    const live = state?.live?.lesson === lesson ? state.live : null;
    place.hidden = !live;
    if (!live) return;
    const now = stepTime(state, ahead);
    write(step, state.agenda[live.step]?.what ?? "");
    write(time, leftInWords(t, live, now.left));
    write(due, now.due ? t("room-cue-now", now.due) : "");
    write(message, live.message);
    write(way, t(state.joined ? "live-to-room" : "live-join"));
    for (const el of [due, message]) el.hidden = !el.textContent;
  };
  // Whoever has joined in the room and reads on here is still there.
  const here = () => { if (state?.joined && !place.hidden && document.visibilityState === "visible") door.room.post("here", {}).catch(() => {}); };
  const timers = [setInterval(paint, 1000), setInterval(here, HERE_MS)];
  return {
    told(now) { const first = !state; state = now; ahead = now.now - Date.now(); paint(); if (first) here(); },
    close() { timers.forEach(clearInterval); place.hidden = true; },
  };
}

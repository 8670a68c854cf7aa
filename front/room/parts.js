// What the room's pages share: the time of the step, sentences, and asking the room's doors.

import { countPictures } from "../prompts/count-picture.js";
import { h, svg } from "../prompts/dom.js";
import { ask, fetchMarked, root, t } from "../pages/page.js";

/** What counts are drawn with asks for count-..., as in prompts; on pages these sentences are called room-count-... */
export const say = Object.assign((key, values = {}) => t(`room-count-${key.replace("count-", "")}`, values), { language: document.documentElement.lang });

export const countPicture = countPictures({ h, svg });

/** @param {string} id @returns {any} */
export const part = (id) => document.getElementById(id);

/** Asks a door of the room. @param {string} method @param {string} path @param {any} [content] */
export const askRoom = (method, path, content) => ask(method, `room/${path}`, content);

/** Opens a stream of the room. @param {string} path @returns {(signal: AbortSignal) => Promise<Response>} */
export const streamOf = (path) => (signal) => fetchMarked(`${root}api/room/${path}`, { signal });

/**
 * A clock that shrinks, with the cues of its step: what is due now, and what comes next. It draws itself from
 * points in time, so that it is right after any pause.
 * @param {HTMLElement} place
 */
export function stepClock(place) {
  const line = h("div", { class: "clock-line" }, h("div", { class: "clock-left" }));
  const words = h("p", { class: "clock-words", role: "timer", "aria-live": "off" });
  const due = h("p", { class: "clock-cue", role: "status" });
  const next = h("p", { class: "clock-next meta" });
  place.replaceChildren(words, line, due, next);
  let live = null;
  let cues = [];
  let ahead = 0;
  const paint = () => {
    place.hidden = !live;
    if (!live) return;
    const now = live.paused_at ?? Date.now() + ahead;
    const left = Math.max(0, live.ends_at - now);
    const whole = Math.max(1, live.ends_at - live.step_at);
    /** @type {HTMLElement} */ (line.firstChild).style.width = `${Math.min(100, (left / whole) * 100)}%`;
    words.textContent = live.paused_at ? t("room-paused", { n: Math.ceil(left / 60000) }) : leftInWords(left);
    place.classList.toggle("over", left === 0);
    paintCues((now - live.step_at) / 60000);
  };
  const paintCues = (minutes) => {
    const at = cues.filter((cue) => cue.at <= minutes).length;
    const said = at ? t("room-cue-now", cues[at - 1]) : "";
    if (due.textContent !== said) due.textContent = said; // spoken once, when it is due
    next.textContent = cues[at] ? t("room-cue-next", { n: Math.max(1, Math.ceil(cues[at].at - minutes)), what: cues[at].what }) : "";
    due.hidden = !said;
    next.hidden = !cues[at];
  };
  setInterval(paint, 1000);
  return { show(state) { live = state.live; cues = stepOf(state)?.cues ?? []; ahead = state.now - Date.now(); paint(); } };
}

function leftInWords(left) {
  if (left === 0) return t("room-time-up");
  if (left > 90000) return t("room-minutes-left", { n: Math.ceil(left / 60000) });
  return t("room-seconds-left", { n: Math.ceil(left / 5000) * 5 });
}

/** The step that the session is at, with its place among all. @param {any} state */
export function stepOf(state) {
  const step = state.live ? state.agenda?.[state.live.step] : null;
  return step ? { ...step, number: state.live.step + 1, of: state.agenda.length } : null;
}

/** A button that does something once and says what came of it. @param {string} label @param {() => Promise<any>} work @param {(text: string, how?: "good" | "bad") => void} tell */
export function doing(label, work, tell, attrs = {}) {
  const press = h("button", { type: "button", ...attrs }, label);
  press.addEventListener("click", async () => {
    if (press.disabled) return;
    press.disabled = true;
    try {
      const said = await work();
      if (typeof said === "string") tell(said, "good");
    } catch (error) {
      tell(error.message, "bad");
    }
    press.disabled = false;
  });
  return press;
}

/** The state by its door, as the line wants it: a failure carries its sentence. @param {string} path */
export async function readState(path) {
  try {
    return await askRoom("GET", path);
  } catch (error) {
    throw Object.assign(error, { detail: error.message });
  }
}

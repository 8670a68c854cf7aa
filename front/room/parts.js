// What the room's pages share: the time of the step, sentences, and asking the room's doors.

import { countPictures } from "../prompts/room/count-picture.js";
import { h, svg } from "../prompts/dom.js";
import { leftInWords, stepTime } from "../prompts/room/step-clock.js";
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
  let state = null;
  let ahead = 0;
  const paint = () => {
    place.hidden = !state?.live;
    if (!state?.live) return;
    const now = stepTime(state, ahead);
    /** @type {HTMLElement} */ (line.firstChild).style.width = `${now.share * 100}%`;
    words.textContent = leftInWords(t, state.live, now.left);
    place.classList.toggle("over", now.left === 0);
    const said = now.due ? t("room-cue-now", now.due) : "";
    if (due.textContent !== said) due.textContent = said; // spoken once, when it is due
    next.textContent = now.next ? t("room-cue-next", now.next) : "";
    due.hidden = !said;
    next.hidden = !now.next;
  };
  setInterval(paint, 1000);
  return { show(now) { state = now; ahead = now.now - Date.now(); paint(); } };
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

// Moving about a session's page: to the next open question, and to the one an address names.

import { nextOpen } from "./progress.js";
import { standingOf } from "./shown.js";

/** How long a prompt that the address names is held at the top while the page fills, in milliseconds. */
const HELD_MS = 8000;

/** Goes to the next question without an answer, or to the end. @param {any} page */
export function goNext(page) {
  const { prompts, handin } = page;
  const here = prompts.find(({ place }) => place.contains(document.activeElement));
  const id = nextOpen(standingOf(page), here ? here.spec.id : null);
  const found = id ? prompts.find(({ spec }) => spec.id === id).place : handin;
  if (found) show(found);
}

/** Brings a place to the top of the page and the focus to its first control. @param {HTMLElement} place */
function show(place, calm = matchMedia("(prefers-reduced-motion: reduce)").matches) {
  place.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  /** @type {HTMLElement | null} */
  const control = place.querySelector("textarea, input:checked, input, select") || place.querySelector("button, a[href], [tabindex]");
  (control || place).focus({ preventScroll: true });
}

/** Alt+N goes on; Ctrl+S, an old habit, is answered instead of saving the page's HTML. @param {any} page @param {(key: string) => void} announce */
export function followKeys(page, announce) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyN") {
      event.preventDefault();
      goNext(page);
    } else if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      announce("lesson-saved");
    }
  }, true);
}

/**
 * `#<prompt id>` in the address opens the page at that prompt, ready to be typed in.
 * @param {any} page @returns {() => void} to be called when every prompt is drawn
 */
export function followAddress({ prompts }) {
  const wanted = () => prompts.find(({ spec }) => spec.id === decodeURIComponent(location.hash.slice(1)));
  window.addEventListener("hashchange", () => { if (wanted()) show(wanted().place, true); });
  const first = wanted();
  if (!first) return () => {};
  const growth = new ResizeObserver(() => first.place.scrollIntoView({ block: "start", behavior: "instant" }));
  // Whoever has begun to read is left alone.
  const signs = ["keydown", "pointerdown", "wheel", "touchmove"];
  const stop = () => {
    growth.disconnect();
    for (const sign of signs) window.removeEventListener(sign, stop, true);
  };
  let moved = false;
  for (const sign of signs) window.addEventListener(sign, () => { moved = true; stop(); }, { capture: true, once: true });
  growth.observe(document.querySelector("main"));
  return () => {
    if (moved) return;
    show(first.place, true);
    setTimeout(stop, HELD_MS);
  };
}

// The quiet line under an answer: its state in words, and the count against the range.

import { h } from "../dom.js";
import { sayTime } from "../i18n.js";
import { allText, countWords, wordState } from "../text.js";

/** @param {any} t @param {any} spec @param {any} door */
export function statusLine(t, spec, door) {
  const words = h("span", { class: "op-state-words" });
  const count = h("span", { class: "op-count" });
  const polite = h("span", { class: "op-hidden", role: "status" });
  const el = h("div", { class: "op-state" }, words, count, polite);
  let spoken = "";
  let speakCount;
  let due = false; // the count has come into another range, and is said once the fingers rest
  let range = "none";
  // Whoever reads on hears what stands in the line, and not beside it what stood there before.
  const overtakes = (before, sentence) => {
    if (polite.textContent === before && before !== sentence) polite.textContent = "";
  };
  let stated = "";

  const announce = (kind, sentence) => {
    if (kind === spoken) return;
    const first = spoken === "";
    spoken = kind;
    // What the page opens with is read where it stands; only changes are announced.
    if (!first) polite.textContent = sentence;
  };

  return {
    el,
    state(state) {
      const { sentence, kind, link } = stateSentence(t, state, door.words);
      el.classList.toggle("op-troubled", Boolean(state.reason) || state.local !== "ok");
      const parts = [sentence];
      if (link && door.links?.signin) parts.push(" ", h("a", { href: (link === "wake" && door.links.wake) || door.links.signin, target: "_blank", rel: "noopener" }, t(link)));
      if (words.textContent !== sentence || link) words.replaceChildren(...parts);
      overtakes(stated, sentence);
      stated = sentence;
      if (state.phase !== "saving") announce(kind, sentence);
    },
    /** @param {any} value @param {boolean} typing */
    count(value, typing) {
      if (!spec.words) return;
      const n = countWords(allText(value));
      const next = wordState(n, spec.words);
      const sentence = countSentence(t, n, spec.words, next);
      overtakes(count.textContent, sentence);
      count.textContent = sentence;
      count.classList.toggle("op-over", next === "over");
      clearTimeout(speakCount);
      due ||= typing && next !== range;
      range = next;
      if (!due) return;
      speakCount = setTimeout(() => {
        due = false;
        polite.textContent = sentence;
      }, 2000);
    },
    say(sentence) { polite.textContent = sentence; },
  };
}

function countSentence(t, n, { min = 0, max = 0 }, state) {
  if (state === "over") return t("words-over", { n, over: n - max, max });
  const goal = min && max ? t("words-range", { min, max }) : max ? t("words-max", { max }) : t("words-min", { min });
  return `${t("words", { n })} · ${goal}`;
}

// Reasons with a sentence of their own, each with the link that helps.
const LINKS = { "no-space": "", "signed-out": "sign-in", gone: "wake" };

/** What a state says, the kind of it (for announcing), and the link that helps. @param {any} t @param {any} state @param {any} [words] */
export function stateSentence(t, state, words = {}) {
  const kept = state.local === "ok" ? t("kept-here") : t("not-kept-here");
  const local = state.local === "ok" ? "" : ` ${t(`local-${state.local}`)}`;
  const { phase, reason } = state;
  const said = (kind, sentence, link) => ({ kind, sentence, link });
  if (reason === "refused") return said(reason, `${state.detail || t(reason)} ${t("still-here")}`);
  if (LINKS[reason] !== undefined) return said(reason, `${t(words[reason] ?? reason)} ${kept}`, LINKS[reason]);
  if (phase === "loading") return reason ? said("not-loaded", t("not-loaded")) : said(phase, t(phase));
  if (reason || phase === "unsent") return said("not-sent", `${t("not-sent")} ${kept}`);
  return said(state.detail || phase, t(state.detail || phase, { time: sayTime(state.at, t.language) }) + local);
}

// The quiet line under an answer: its state in words, and the count against the range.

import { h } from "./dom.js";
import { sayTime } from "./i18n.js";
import { allText, countWords, wordState } from "./text.js";

/** @param {any} t @param {any} spec @param {any} door */
export function statusLine(t, spec, door) {
  const words = h("span", { class: "op-state-words" });
  const count = h("span", { class: "op-count" });
  const polite = h("span", { class: "op-hidden", role: "status" });
  const el = h("div", { class: "op-state" }, words, count, polite);
  let spoken = "";
  let speakCount;
  let range = "none";

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
      if (link && door.links?.signin) parts.push(" ", h("a", { href: door.links.signin, target: "_blank", rel: "noopener" }, t(link)));
      if (words.textContent !== sentence || link) words.replaceChildren(...parts);
      if (state.phase !== "saving") announce(kind, sentence);
    },
    /** @param {any} value @param {boolean} typing */
    count(value, typing) {
      if (!spec.words) return;
      const n = countWords(allText(value));
      const next = wordState(n, spec.words);
      const sentence = countSentence(t, n, spec.words, next);
      count.textContent = sentence;
      count.classList.toggle("op-over", next === "over");
      clearTimeout(speakCount);
      if (typing && next !== range) speakCount = setTimeout(() => { polite.textContent = sentence; }, 2000);
      range = next;
    },
    say(sentence) { polite.textContent = sentence; },
  };
}

function countSentence(t, n, { min = 0, max = 0 }, state) {
  if (state === "over") return t("words-over", { n, over: n - max, max });
  const goal = min && max ? t("words-range", { min, max }) : max ? t("words-max", { max }) : t("words-min", { min });
  return `${t("words", { n })} · ${goal}`;
}

/** What a state says, the kind of it (for announcing), and the link that helps. @param {any} t @param {any} state @param {any} [words] */
export function stateSentence(t, state, words = {}) {
  const kept = state.local === "ok" ? t("kept-here") : t("not-kept-here");
  const local = state.local === "ok" ? "" : ` ${t(`local-${state.local}`)}`;
  if (state.phase === "loading" && !state.reason) return { sentence: t("loading"), kind: "loading" };
  if (state.reason === "refused") return { sentence: `${state.detail || t("refused")} ${t("still-here")}`, kind: "refused" };
  if (state.reason === "no-space") return { sentence: `${t("no-space")} ${kept}`, kind: "no-space" };
  if (state.reason === "signed-out") return { sentence: `${t("signed-out")} ${kept}`, kind: "signed-out", link: "sign-in" };
  if (state.reason === "gone") return { sentence: `${t(words.gone ?? "gone")} ${kept}`, kind: "gone", link: "wake" };
  if (state.phase === "loading") return { sentence: t("not-loaded"), kind: "not-loaded" };
  if (state.reason) return { sentence: `${t("not-sent")} ${kept}`, kind: "not-sent" };
  if (state.phase === "saving") return { sentence: t("saving") + local, kind: "saving" };
  if (state.phase === "unsent") return { sentence: `${t("not-sent")} ${kept}`, kind: "not-sent" };
  if (state.phase === "blank") return { sentence: t("blank") + local, kind: "blank" };
  return { sentence: t("saved", { time: sayTime(state.at, t.language) }) + local, kind: "saved" };
}

// How far somebody is, kept true while they write: in the table of contents and on the bar below.

import { course, owner, t } from "../pages/page.js";
import { pendingDrafts } from "../prompts/doors/pending.js";
import { watchPage } from "../prompts/page.js";
import { answeredBefore, noteAnswered } from "./noted.js";
import { isAnswered, isBegun, progressOf } from "./progress.js";
import { standingOf } from "./shown.js";

const QUIET_MS = 6000;

/**
 * @param {any} page @param {{next: () => void}} go
 * @returns {{update: () => void, read: () => Promise<void>, announce: (key: string) => void}}
 */
export function followStanding(page, go) {
  const bar = barAt(document.getElementById("lesson-bar"), go, page);
  const contents = contentsAt(document.getElementById("contents"), page);
  const { lesson } = page.data;
  const specOf = (id) => page.prompts.find(({ spec }) => spec.id === id)?.spec;
  const note = (id, value) => {
    page.values.set(id, value);
    // An answer that gives another one its rows says how many are asked for there.
    for (const one of page.prompts.filter(({ spec }) => (spec.answer_with || spec.id) === id || spec.rows_from === id)) judge(one);
  };
  const judge = (one) => {
    const value = page.values.get(one.spec.answer_with || one.spec.id);
    if (!value) return;
    const spec = specOf(value.wording) ?? one.spec;
    one.begun = isBegun(value);
    one.answered = one.typed || isAnswered(value, spec, page.values.get(spec.rows_from));
  };
  let [due, fetched] = [0, false];
  const update = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(() => {
      const standing = standingOf(page);
      bar.paint(progressOf(standing));
      contents.paint(standing);
      if (fetched) noteAnswered(owner, course, lesson, page.prompts.filter(({ answered }) => answered).map(({ spec }) => spec.id));
    });
  };
  const before = answeredBefore(owner, course, lesson);
  for (const one of page.prompts) one.answered = one.typed || before.includes(one.spec.id);
  // What was written here and not sent yet counts too, as the boxes show it.
  const noteDrafts = () => {
    for (const draft of pendingDrafts(owner, course)) if (draft.lesson === lesson && !draft.earlier) note(draft.prompt, draft.value);
  };
  const read = () => page.door.load(lesson)
    .then(({ answers = {}, recall = {} }) => {
      fetched = true;
      for (const one of page.prompts) one.answered = one.typed;
      for (const [id, answer] of Object.entries({ ...recall, ...answers })) note(id, answer.value);
    })
    // A closed door is the prompts' to explain, each beside its words.
    .catch(() => {})
    .finally(() => { noteDrafts(); update(); });
  noteDrafts();
  read();
  watchPage(({ prompt, value }) => {
    note(prompt, value);
    update();
  });
  document.addEventListener("op-shown", update);
  return { update, read, announce: bar.announce };
}

function barAt(bar, go, { handin }) {
  const part = (name) => bar.querySelector(`[data-part="${name}"]`);
  const [line, words, news, next] = ["line", "words", "news", "next"].map(part);
  next.addEventListener("click", go.next);
  let quiet = 0;
  return {
    paint(state) {
      line.max = Math.max(1, state.all);
      line.value = state.answered;
      words.textContent = inWords(state);
      next.textContent = t(state.next ? "lesson-next" : "lesson-end");
      next.title = state.next ? t("lesson-next-key") : "";
      next.hidden = !state.next && !handin;
      bar.hidden = !state.all;
    },
    announce(key) {
      clearTimeout(quiet);
      news.textContent = t(key);
      quiet = setTimeout(() => { news.textContent = ""; }, QUIET_MS);
    },
  };
}

/** "3 of 9 answered, 1 begun, about 20 minutes of writing left". */
function inWords({ answered, all, begun, minutes }) {
  if (answered === all) return t("lesson-all-answered", { n: all });
  return [t("lesson-progress", { answered, all }), begun && t("lesson-begun-count", { n: begun }), minutes && t("lesson-minutes-left", { n: minutes })].filter(Boolean).join(", ");
}

/** "3 of 9 answered, 1 begun, one more if there is time": what is not counted is said apart. */
function inParts({ answered, all, begun, waiting, spare }) {
  return [all && t("lesson-progress", { answered, all }), begun && t("lesson-begun-count", { n: begun }), waiting && t("lesson-waiting", { n: waiting }), spare && t("lesson-spare", { n: spare })].filter(Boolean).join(", ");
}

function contentsAt(nav, { prompts }) {
  const fold = nav.querySelector("details");
  const wide = matchMedia("(min-width: 1100px)");
  const unfold = () => { fold.open = wide.matches; };
  unfold();
  wide.addEventListener("change", unfold);
  const count = nav.querySelector("[data-part=count]");
  const items = new Map([...nav.querySelectorAll("[data-for]")].map((item) => [item.dataset.for, item]));
  fold.addEventListener("click", (event) => { if (event.target.closest("a") && !wide.matches) fold.open = false; });
  followReading(nav);
  return {
    paint(standing) {
      count.textContent = inParts(progressOf(standing));
      for (const { spec, answered: done, begun, shown } of standing) {
        const item = items.get(spec.id);
        if (!item) continue;
        item.hidden = !shown;
        item.classList.toggle("done", done);
        const state = item.querySelector("[data-part=state]");
        state.textContent = t(done ? "lesson-answered" : begun ? "lesson-begun" : "lesson-open");
        // What is begun has no sign that everybody knows: its word is there to be seen.
        state.classList.toggle("sr", done || !begun);
      }
    },
    prompts,
  };
}

/** Marks in the contents what stands on the screen now. */
function followReading(nav) {
  const links = new Map([...nav.querySelectorAll("a[href^='#']")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const seen = new Set();
  const eye = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) seen[isIntersecting ? "add" : "delete"](target.id);
    const here = [...links.keys()].find((id) => seen.has(id));
    if (!here) return;
    for (const [id, link] of links) link.classList.toggle("here", id === here);
  }, { rootMargin: "0px 0px -50% 0px" });
  for (const id of links.keys()) {
    const target = document.getElementById(id);
    if (target) eye.observe(target);
  }
}

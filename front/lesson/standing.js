// How far somebody is, kept true while they write: in the table of contents and on the bar below.

import { t } from "../pages/page.js";
import { watchPage } from "../prompts/page.js";
import { isEmptyValue } from "../prompts/text.js";
import { progressOf } from "./progress.js";
import { isShown } from "./shown.js";

const QUIET_MS = 6000;

/**
 * @param {any} page @param {{next: () => void}} go
 * @returns {{update: () => void, read: () => Promise<void>, announce: (key: string) => void}}
 */
export function followStanding(page, go) {
  const bar = barAt(document.getElementById("lesson-bar"), go, page);
  const contents = contentsAt(document.getElementById("contents"), page);
  const note = (id, value) => {
    for (const one of page.prompts.filter(({ spec }) => (spec.answer_with || spec.id) === id)) {
      one.answered = !isEmptyValue(value) || one.typed;
    }
  };
  let due = 0;
  const update = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(() => {
      const standing = page.prompts.map((one) => ({ ...one, shown: isShown(one) }));
      bar.paint(progressOf(standing));
      contents.paint(standing);
    });
  };
  for (const one of page.prompts) one.answered = one.typed;
  const read = () => page.door.load(page.data.lesson)
    .then(({ answers = {} }) => { for (const [id, answer] of Object.entries(answers)) note(id, answer.value); })
    // A closed door is the prompts' to explain, each beside its words.
    .catch(() => {})
    .finally(update);
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

/** "3 of 9 answered, about 20 minutes of writing left". */
function inWords({ answered, all, minutes }) {
  if (answered === all) return t("lesson-all-answered", { n: all });
  const done = t("lesson-progress", { answered, all });
  return minutes ? `${done}, ${t("lesson-minutes-left", { n: minutes })}` : done;
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
      const { answered, all } = progressOf(standing);
      count.textContent = all ? t("lesson-progress", { answered, all }) : "";
      for (const { spec, answered: done, shown } of standing) {
        const item = items.get(spec.id);
        if (!item) continue;
        item.hidden = !shown;
        item.classList.toggle("done", done);
        item.querySelector("[data-part=state]").textContent = t(done ? "lesson-answered" : "lesson-open");
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

/** The quiet bar at the foot of a lesson: how far somebody is, in words, and the way on. */
import { button, element, scrollerOf } from "./header.js";
import { progressOf } from "../prompts/progress.js";
import { isShown } from "../prompts/shown.js";

/**
 * @param {any} page @param {{next: () => void}} go
 * @returns {{update: () => void, announce: (words: string) => void, remove: () => void}}
 */
export function drawBar({ panel, prompts, handin, say }, go) {
  const bar = element("div", "opl-bar");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", say("progressbar"));
  const line = element("progress", "opl-line");
  line.setAttribute("aria-hidden", "true");
  const words = element("span", "opl-progress");
  const news = element("span", "opl-news");
  news.setAttribute("role", "status");
  const next = button("", go.next);
  bar.append(line, words, news, next);
  scrollerOf(panel).append(bar);

  const update = () => {
    const state = progressOf(prompts.map((one) => ({ ...one, shown: isShown(one) })));
    line.max = Math.max(1, state.all);
    line.value = state.answered;
    words.textContent = inWords(state, say);
    next.textContent = say(state.next ? "next" : "hand-in");
    next.title = state.next ? say("next-key") : "";
    next.hidden = !state.next && !handin;
  };
  let quiet = 0;
  const announce = (text) => {
    clearTimeout(quiet);
    news.textContent = text;
    quiet = setTimeout(() => (news.textContent = ""), 6000);
  };
  update();
  return { update, announce, remove: () => (clearTimeout(quiet), bar.remove()) };
}

function inWords({ answered, all, minutes }, say) {
  if (answered === all) return say("all-answered", { all });
  const done = say("progress", { answered, all });
  return minutes ? `${done}, ${say("minutes-left", { minutes })}` : done;
}

// Calibration: score an invented answer first, then see the agreed levels and why. By keys as in reading.

import { h } from "../prompts/dom.js";
import { drawnText } from "../prompts/card/drawn.js";
import { once } from "../pages/page.js";
import { keysDialog, listen } from "./keys.js";
import { fitted } from "./reading/pane.js";
import { drawRubric } from "./reading/rubric.js";
import { number, say } from "./words.js";
import { drawAnswer } from "./words-of.js";

/** @param {any} given @returns {Promise<() => void>} stops listening to keys */
export async function calibrateView({ root, ask }) {
  let keys = () => {};
  const draw = async (returning) => {
    const found = await ask("GET", "calibration");
    const [anchor] = found.left;
    const results = h("div", {});
    const left = h("p", { class: "small", role: "status" });
    const standing = (now) => {
      results.replaceChildren(...(now.result ? [outcome(now, ask, () => draw(true))] : []));
      left.textContent = now.left.length ? say("calibrate-left", { n: now.left.length, total: now.total }) : say("calibrate-done");
    };
    const task = anchor ? score(anchor, ask, () => draw(true), async () => standing(await ask("GET", "calibration"))) : null;
    keys();
    const [heard, pane] = task ? [listen(task.actions), fitted(task.element, task.side)] : [() => {}, null];
    keys = () => { heard(); pane?.stop(); };
    const must = found.first && !found.result?.passed && found.total;
    root.replaceChildren(...[h("h1", {}, say("tab-calibrate")), h("p", { class: "lead" }, say(found.total ? "calibrate-lead" : "calibrate-none")),
      must && h("p", { class: "note attention" }, say("calibrate-must", rule(found))),
      found.total > 0 && left, task?.element, results].flat().filter(Boolean));
    standing(found);
    // The answer and its levels fill the window; what is said above them is there by scrolling up.
    if (returning) task?.element.scrollIntoView({ block: "start", behavior: "instant" });
    pane?.fit();
    if (returning) root.querySelector("article, .outcome")?.focus({ preventScroll: true });
  };
  await draw(false);
  return () => keys();
}

const rule = ({ exact_at_least: exact, within_one_at_least: within = 1 }) => ({ need: number(exact * 100), within: number(within * 100) });

function score(anchor, ask, next, scored) {
  const { criteria } = anchor;
  /** @type {Object<string, number>} */
  const levels = {};
  let current = 0;
  let told = false;
  const said = h("p", { class: "said-here", role: "status" });
  const agreed = h("div", { role: "status" });
  const mark = (place) => { current = Math.max(0, Math.min(place, criteria.length - 1)); rubric.show(levels, current); rubric.reveal(current); };
  const pick = (code, level) => {
    if (told) return;
    levels[code] = level;
    said.textContent = "";
    mark(criteria.findIndex((one) => one.code === code) + 1);
  };
  const rubric = drawRubric({ criteria, levels, current: 0, pick });
  const digit = (level) => {
    const { name, levels: own } = criteria[current];
    if (!told && level >= own.length) return void (said.textContent = say("digit-none", { name, top: own.length - 1 }));
    if (told || rubric.inView(current)) return pick(criteria[current].code, level);
    said.textContent = say("digit-for", { name }); // first: it makes the foot higher
    rubric.reveal(current);
    return undefined;
  };
  const tell = async () => {
    const open = criteria.findIndex(({ code }) => !(code in levels));
    if (open >= 0) {
      said.textContent = say("calibrate-need"); // first: it makes the foot higher
      mark(open);
      return;
    }
    try {
      const done = await ask("POST", `calibration/${anchor.id}`, { levels });
      told = true;
      said.textContent = "";
      // In the rubric's place, where the eye is: below it nobody would see them.
      rubric.element.hidden = true;
      agreed.replaceChildren(h("h3", {}, say("calibrate-agreed")), h("dl", { class: "reasons" }, criteria.map(({ code, name }) => [h("dt", {}, `${name}: ${say("you-gave", { given: done.given[code], reference: done.reference[code] })}`), h("dd", {}, done.reasons[code])])));
      show.replaceChildren(say("calibrate-next"), " ", h("kbd", { "aria-hidden": "true" }, "↵"));
      side.scrollTop = 0;
      if (agreed.getBoundingClientRect().top < 0 || agreed.getBoundingClientRect().top > innerHeight / 2) agreed.scrollIntoView({ block: "start", behavior: "instant" });
      scored().catch((error) => { said.textContent = error.message; }); // Enter leads on meanwhile
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const press = () => once(show, () => (told ? next() : tell()));
  const show = h("button", { type: "button", class: "primary", "aria-keyshortcuts": "Enter", onclick: press }, say("calibrate-show"), " ", h("kbd", { "aria-hidden": "true" }, "↵"));
  const side = h("aside", { class: "side", "aria-label": say("rubric-label") }, agreed, rubric.element, h("div", { class: "saving" }, said, h("div", { class: "actions" }, show)));
  const element = h("div", { class: "two" }, h("article", { class: "one-answer", tabindex: "-1", "aria-label": anchor.title }, h("h2", {}, anchor.title), h("div", { class: "asked open" }, h("div", { class: "question", dir: "auto" }, drawnText(anchor.question))), h("div", { class: "answer-words" }, drawAnswer(anchor, anchor.spec))),
    side);
  return { element, side, actions: { keys: () => keysDialog(), level: digit, back: () => mark(current - 1), save: press } };
}

function outcome(found, ask, next) {
  const { result } = found;
  const away = Math.abs(result.mean_difference);
  const values = { exact: number(result.exact * 100), within: number(result.within_one * 100), n: result.n, difference: number(away, 1), way: say(result.mean_difference > 0 ? "more" : "less") };
  const again = h("button", { type: "button", onclick: () => once(again, () => ask("DELETE", "calibration").then(next)) }, say("calibrate-again"));
  return h("section", { class: "outcome", tabindex: "-1", "aria-label": say("calibrate-outcome") }, h("h2", {}, say("calibrate-outcome")), h("p", {}, say(away < 0.05 ? "calibrate-even" : "calibrate-result", values)),
    found.left.length ? null : h("p", { class: "note" }, say(result.passed ? "passed" : "not-passed", rule(found)), result.passed ? [" ", h("a", { href: "#prompts" }, say("back-queue"))] : null), h("div", { class: "actions" }, again));
}

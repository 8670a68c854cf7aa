// Calibration: score an invented answer first, then see the agreed levels and why.

import { h } from "../../prompts/dom.js";
import { markdownBlocks } from "../../prompts/markdown.js";
import { drawRubric } from "./rubric.js";
import { say } from "./words.js";
import { drawAnswer } from "./words-of.js";

/** @param {any} given */
export async function calibrateView({ root, ask }) {
  const found = await ask("GET", "calibration");
  const next = () => calibrateView({ root, ask });
  const [anchor] = found.left;
  root.replaceChildren(h("h1", {}, say("tab-calibrate")), h("p", { class: "lead" }, say(found.total ? "calibrate-lead" : "calibrate-none")),
    ...(anchor ? [h("p", { class: "small" }, say("calibrate-left", { n: found.left.length, total: found.total })), score(anchor, ask, next)] : found.total ? [h("p", {}, say("calibrate-done"))] : []),
    ...(found.result ? [outcome(found, ask, next)] : []));
}

function score(anchor, ask, next) {
  const levels = {};
  const said = h("div", { role: "status" });
  const rubric = drawRubric({ criteria: anchor.criteria, levels, keys: false, pick: (code, level) => { levels[code] = level; rubric.show(levels, -1); } });
  const show = h("button", { type: "button", class: "primary", onclick: async () => {
    try {
      const done = await ask("POST", `calibration/${anchor.id}`, { levels });
      said.replaceChildren(h("dl", { class: "reasons" }, anchor.criteria.map(({ code, name }) => [h("dt", {}, `${name}: ${say("you-gave", { given: done.given[code], reference: done.reference[code] })}`), h("dd", {}, done.reasons[code])])),
        h("button", { type: "button", class: "primary", onclick: next }, say("calibrate-next")));
      show.hidden = true;
    } catch (error) {
      said.textContent = error.message;
    }
  } }, say("calibrate-show"));
  return h("div", { class: "two" }, h("article", { class: "one-answer" }, h("h2", {}, anchor.title), h("div", { class: "question" }, markdownBlocks(anchor.body)), drawAnswer(anchor, anchor.spec)),
    h("aside", { class: "side", "aria-label": "Rubric" }, rubric.element, h("div", { class: "actions" }, show), said));
}

function outcome({ result, exact_at_least: need }, ask, next) {
  const away = Math.abs(result.mean_difference);
  const values = { exact: Math.round(result.exact * 100), within: Math.round(result.within_one * 100), n: result.n, count: 2, difference: away.toFixed(1), way: say(result.mean_difference > 0 ? "more" : "less") };
  return h("section", {}, h("p", {}, say(away < 0.05 ? "calibrate-even" : "calibrate-result", values)), h("p", { class: "note" }, say(result.passed ? "passed" : "not-passed", { need: Math.round(need * 100) })),
    h("button", { type: "button", onclick: () => ask("DELETE", "calibration").then(next) }, say("calibrate-again")));
}

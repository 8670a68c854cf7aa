// Answers to talk about: every reading beside the words, and one agreed reading.

import { h } from "../../prompts/dom.js";
import { bySession } from "./queue.js";
import { drawRubric } from "./rubric.js";
import { say } from "./words.js";

/** @param {any} given */
export const discussView = (given) => bySession(given, say("tab-discuss"), say("discuss-lead"), async (place, lesson) => {
  const { answers } = await given.ask("GET", `discuss/${lesson}`);
  place.replaceChildren(answers.length ? h("div", { class: "actions no-print" }, h("button", { type: "button", onclick: () => print() }, say("print"))) : h("p", {}, say("discuss-none")),
    ...answers.map((one) => card(one, given.ask)));
});

function card(one, ask) {
  const readings = one.marks.length ? table(one) : h("p", { class: "quiet" }, say("discuss-hidden"));
  return h("article", { class: "answer discuss", "aria-label": one.title }, h("h2", {}, one.title), h("p", { class: "words", dir: "auto" }, one.text), readings, one.marks.length ? agreed(one, ask) : null);
}

function table(one) {
  const comment = (mark) => [mark.flagged ? `(${say("flag-said")}) ` : "", mark.comment];
  return h("table", { class: "stack" }, h("thead", {}, h("tr", {}, h("td"), one.criteria.map(({ name }) => h("th", { scope: "col" }, name)), h("th", { scope: "col" }, say("comment")))),
    h("tbody", {}, one.marks.map((mark) => h("tr", {}, h("th", { scope: "row" }, mark.reviewer), one.criteria.map(({ code, name, levels }) => h("td", { "data-label": name }, code in mark.levels ? `${mark.levels[code]} ${levels[mark.levels[code]].split(":")[0]}` : "–")),
      h("td", { dir: "auto", "data-label": say("comment") }, comment(mark))))));
}

function agreed(one, ask) {
  const levels = { ...(one.agreed?.levels ?? {}) };
  const words = h("textarea", { rows: 3, dir: "auto", "aria-label": say("comment"), maxlength: 20000 });
  words.value = one.agreed?.comment ?? one.marks[0].comment;
  const said = h("p", { role: "status" });
  const rubric = drawRubric({ criteria: one.criteria, levels, keys: false, pick: (code, level) => { levels[code] = level; rubric.show(levels, -1); } });
  const save = h("button", { type: "button", class: "primary", onclick: async () => {
    if (one.criteria.some(({ code }) => !(code in levels))) return void (said.textContent = say("agreed-need"));
    try {
      const { mark } = await ask("PUT", `agree/${one.lesson}/${one.prompt}/${one.who}`, { levels, comment: words.value, version: one.agreed?.version ?? 0 });
      one.agreed = mark;
      said.textContent = say("agreed-saved");
    } catch (error) {
      if (error.code === "stale" && error.data?.theirs) {
        one.agreed = error.data.theirs;
        said.textContent = `${say("conflict")} ${say("conflict-theirs", { time: one.agreed.at })}: ${Object.entries(one.agreed.levels).map(([code, level]) => `${code} ${level}`).join(", ")}. ${one.agreed.comment}`;
        return undefined;
      }
      said.textContent = error.message;
    }
    return undefined;
  } }, say("agreed-save"));
  return h("section", { class: "no-print" }, h("h3", {}, say("agreed-title")), rubric.element, h("label", {}, say("comment"), words), h("div", { class: "actions" }, save), said);
}

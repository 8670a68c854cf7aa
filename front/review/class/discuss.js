// Answers to talk about: every reading beside the words, and one agreed reading.

import { h } from "../../prompts/dom.js";
import { once } from "../../pages/page.js";
import { paged } from "../paged.js";
import { drawRubric } from "../reading/rubric.js";
import { bySession } from "../sessions.js";
import { code, levelsSaid, say } from "../words.js";
import { drawAnswer } from "../words-of.js";

/** @param {any} given */
export const discussView = (given) => bySession(given, { title: say("tab-discuss"), lead: say("discuss-lead"), state: "discuss" }, async (place, lesson) => {
  const [session, prompt, who] = given.parts;
  await given.keeper.settled(); // a reading that was just saved opens the others
  const { answers } = await given.ask("GET", `discuss/${lesson}`);
  if (!answers.length) return place.replaceChildren(h("p", {}, say("discuss-none")));
  const cards = h("div", {});
  const { find, foot } = paged({ rows: answers, draw: (one) => card(one, given.ask), into: cards, name: (one) => `${one.title} ${code(one.who)}`, id: "find-answer" });
  place.replaceChildren(h("div", { class: "actions no-print" }, h("button", { type: "button", onclick: () => print() }, say("print"))), find ?? "", cards, foot);
  // Whoever comes back from an answer finds the place they left.
  const left = session === lesson ? document.getElementById(idOf({ prompt, who })) : null;
  left?.scrollIntoView({ block: "start", behavior: "instant" });
  left?.focus({ preventScroll: true });
  return undefined;
});

const idOf = ({ prompt, who }) => `discuss-${prompt}-${who}`;

function card(one, ask) {
  const sealed = one.sealed ?? !one.marks.length;
  const readings = one.marks.length ? table(one) : null;
  const closed = sealed ? h("p", { class: "quiet" }, `${say("discuss-hidden")} `, h("a", { href: `#person/${one.who}/${one.lesson}/${one.prompt}`, "aria-label": `${say("discuss-read")}: ${one.title}, ${code(one.who)}` }, say("discuss-read"))) : null;
  return h("article", { class: "answer discuss", id: idOf(one), tabindex: "-1", "aria-label": `${one.title}, ${code(one.who)}` }, h("h2", {}, one.title), h("p", { class: "meta" }, code(one.who)),
    h("div", { class: "answer-words" }, drawAnswer(one, one.spec)), readings, closed, sealed ? null : agreed(one, ask));
}

// Every reading in a row of its own: levels with their names, and the comment.
function table(one) {
  const cell = ({ code: name, levels }, mark) => (name in mark.levels ? `${mark.levels[name]} ${levels[mark.levels[name]].split(":")[0]}` : "–");
  const row = (mark) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, mark.reader), one.criteria.map((each) => h("td", { "data-label": each.name }, cell(each, mark))),
    h("td", { dir: "auto", "data-label": say("comment") }, mark.flagged ? `(${say("flag-said")}) ` : "", mark.comment));
  const heads = [say("reader"), ...one.criteria.map(({ name }) => name), say("comment")];
  return h("table", { class: "stack", "aria-label": say("readings-of", { title: one.title }) }, h("thead", {}, h("tr", {}, heads.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, one.marks.map(row)));
}

function agreed(one, ask) {
  const levels = { ...(one.agreed?.levels ?? {}) };
  const words = h("textarea", { rows: 3, dir: "auto", maxlength: 20000 });
  words.value = one.agreed?.comment ?? one.marks[0].comment;
  const said = h("p", { class: "said", role: "status" });
  const rubric = drawRubric({ criteria: one.criteria, levels, keys: false, pick: (name, level) => { levels[name] = level; rubric.show(levels, -1); } });
  const settle = async () => {
    if (one.criteria.some(({ code: name }) => !(name in levels))) return void (said.textContent = say("agreed-need"));
    try {
      const { mark } = await ask("PUT", `agree/${one.lesson}/${one.prompt}/${one.who}`, { levels, comment: words.value, version: one.agreed?.version ?? 0 });
      one.agreed = mark;
      said.textContent = say("agreed-saved");
    } catch (error) {
      if (error.code === "stale" && error.data?.theirs) one.agreed = error.data.theirs;
      said.textContent = error.code === "stale" && one.agreed ? `${say("agreed-stale", { levels: levelsSaid(one.criteria, one.agreed.levels) })} ${one.agreed.comment}` : error.message;
    }
    return undefined;
  };
  const save = h("button", { type: "button", class: "primary", onclick: () => once(save, settle) }, say("agreed-save"));
  return h("details", { class: "no-print" }, h("summary", {}, one.agreed ? `${say("agreed-title")}: ${levelsSaid(one.criteria, levels)}` : say("agreed-open")),
    rubric.element, h("label", {}, say("comment"), words), h("div", { class: "actions" }, save), said);
}

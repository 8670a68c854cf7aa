// The class seen: a strip of all answers to a prompt, filters, two answers beside each other.

import { h } from "../../prompts/dom.js";
import { say } from "../words.js";
import { drawAnswer } from "../words-of.js";

const STATES = ["unread", "read", "revised", "discuss", "returned", "blank"];
const MARKS = { unread: "", read: "✓", revised: "↻", discuss: "?", returned: "✓✓", blank: "–" }; // beside the colour, which alone says nothing
/** @type {[string, (words: number) => boolean][]} */
const LENGTHS = [["short", (n) => n < 80], ["middle", (n) => n >= 80 && n <= 180], ["long", (n) => n > 180]];
const ROOMY = matchMedia("(min-width: 601px)");
const ACROSS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };

/** What an answer is, in words. @param {any} one */
const told = (one) => [say("answer", { number: one.number }), say(`seen-${one.state}`), ...one.why.map((why) => say(`why-${why}`)), one.skipped ? say("seen-skipped") : "", one.late ? say("late") : "", say("words", { n: one.words })].filter(Boolean).join(", ");

/** @param {HTMLElement} place @param {{answers: any[], about: any, lesson: string, prompt: string, ask: any}} given */
export function drawSeen(place, { answers, about, lesson, prompt, ask }) {
  const list = h("ul", { class: "strip", "aria-label": say("seen-strip") });
  const count = h("p", { class: "small", role: "status" });
  const pair = h("div", { class: "pair" });
  const beside = compare(pair, (who) => ask("GET", `answer/${lesson}/${prompt}/${who}`), about.spec);
  const show = (found) => {
    list.replaceChildren(...found.map((one) => h("li", {}, cell(one, `#read/${lesson}/${prompt}/of/${one.who}`))));
    count.textContent = say("seen-count", { n: found.length, total: answers.length });
    beside.choices(found);
  };
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("a")];
    const here = all.indexOf(/** @type {any} */ (document.activeElement));
    const next = here >= 0 && all[here + (ACROSS[event.key] ?? 0)];
    if (!next || !ACROSS[event.key]) return;
    event.preventDefault();
    next.focus();
  });
  place.replaceChildren(filters(answers, about.spec.criteria, show), count, list, legend(), beside.element, pair);
  show(answers);
}

const cell = (one, href) => (one.state === "blank" ? h("span", { class: "cell is-blank", role: "img", "aria-label": told(one), title: told(one) }, inside(one))
  : h("a", { class: `cell is-${one.state}`, href, "aria-label": told(one), title: told(one) }, inside(one)));
const inside = (one) => [h("span", {}, String(one.number)), h("span", { "aria-hidden": "true" }, `${MARKS[one.state]}${one.why.includes("flagged") ? "⚑" : ""}${one.skipped ? "»" : ""}${one.late ? "!" : ""}`)];

// A list: a mark never stands at the end of a line and its word in the next.
const legend = () => h("ul", { class: "small legend" }, [...STATES.filter((state) => MARKS[state]).map((state) => [MARKS[state], `seen-${state}`]), ["⚑", "why-flagged"], ["»", "seen-skipped"], ["!", "late"]].map(([mark, word]) => h("li", {}, h("span", { "aria-hidden": "true" }, mark), " ", say(word))));

function filters(answers, criteria, show) {
  const choice = (word, options) => h("select", { id: `filter-${word}`, onchange: () => apply() }, h("option", { value: "" }, say("filter-all")), options.map(([value, text]) => h("option", { value }, text)));
  const wheres = [...STATES.map((state) => [state, say(`seen-${state}`)]), ["flagged", say("why-flagged")], ["differ", say("why-differ")], ["skipped", say("seen-skipped")]];
  const fields = {
    where: choice("where", wheres),
    level: choice("level", criteria.flatMap(({ code, name, levels }) => levels.map((text, level) => [`${code}/${level}`, `${name} ${level} ${text.split(":")[0]}`]))),
    length: choice("length", LENGTHS.map(([name]) => [name, say(`length-${name}`)])),
    school: choice("school", [...new Set(answers.map((one) => one.school).filter(Boolean))].sort().map((name) => [name, name])),
    late: choice("late", [["late", say("late")], ["in-time", say("in-time")]]),
  };
  const fits = {
    where: (one, value) => one.state === value || one.why.includes(value) || (value === "skipped" && one.skipped),
    level: (one, value) => { const [code, level] = value.split("/"); return one.levels[code] === Number(level); },
    length: (one, value) => LENGTHS.find(([name]) => name === value)[1](one.words),
    school: (one, value) => one.school === value,
    late: (one, value) => one.late === (value === "late"),
  };
  const summary = h("summary", {}, say("filters"));
  const apply = () => {
    const on = Object.entries(fields).filter(([, field]) => field.value);
    summary.textContent = on.length ? say("filters-on", { n: on.length }) : say("filters");
    show(answers.filter((one) => on.every(([name, field]) => fits[name](one, field.value))));
  };
  const shown = Object.entries(fields).filter(([, field]) => field.options.length > 1);
  const all = h("div", { class: "filters" }, shown.map(([name, field]) => h("div", { class: "field" }, h("label", { for: field.id }, say(`filter-${name}`)), field)));
  // On a phone they would fill the screen before the first answer.
  return h("details", { open: ROOMY.matches, "aria-label": say("filters") }, summary, all);
}

// Two answers beside each other, as they were written.
function compare(place, get, spec) {
  const [one, two] = ["beside-one", "beside-two"].map((id) => h("select", { id }));
  const said = h("p", { class: "said", role: "status" });
  const paper = async ({ value, selectedOptions: [chosen] }) => h("article", { class: "one-answer", "aria-label": chosen.textContent }, h("h3", {}, chosen.textContent), drawAnswer(await get(value), spec));
  const show = async () => {
    try {
      place.replaceChildren(...(await Promise.all([one, two].map(paper))));
      said.textContent = say("beside-shown");
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const labelled = (select, word) => h("div", { class: "field" }, h("label", { for: select.id }, say(word)), select);
  const element = h("div", { class: "filters" }, labelled(one, "beside-first"), labelled(two, "beside-second"), h("button", { type: "button", onclick: show }, say("beside-do")), said);
  return {
    element,
    choices(found) {
      const written = found.filter(({ state }) => state !== "blank");
      for (const [place_, select] of [one, two].entries()) {
        select.replaceChildren(...written.map(({ who, number }) => h("option", { value: who }, say("answer", { number }))));
        if (written[place_]) select.value = written[place_].who;
      }
      element.hidden = written.length < 2;
    },
  };
}

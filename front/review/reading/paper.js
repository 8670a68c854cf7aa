// The paper an answer lies on: its words, and above them quietly what is to be known about it.

import { h } from "../../prompts/dom.js";
import { sayMoment } from "../../pages/page.js";
import { levelsSaid, say } from "../words.js";
import { askedOf, drawAnswer, drawQuestion } from "../words-of.js";

/**
 * Put an answer on the paper.
 * @param {HTMLElement} article
 * @param {{answer: any, about: any, theirs: boolean, place: number, name?: string, notesOpen: boolean, folded: (open: boolean) => void}} given
 */
export function drawPaper(article, { answer, about, theirs, place, name, notesOpen, folded }) {
  const asked = askedOf(about, answer);
  const facts = [answer.late ? h("strong", { class: "mark-late" }, say("late")) : null, say("words", { n: answer.words }), say("handed-in", { when: sayMoment(answer.handed_in_at) }), asked.name ? say("read-in", { language: asked.name }) : null].filter(Boolean);
  const notes = drawAsked(asked, answer, notesOpen, folded);
  const who = h("p", { class: "who" });
  const holding = h("p", { class: "note holding", role: "status", hidden: true });
  const revised = typeof answer.read_before === "string";
  article.replaceChildren(...[
    h("div", { class: "paper-head" }, h("h2", { id: "answer-heading" }, say("answer", { number: place })),
      h("p", { class: "meta" }, facts.flatMap((part, index) => (index ? [" · ", part] : [part]))), who), holding,
    notes.element, answer.recalled.map(drawRecalled),
    answer.scored_elsewhere && h("p", { class: "note attention" }, answer.elsewhere === null ? say("elsewhere-closed") : say("elsewhere", { n: answer.elsewhere })),
    theirs && !answer.mark && h("p", { class: "note" }, say("theirs")),
    revised && h("p", { class: "note" }, say(answer.read_before_here ? "revised" : "revised-others")),
    answer.went_back && drawWentBack(answer.went_back, about.spec.criteria),
    answer.revision > answer.revisions && h("p", { class: "note" }, say("revised-often", { n: answer.revision, foreseen: answer.revisions })),
    h("div", { class: "answer-words" }, drawAnswer(answer, asked.spec)),
    answer.beside && [h("h3", {}, say("beside")), h("p", { class: "words", dir: "auto" }, answer.beside)],
  ].flat().filter(Boolean));
  const paper = {
    notes,
    /** @param {string} [text] the name; hidden without one */
    name(text) { who.replaceChildren(...(text ? nameSaid(text) : [say("name-hidden")])); },
    /** @param {string | null} other who is reading this too */
    holder(other) {
      holding.hidden = !other;
      const words = other ? say("holder", { name: other }) : "";
      if (holding.textContent !== words) holding.textContent = words;
    },
  };
  paper.name(name);
  paper.holder(answer.holder);
  return paper;
}

// The question as the writer saw it, its first lines always; the rest of it, notes and strong answers when asked for.
function drawAsked(about, answer, open, folded) {
  const { question, wording, more } = drawQuestion(about, answer.value);
  const rest = h("div", { class: "asked-more", id: "asked-more", hidden: !open }, more);
  const turn = h("button", { type: "button", class: "small-button", "aria-expanded": String(open), "aria-controls": "asked-more", onmousedown: (event) => event.preventDefault(), onclick: () => notes.toggle() }, say("question"), " ", h("kbd", { "aria-hidden": "true" }, "n"));
  const element = h("div", { class: `asked${open ? " open" : ""}` }, h("div", { class: "asked-first" }, question, turn), wording, rest);
  const notes = {
    element,
    toggle() {
      rest.hidden = !rest.hidden;
      element.classList.toggle("open", !rest.hidden);
      turn.setAttribute("aria-expanded", String(!rest.hidden));
      folded(!rest.hidden);
    },
  };
  return notes;
}

// What the question goes back to, as the writer had it before them: a row of an earlier table, say.
const drawRecalled = (one) => h("details", { class: "recalled" }, h("summary", {}, say("recalled", { title: one.title })), drawAnswer(one, one.spec));

// What the writer was told about the earlier words.
function drawWentBack(mark, criteria) {
  const notes = criteria.filter(({ code }) => mark.notes[code]).map(({ code, name }) => h("p", { class: "words", dir: "auto" }, `${say("note-on", { name })}: ${mark.notes[code]}`));
  return h("details", { class: "went-back" }, h("summary", {}, say("went-back")), h("p", {}, levelsSaid(criteria, mark.levels)), mark.comment ? h("p", { class: "words", dir: "auto" }, mark.comment) : null, notes);
}

// A name may be written from right to left in a sentence that is not.
function nameSaid(text) {
  const [before, after] = say("by", { name: "\0" }).split("\0");
  return [before, h("bdi", {}, text), after];
}

/** An end of the line where something waits again, since another has let go of it. @param {HTMLElement} article @param {number} left @param {() => void} goOn */
export function drawMore(article, left, goOn) {
  const [heading, way] = /** @type {NodeListOf<HTMLElement>} */ (article.querySelectorAll(".finished h2, .finished .more"));
  const text = say(left ? "more-waits" : "all-done", { n: left });
  if (!heading || heading.textContent === text) return;
  heading.textContent = text;
  way.hidden = !left;
  way.replaceChildren(left ? h("button", { type: "button", class: "primary", onclick: goOn }, say("more-go-on")) : "");
}

/** That the line is at its end. @param {HTMLElement} article @param {boolean} any whether there is an answer to look at again @param {{href: string, word: string}} back where one came from */
export function drawFinished(article, any, { href, word }) {
  article.replaceChildren(h("div", { class: "finished" }, h("h2", { id: "answer-heading", "aria-live": "polite" }, say("all-done")), h("p", { class: "more", hidden: true }), any ? h("p", {}, say("done-hint")) : null, h("p", {}, h("a", { class: "button primary", href }, say(word)))));
}

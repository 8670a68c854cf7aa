/** Each cell of a lesson in its part: prompts drawn, answers typed long ago shown, machinery hidden. */
import { askedOf } from "../prompts/asked.js";
import { mountCard, mountHandinCard } from "../prompts/prompt.js";
import { element } from "./header.js";
import { partOf, readCall, typedWords } from "./lesson.js";

/** The kinds of prompt that a lesson asks for. @returns {string[]} */
export function kindsIn(panel) {
  const sources = panel.content.widgets.map((cell) => cell.model.sharedModel.getSource());
  return sources.map((source) => readCall(source, "prompt")?.kind).filter(Boolean);
}

/**
 * Draws the lesson's prompts and its hand-in panel into their cells.
 * @returns {{prompts: object[], handin: HTMLElement | null, remove: () => void}}
 */
export function dressCells({ panel, lesson, door, say, files }) {
  const cells = panel.content.widgets.map((cell) => {
    const own = cell.model.getMetadata("openpractice") || {};
    cell.node.dataset.opPart = partOf(own);
    return { id: own.id, part: partOf(own), node: cell.node, source: cell.model.sharedModel.getSource() };
  });
  const options = { language: lesson.language, host: "page" };
  const ends = [];
  const prompts = [];
  let handin = null;
  for (const cell of cells) {
    if (cell.part === "prompt") prompts.push(drawPrompt(cell, { cells, door, say, options, ends, files }));
    if (cell.part === "handin") handin = drawHandin(cell, { door, say, options, ends });
    if (cell.part === "answer") showTyped(cell, say, ends);
  }
  return {
    prompts: prompts.filter(Boolean),
    handin,
    remove: () => ends.forEach((end) => end()),
  };
}

function drawPrompt(cell, { cells, door, say, options, ends, files }) {
  const place = placeIn(cell, ends);
  const spec = readCall(cell.source, "prompt");
  // The cell's own id is what an answer would be filed under; another id in the call is a fault.
  if (!spec || spec.id !== cell.id) return sayFault(place, say);
  place.id = spec.id;
  if (!draw(place, () => mountCard(place, spec, door, { ...options, asked: askedOf(spec, files) }), say, ends)) return null;
  const family = cells.filter((one) => one.id === cell.id);
  for (const one of family.filter(({ part }) => part === "question")) one.node.dataset.opDrawn = "";
  const answer = family.find(({ part }) => part === "answer");
  return { spec, place, answered: false, typed: Boolean(answer && typedWords(answer.source)) };
}

function drawHandin(cell, { door, say, options, ends }) {
  const place = placeIn(cell, ends);
  const spec = readCall(cell.source, "handin");
  if (!spec) return sayFault(place, say);
  return draw(place, () => mountHandinCard(place, spec, door, options), say, ends) ? place : null;
}

/** Runs one part's drawing; a fault in it stays in its own place on the page. */
function draw(place, start, say, ends) {
  try {
    const end = start();
    if (typeof end === "function") ends.push(end);
    return true;
  } catch (fault) {
    console.error("Open Practice:", fault);
    sayFault(place, say);
    return false;
  }
}

function placeIn(cell, ends) {
  const place = element("div", "opl-place");
  place.tabIndex = -1;
  cell.node.append(place);
  ends.push(() => place.remove());
  return place;
}

function sayFault(place, say) {
  const words = element("p", "opl-page-fault", say("prompt-fault"));
  words.setAttribute("role", "alert");
  place.replaceChildren(words);
  return null;
}

/** An answer cell is out of sight while it holds no words; words in it are shown as they were typed. */
function showTyped(cell, say, ends) {
  const words = typedWords(cell.source);
  if (!words) return;
  const box = element("figure", "opl-typed");
  box.append(element("figcaption", "", say("typed")), element("blockquote", "", words));
  cell.node.dataset.opTyped = "";
  cell.node.append(box);
  ends.push(() => box.remove());
}

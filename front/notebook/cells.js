/** Each cell of a lesson in its part: prompts drawn in their cells, and given up to a kernel that draws them. */
import { askedOf } from "../prompts/card/asked.js";
import { mountHandinCard } from "../prompts/handin.js";
import { mountCard } from "../prompts/prompt.js";
import { followKernel, hasKernel } from "./kernel.js";
import { partOf, readCall, typedWords } from "./lesson.js";
import { speaker } from "./words.js";

/** The kinds of prompt that a lesson asks for. @returns {string[]} */
export function kindsIn(panel) {
  const sources = panel.content.widgets.map((cell) => cell.model.sharedModel.getSource());
  return sources.map((source) => readCall(source, "prompt")?.kind).filter(Boolean);
}

/**
 * Draws the lesson's prompts and its hand-in panel into their cells.
 * @param {any} panel @param {any} ctx @param {{lesson: any, door: any, files: string}} of files: where those beside the notebook are given
 * @returns {() => void} takes all of it away
 */
export function drawCells(panel, ctx, { lesson, door, files }) {
  const session = ctx.sessionContext;
  const say = speaker(lesson.language);
  const cells = panel.content.widgets.map((cell) => ({ cell, own: cell.model.getMetadata("openpractice") || {} }));
  const ends = [];
  for (const { cell, own } of cells) {
    const part = partOf(own);
    cell.node.dataset.opPart = part;
    if (part === "answer" && !typedWords(cell.model.sharedModel.getSource())) cell.node.dataset.opEmpty = "";
    if (part !== "prompt" && part !== "handin") continue;
    const family = cells.filter((one) => one.own.id === own.id && partOf(one.own) === "question").map((one) => one.cell.node);
    ends.push(keepDrawn({ cell, own, part, family }, { session, lesson, door, say, files }));
  }
  return () => ends.forEach((end) => end());
}

/** One part drawn in its cell as long as no kernel draws it there. @returns {() => void} ends it */
function keepDrawn({ cell, own, part, family }, { session, lesson, door, say, files }) {
  let remove = null;
  const mark = (node, name, on) => { if (on) node.dataset[name] = ""; else delete node.dataset[name]; };
  const look = () => {
    const theirs = hasKernel(session) && cell.model.outputs?.length > 0;
    if (theirs === !remove) return;
    if (theirs) {
      remove();
      remove = null;
    } else {
      remove = draw(cell, part, own, { lesson, door, say, files });
    }
    for (const node of [cell.node, ...family]) mark(node, "opDrawn", Boolean(remove));
    // What a kernel has drawn stands alone: the call above it says nothing to whoever answers.
    mark(cell.node, "opRun", theirs);
  };
  const stop = followKernel(session, look);
  cell.model.outputs?.changed.connect(look);
  look();
  return () => {
    stop();
    cell.model.outputs?.changed.disconnect(look);
    remove?.();
  };
}

/** Draws one part; a fault in it stays in its own place. @returns {() => void} takes it away */
function draw(cell, part, own, { lesson, door, say, files }) {
  const place = document.createElement("div");
  place.className = "opl-place";
  cell.node.append(place);
  let close = () => {};
  try {
    const spec = readCall(cell.model.sharedModel.getSource(), part);
    // The cell's own id is what an answer would be filed under; another id in the call is a fault.
    if (!spec || (part === "prompt" && spec.id !== own.id)) throw new Error(`no ${part} in the cell of ${own.id ?? part}`);
    const options = { language: lesson.language };
    close = part === "handin" ? mountHandinCard(place, spec, door, options) : mountCard(place, spec, door, { ...options, asked: askedOf(spec, files) });
  } catch (fault) {
    console.error("Open Practice:", fault);
    const words = document.createElement("p");
    words.className = "opl-fault";
    words.setAttribute("role", "alert");
    words.textContent = say("prompt-fault");
    place.replaceChildren(words);
  }
  return () => {
    close();
    place.remove();
  };
}

/**
 * What a notebook says about itself: is it a lesson, and what is each cell for.
 * Reads only; everything here is plain data and runs without a page.
 */

/** What an untouched answer cell says (the same words as in model.py). */
export const ANSWER_STUB = "*Your answer can be typed here if no box appears above.*";

const FORMAT = 1;
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const CALL = /^(prompt|handin)\((\{.*\})\)\s*$/;

/**
 * The lesson a notebook holds, or null for any other notebook.
 * @param {unknown} own the notebook's `openpractice` metadata
 * @returns {{course: string, lesson: string, title: string, minutes: number, language: string} | null}
 */
export function lessonOf(own) {
  const said = /** @type {any} */ (own);
  if (!said || typeof said !== "object" || said.format !== FORMAT) return null;
  if (!ID.test(String(said.lesson)) || !ID.test(String(said.course))) return null;
  return {
    course: said.course,
    lesson: said.lesson,
    title: typeof said.title === "string" ? said.title : said.lesson,
    minutes: Number(said.minutes) || 0,
    language: /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(said.language) ? said.language : "en",
  };
}

/**
 * The specification in a prompt's or hand-in's cell, or null when the cell says
 * anything else: a cell is never guessed at, and never run.
 * @param {string} source @param {"prompt" | "handin"} name
 * @returns {object | null}
 */
export function readCall(source, name) {
  const call = CALL.exec(source);
  if (!call || call[1] !== name) return null;
  try {
    return JSON.parse(call[2]);
  } catch {
    return null;
  }
}

/** The words somebody typed into an answer cell; "" while it holds only the stub. */
export function typedWords(source) {
  const text = source.trim();
  return text === ANSWER_STUB || text === "YOUR ANSWER HERE" ? "" : text;
}

/** The part a cell plays, from its `openpractice` metadata; "text" when it says nothing. */
export function partOf(own) {
  const known = ["question", "prompt", "answer", "setup", "handin"];
  return own && known.includes(own.part) ? own.part : "text";
}

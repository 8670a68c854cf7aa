// The writer's own words, to quote from.

// The fields of a critique, in the order in which they are asked.
export const CRITIQUE = ["say_back", "see", "expect", "question", "offer"];

/** What the writer wrote, without the headings that the plain text of a table or a critique has between. @param {any} answer @param {any} spec @returns {string[]} */
export function ownWords(answer, spec) {
  const rows = spec?.columns && Array.isArray(answer.value?.rows) ? answer.value.rows : null;
  const critiques = answer.value?.critiques;
  if (Array.isArray(critiques)) return critiques.flatMap((one) => CRITIQUE.map((field) => one[field])).filter((text) => typeof text === "string" && text);
  return rows ? rows.flatMap((row) => spec.columns.map(({ id }) => row[id])).filter((text) => typeof text === "string") : [answer.text];
}

/** The sentences of a text. @param {string} text */
export function sentences(text) {
  const language = document.documentElement.lang;
  const found = Intl.Segmenter ? [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)].map((one) => one.segment) : text.split(/(?<=[.!?…])\s+|\n+/);
  return found.map((one) => one.trim()).filter(Boolean);
}

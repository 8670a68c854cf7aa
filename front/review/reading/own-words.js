// The writer's own words, to quote from.

/** What the writer wrote, without the headings that a table's plain text has between. @param {any} answer @param {any} spec @returns {string[]} */
export function ownWords(answer, spec) {
  const rows = spec?.columns && Array.isArray(answer.value?.rows) ? answer.value.rows : null;
  return rows ? rows.flatMap((row) => spec.columns.map(({ id }) => row[id])).filter((text) => typeof text === "string") : [answer.text];
}

/** The sentences of a text. @param {string} text */
export function sentences(text) {
  const language = document.documentElement.lang;
  const found = Intl.Segmenter ? [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)].map((one) => one.segment) : text.split(/(?<=[.!?…])\s+|\n+/);
  return found.map((one) => one.trim()).filter(Boolean);
}

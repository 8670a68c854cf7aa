// The time of day as its reader's own country writes it: 9:05 PM or 21:05.

/** The reader's own variety of a language, as the browser names it; else the language. @param {string} language */
export function readersLocale(language) {
  const spoken = (/** @type {string} */ tag) => tag.toLowerCase().split("-")[0];
  return (globalThis.navigator?.languages ?? []).find((tag) => spoken(tag) === spoken(language)) ?? language;
}

/** The time of day in words, without the day. @param {Date | number} when @param {string} language */
export function timeOfDay(when, language) {
  return new Intl.DateTimeFormat(readersLocale(language), { hour: "numeric", minute: "2-digit" }).format(when);
}

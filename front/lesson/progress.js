/**
 * How far somebody is, from what is true: which prompts are shown, which have an
 * answer that is saved, and the minutes the author gave each.
 */

/**
 * @typedef {{spec: object, answered: boolean, shown: boolean}} Standing
 * @param {Standing[]} prompts in the order of the page
 * @returns {{answered: number, all: number, minutes: number, next: string | null}}
 */
export function progressOf(prompts) {
  const shown = prompts.filter((one) => one.shown);
  // The two wordings of a branch are one prompt; either answer answers it.
  const places = new Map();
  for (const { spec, answered } of shown) {
    const place = spec.answer_with || spec.id;
    const known = places.get(place) || { id: spec.id, minutes: Number(spec.minutes) || 0, answered: false };
    places.set(place, { ...known, answered: known.answered || answered });
  }
  const open = [...places.values()].filter((one) => !one.answered);
  return {
    answered: places.size - open.length,
    all: places.size,
    minutes: open.reduce((sum, one) => sum + one.minutes, 0),
    next: open.length ? open[0].id : null,
  };
}

/**
 * The next prompt without an answer after the one somebody is in, round the end.
 * @param {Standing[]} prompts @param {string | null} from
 * @returns {string | null}
 */
export function nextOpen(prompts, from) {
  const start = prompts.findIndex((one) => one.spec.id === from) + 1;
  const round = [...prompts.slice(start), ...prompts.slice(0, start)];
  const found = round.find((one) => one.shown && !one.answered && one.spec.id !== from);
  return found ? found.spec.id : null;
}

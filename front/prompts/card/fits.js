// Whether an answer fits the form that the question has now.

/** Whether a form with these keys holds every part of a value. @param {any} spec @param {any} value @param {string[]} keys */
export function fitsForm(spec, value, keys) {
  const { choice, choices = [], order = [], rows = {} } = value;
  const table = Array.isArray(rows);
  const asked = [[spec.choices, choice ? [choice, ...choices] : choices], [spec.items, order],
    [table ? spec.columns : spec.rows, (table ? rows : [rows]).flatMap(Object.keys).filter((key) => key !== "_row")],
    [table ? spec.row_labels : spec.points, table ? rows.flatMap((row) => row._row ?? []) : Object.values(rows)]];
  return Object.keys(value).every((key) => key === "wording" || keys.includes(key))
    && asked.every(([list, ids]) => !list || ids.every((id) => list.some((one) => one.id === id)));
}

/**
 * What is seldom needed is a file of its own: asked for once the page is quiet, or as soon as it is needed.
 * A page whose script holds it already says so here.
 */
const fromFile = () => import(new URL("past.js", import.meta.url).href);
export const PAST = { load: fromFile };
/** A host that fetches files in its own way fetches this one so too. @param {(file: string) => Promise<any>} load */
export const fetchPastBy = (load) => { if (PAST.load === fromFile) PAST.load = () => load("past.js"); };
let past = null;

/** The rarely needed part, or null while it is on its way; `again` is called when it has come. @param {() => void} again */
export function pastOr(again) {
  if (!past) PAST.load().then((part) => { past = part; again(); }, () => {});
  return past;
}

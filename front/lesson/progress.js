/**
 * How far somebody is, from what is true: which prompts are shown, which have an answer that is whole, which
 * wait for another answer or need none, and the minutes the author gave each. The server goes by the same
 * rule (headway.py), so that every page says the same number.
 */
import { allText } from "../prompts/text.js";

const textOf = (row) => Object.entries(row).filter(([key]) => key !== "_row").map(([, text]) => text).join("").trim();

/** How many rows of a table have something in them. */
const filled = (rows) => (Array.isArray(rows) ? rows : []).filter(textOf);
const every = (parts = [], ids) => ids.length > 0 && parts.every(({ id }) => ids.includes(id));
const FIELDS = ["say_back", "see", "expect", "question", "offer"];

const matrix = ({ rows = {} }, spec) => every(spec.rows ?? (spec.kind === "slider" ? [{ id: "value" }] : []), Object.keys(rows).filter((row) => rows[row] !== ""));
const table = ({ rows }, { row_labels: labels, row_count: [least] = [1] }) => (labels ? every(labels, filled(rows).map(({ _row }) => _row)) : filled(rows).length >= least);

// Whether something stands in as many parts as each kind asks for at least; kinds that are not here have one part.
const WHOLE = {
  single_choice: ({ choice }) => Boolean(choice),
  multi_choice: ({ choices = [] }, { pick = [1, Infinity] }) => choices.length >= pick[0] && choices.length <= pick[pick.length - 1],
  ranking: ({ order = [] }, { items }) => every(items, order),
  likert_matrix: matrix,
  slider: matrix,
  evidence_table: table,
  ledger: table,
  action_plan: table,
  expertise_map: ({ nodes = [] }, { nodes: [least] = [0] }) => nodes.filter(({ role = "", knows = "" }) => (role + knows).trim()).length >= least,
  peer_critique: ({ critiques = [] }, { of, count = 1 }) => critiques.filter((one) => FIELDS.some((key) => one[key]?.trim())).length >= (of === "facilitator" ? 1 : count),
};

/** Whether something is there: a choice, a number or a visible character. @param {any} value */
export function isBegun(value) {
  const { choice, choices = [], order = [], rows = {} } = value ?? {};
  const points = Array.isArray(rows) ? [] : Object.values(rows).filter((point) => point !== "");
  return Boolean(choice || choices.length || order.length || points.length || allText(value).trim());
}

/**
 * Whether a value answers what is asked: something is there, in as many parts as the prompt asks for.
 * @param {any} value @param {any} spec @param {any} [other] the answer that gives this one its rows, where one does
 */
export function isAnswered(value, spec, other) {
  if (!isBegun(value)) return false;
  // What was typed in the plain cell is an answer to any kind.
  if (typeof value.text === "string") return true;
  return WHOLE[spec.kind]?.(value, spec.rows_from ? { ...spec, rows: rowsOf(other) } : spec) ?? true;
}

// The rows of another answer, by their numbers, as a slider for each of them has them.
const rowsOf = (other) => (Array.isArray(other?.rows) ? other.rows : []).flatMap((row, index) => (textOf(row) ? [{ id: String(index + 1) }] : []));

/** Whether a prompt opens only with the answer to another one, which is not there. @param {any} spec @param {(id: string) => any} valueOf */
export function isWaiting({ branch, rows_from: from }, valueOf) {
  if (branch && !valueOf(branch.of)?.choice) return true;
  const rows = from && valueOf(from)?.rows;
  return Boolean(from && !filled(rows).length);
}

/**
 * @typedef {{spec: any, answered: boolean, begun?: boolean, shown: boolean, waits?: boolean}} Standing
 * @param {Standing[]} prompts in the order of the page
 * @returns {{answered: number, all: number, minutes: number, next: string | null, begun: number, waiting: number, spare: number}}
 */
export function progressOf(prompts) {
  // The two wordings of a branch are one prompt; either answer answers it.
  const places = new Map();
  for (const { spec, answered, begun = false, waits = false } of prompts.filter((one) => one.shown)) {
    const place = spec.answer_with || spec.id;
    const known = places.get(place) || { id: spec.id, minutes: Number(spec.minutes) || 0, answered: false, begun: false, waits: true, spare: true };
    places.set(place, { ...known, answered: known.answered || answered, begun: known.begun || begun, waits: known.waits && waits, spare: known.spare && Boolean(spec.extension) });
  }
  const all = [...places.values()];
  const left = all.filter((one) => !one.answered);
  const ready = left.filter((one) => !one.waits);
  const open = ready.filter((one) => !one.spare);
  const answered = all.length - left.length;
  return {
    answered,
    all: answered + open.length,
    minutes: open.reduce((sum, one) => sum + one.minutes, 0),
    next: ready.length ? ready[0].id : null,
    begun: left.filter((one) => one.begun).length,
    waiting: left.length - ready.length,
    spare: ready.length - open.length,
  };
}

/**
 * The next prompt without an answer after the one somebody is in, round the end; those that wait are passed over.
 * @param {Standing[]} prompts @param {string | null} from
 * @returns {string | null}
 */
export function nextOpen(prompts, from) {
  const start = prompts.findIndex((one) => one.spec.id === from) + 1;
  const round = [...prompts.slice(start), ...prompts.slice(0, start)];
  const found = round.find((one) => one.shown && !one.answered && !one.waits && one.spec.id !== from);
  return found ? found.spec.id : null;
}

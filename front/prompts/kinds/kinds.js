// Which control draws which kind. A control has el, set(value) and starterBox(); it tells every change by ctx.emit.
// Boxes of text are always here; the file of any other kind, and a language, come when a lesson asks for them.

import { fetchPastBy, pastOr } from "../card/fits.js";
import { fetchRoomBy } from "../card/share.js";
import { addSentences, pickLanguage } from "../i18n.js";
import { textKind } from "./kind-text.js";

export const KINDS = { short_text: textKind, long_text: textKind };

/** The file of each kind that is not always here; the build compares it with what the files hold. */
export const FILES = {
  single_choice: "choice", multi_choice: "choice", likert_matrix: "matrix", evidence_table: "table", ledger: "table", action_plan: "table",
  ranking: "ranking", slider: "slider", expertise_map: "map", peer_critique: "critique", then_now: "then",
};
const loadFile = (file) => import(new URL(file, import.meta.url).href);

/**
 * Have at hand what these prompts are drawn with; call it before mount.
 * Without a language nothing can be said: then it fails. A kind whose file does not arrive fails alone, when it is drawn.
 * @param {string[]} kinds @param {string} [language] @param {(file: string) => Promise<any>} [load]
 */
export async function getReady(kinds, language, load = loadFile) {
  const files = new Set(kinds.filter((kind) => !KINDS[kind]).map((kind) => FILES[kind]).filter(Boolean));
  const parts = [...files].map((file) => load(`kind-${file}.js`).then((part) => Object.assign(KINDS, part.default), () => {}));
  await Promise.all([...parts, addSentences(pickLanguage(language), load)]);
  if (load !== loadFile) for (const fetchBy of [fetchPastBy, fetchRoomBy]) fetchBy(load);
  globalThis.requestIdleCallback?.(() => pastOr(() => {}));
}

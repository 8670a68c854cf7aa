// What arrived at the server, said aloud by name: also when the next answer is on screen by then.

import { content } from "./keep.js";
import { described } from "./reading/steps.js";
import { say } from "./words.js";

/** @param {any} reading @param {string} id the answer @param {any} before @param {any} after what the mark said and says */
export async function announce({ line, frame }, id, before, after) {
  const entry = line.entries[line.placeOf(id)];
  if (!entry) return;
  const { spec } = await line.about(entry);
  const what = described({ before: content(before), after: content(after) }, spec.criteria, say);
  if (what) frame.saved.textContent = say("saved-said", { what });
}

// What still waits in this browser, for the pages around the lessons: counted, sent, cleared away.

import { browserStore, draftPrefix, DraftStore, listDrafts, ownerOf } from "./drafts.js";

/** Answers of this person that have not reached their journal yet; with `earlier`, those that it no longer takes. @param {string} owner as `ownerOf` names them @param {string} course */
export function pendingDrafts(owner, course, store = browserStore()) {
  return listDrafts(store, draftPrefix(owner, course)).map(({ prompt, draft }) => ({ prompt, ...draft }));
}

/** Send drafts that no prompt on this page holds; returns how many are still here. @param {any} door @param {string} course @param {string} [lesson] */
export async function sendDrafts(door, course, lesson, store = browserStore()) {
  const drafts = pendingDrafts(ownerOf(door), course, store).filter((one) => !one.earlier && (!lesson || one.lesson === lesson));
  let left = 0;
  for (const { prompt, key, base, after, value, language, lesson: of } of drafts.sort((a, b) => (a.at < b.at ? -1 : 1))) {
    try {
      await door.save(prompt, { lesson: of, key, base: base ?? 0, after, value, language });
      new DraftStore({ store, owner: ownerOf(door), course, prompt }).drop(key);
    } catch (error) {
      if (error?.name !== "DoorError") throw error;
      left += 1;
    }
  }
  return left;
}

/** What would be lost of somebody's words by clearing this browser; words of earlier pages, which named nobody, among them. @param {any} door @param {string} course */
export function lostByClearing(door, course, store = browserStore()) {
  const owners = [...new Set([ownerOf(door), door.user, ""])];
  return owners.flatMap((owner) => pendingDrafts(owner, course, store));
}

const NAMES = new Set(["id", "from", "to", "_row", "wording", "title", "me"]);

/** All that stands in an answer, in lines, where nothing is known of its question: what was chosen stands by its name. @param {any} value @returns {string} */
export function wordsIn(value) {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number") return String(value);
  if (!value || typeof value !== "object") return "";
  const parts = Array.isArray(value) ? value : Object.entries(value).filter(([key]) => !NAMES.has(key)).map(([, part]) => part);
  return parts.map(wordsIn).filter(Boolean).join("\n");
}

/** Where JupyterLab keeps who was here last. */
const JUPYTERS_USER = "@jupyterlab/services:UserManager#user";

/** Remove every trace of this person from this browser; words not sent yet are lost, so ask first. @param {{user: string, workshop?: string}} door */
export function clearBrowser(door, store = browserStore()) {
  const starts = [ownerOf(door), door.user, ""].map((owner) => `openpractice:${owner}:`);
  // Of others nothing goes but what is no word of theirs: which questions they had answered.
  const goes = (name) => starts.some((start) => name.startsWith(start)) || /^openpractice:.*:answered:/.test(name);
  const names = Array.from({ length: store?.length ?? 0 }, (_, place) => store.key(place)).filter(goes);
  for (const name of names) store.removeItem(name);
  store?.removeItem(JUPYTERS_USER);
  return names.length;
}

// What still waits in this browser, for the pages around the lessons: counted, sent, cleared away.

import { browserStore, draftPrefix, DraftStore, listDrafts } from "./drafts.js";

/** Answers of this person that have not reached their journal yet; with `earlier`, those that it no longer takes. @param {string} user @param {string} course */
export function pendingDrafts(user, course, store = browserStore()) {
  return listDrafts(store, draftPrefix(user, course)).map(({ prompt, draft }) => ({ prompt, ...draft }));
}

/** Send drafts that no prompt on this page holds; returns how many are still here. @param {any} door @param {string} course @param {string} [lesson] */
export async function sendDrafts(door, course, lesson, store = browserStore()) {
  const drafts = pendingDrafts(door.user, course, store).filter((one) => !one.earlier && (!lesson || one.lesson === lesson));
  let left = 0;
  for (const { prompt, key, base, value, lesson: of } of drafts.sort((a, b) => (a.at < b.at ? -1 : 1))) {
    try {
      await door.save(prompt, { lesson: of, key, base: base ?? 0, value });
      new DraftStore({ store, user: door.user, course, prompt }).drop(key);
    } catch (error) {
      if (error?.name !== "DoorError") throw error;
      left += 1;
    }
  }
  return left;
}

/** Remove every trace of this person from this browser; words not sent yet are lost, so ask first. @param {string} user */
export function clearBrowser(user, store = browserStore()) {
  const names = [];
  for (let i = 0; store && i < store.length; i += 1) if (store.key(i).startsWith(`openpractice:${user}:`)) names.push(store.key(i));
  for (const name of names) store.removeItem(name);
  return names.length;
}

// Which questions are answered, as this browser knows it: no word of an answer, only so that the count is true without a connection.

import { draftPrefix, browserStore } from "../prompts/doors/drafts.js";

const nameOf = (owner, course, lesson) => `${draftPrefix(owner, course)}answered:${lesson}`;

/** The questions that were answered when this page was last here with a connection. @returns {string[]} */
export function answeredBefore(owner, course, lesson, store = browserStore()) {
  try {
    const { answered } = JSON.parse(store?.getItem(nameOf(owner, course, lesson)) ?? "{}");
    return Array.isArray(answered) ? answered : [];
  } catch {
    return [];
  }
}

/** @param {string} owner @param {string} course @param {string} lesson @param {string[]} answered */
export function noteAnswered(owner, course, lesson, answered, store = browserStore()) {
  try {
    store?.setItem(nameOf(owner, course, lesson), JSON.stringify({ answered }));
  } catch {
    // A full browser counts only what it holds as drafts.
  }
}

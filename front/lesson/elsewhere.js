// What was written on another device while this page stood open: asked for when somebody comes back to the page.

import { followPage, sharedPage } from "../prompts/page.js";

/** Shortest time between two questions, in milliseconds: who turns to and fro asks once. */
const REST_MS = 3000;

/** @param {any} page @returns {() => void} stops */
export function followElsewhere({ data, door }) {
  let asked = 0;
  const look = () => {
    if (Date.now() - asked < REST_MS) return;
    asked = Date.now();
    door.load(data.lesson, { fresh: true }).then(({ answers = {} }) => {
      for (const box of [...sharedPage().outboxes]) if (answers[box.prompt]) box.hear({ prompt: box.prompt, ...answers[box.prompt] });
      // A closed door is the prompts' to explain, each beside its words.
    }, () => {});
  };
  const nothing = () => {};
  return followPage({ online: look, back: look, hidden: nothing, leave: nothing });
}

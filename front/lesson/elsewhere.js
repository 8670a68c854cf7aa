// What was written or handed in elsewhere while this page stood open: asked for when somebody comes back to the page.

import { followPage, sharedPage } from "../prompts/page.js";

/** Shortest time between two questions, in milliseconds: who turns to and fro asks once. */
const REST_MS = 3000;

/** @param {any} page @returns {() => void} stops */
export function followElsewhere({ data, door }) {
  let asked = 0;
  let stood = "";
  const stands = ({ handin, feedback }) => JSON.stringify([handin, feedback]);
  door.load(data.lesson).then((reply) => { stood = stands(reply); }, () => {});
  const look = () => {
    if (Date.now() - asked < REST_MS) return;
    asked = Date.now();
    door.load(data.lesson, { fresh: true }).then((reply) => {
      const { answers = {} } = reply;
      for (const box of [...sharedPage().outboxes]) if (answers[box.prompt]) box.hear({ prompt: box.prompt, ...answers[box.prompt] });
      // Painted anew only for news: what somebody has unfolded stays so.
      if (stood !== stands(reply)) door.tell(reply);
      stood = stands(reply);
      // A closed door is the prompts' to explain, each beside its words.
    }, () => {});
  };
  const nothing = () => {};
  return followPage({ online: look, back: look, hidden: nothing, leave: nothing });
}

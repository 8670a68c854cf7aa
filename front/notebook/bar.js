/** Above a lesson's first words in a notebook: the way back to its page, and whose answers stand here. */
import { h, keepEvents } from "../prompts/prompt.js";
import { partOf } from "./lesson.js";
import { speaker } from "./words.js";

/**
 * @param {any} panel @param {{lesson: any, door: any}} of
 * @returns {() => void} takes it away
 */
export function drawBar(panel, { lesson, door }) {
  const say = speaker(lesson.language);
  const first = panel.content.widgets.find((cell) => partOf(cell.model.getMetadata("openpractice")) === "text");
  if (!first) return () => {};
  const who = h("span", {});
  const bar = h("p", { class: "opl-bar" }, h("a", { href: door.links.lesson(lesson.lesson) }, say("to-page")), who);
  keepEvents(bar);
  first.node.prepend(bar);
  // What somebody is called, never the id under which their folder lies; without an answer the link stands alone.
  door.me().then(({ name, user }) => { who.textContent = name && name !== user ? `${say("yours")} ${name}` : ""; }, () => {});
  return () => bar.remove();
}

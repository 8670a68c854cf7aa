// What the loader calls: one prompt, or the end of a lesson, over the kernel's door; over HTTP where the
// notebook's server leads to a course service, which then keeps the words.

import { mountHandinCard } from "./handin.js";
import { getReady, mountCard } from "./prompt.js";
import { httpDoor } from "./doors/door-http.js";
import { kernelDoor } from "./doors/door-kernel.js";
import { lookOver } from "./handin-here.js";

/**
 * @param {any} model an anywidget model @param {HTMLElement} el
 * @param {(file: string) => Promise<any>} load @returns {Promise<() => void>} cleanup
 */
export async function renderPart(model, el, load) {
  const { user = "", workshop = "", language: asked = "", part = "prompt", base = "" } = model.get("host");
  const spec = model.get("spec");
  const language = asked || spec.language || "";
  const door = base ? httpDoor({ base, user }) : kernelDoor(model, { user, workshop });
  // Whose workshop it is, is known before anything is drawn: under its name drafts lie and other tabs are told.
  await Promise.all([getReady(spec.kind ? [spec.kind] : [], language, load), base && door.load(spec.lesson).catch(() => {})]);
  const mountPart = part === "handin" ? mountHandinCard : mountCard;
  const close = mountPart(el, spec, door, { language, heading: part === "handin", ...(base ? {} : { lookOver }) });
  return () => {
    close();
    // The last words leave with the card; the door stays open for their answer a moment longer.
    setTimeout(() => door.close?.(), 1000);
  };
}

// Signing out: words that still wait are sent first, or it is said that they stay here; what this browser kept
// for times without a connection goes along.

import { ownerOf } from "../prompts/doors/drafts.js";
import { pendingDrafts, sendDrafts } from "../prompts/doors/pending.js";
import { forgetCopies } from "./copies.js";

/** @param {HTMLAnchorElement} link @param {{door: any, course: string, root: string, t: (key: string, values?: any) => string}} page */
export function followSignOut(link, { door, course, root, t }) {
  const waiting = () => pendingDrafts(ownerOf(door), course).filter((one) => !one.earlier).length;
  const forget = () => forgetCopies(root).catch(() => {});
  let state = "";
  link.addEventListener("click", async (event) => {
    if (state === "told" || !waiting()) return void forget();
    event.preventDefault();
    if (state) return undefined;
    state = "sending";
    link.setAttribute("aria-live", "polite");
    link.textContent = t("js-sending");
    await sendDrafts(door, course).catch(() => {});
    if (!waiting()) {
      forget();
      location.assign(link.href);
      return undefined;
    }
    state = "told";
    link.textContent = t("js-sign-out-unsent", { n: waiting() });
    return undefined;
  });
}

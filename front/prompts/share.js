// Sharing by the person's own press, and taking it back. Says truly what has happened so far.

import { button, h, hint } from "./dom.js";
import { sayTime } from "./i18n.js";

/** @param {any} t @param {any} spec @param {any} door @param {any} outbox @param {(sentence: string) => void} say */
export function shareBlock(t, spec, door, outbox, say) {
  if (spec.visibility === "A") return { el: hint(t("count-waiting")), shared: () => {} };
  if (spec.visibility !== "C" && !spec.may_share) return { el: null, shared: () => {} };
  const sentence = h("span", {});
  const target = spec.visibility === "P" ? "show" : "share";
  const act = async (work, after) => {
    press.disabled = true;
    try {
      await work();
      paint(after);
      say(sentence.textContent);
    } catch {
      sentence.textContent = t("share-failed");
    }
    press.disabled = false;
  };
  let now = null;
  const press = button(t(target), () => (now
    ? act(() => door.unshare(outbox.prompt), null)
    : act(async () => {
      if (!(await outbox.flush()) || !outbox.saved.rev) throw new Error("not saved");
      await door.share(outbox.prompt, outbox.saved.rev);
    }, { at: new Date().toISOString() })));
  const paint = (shared) => {
    now = shared;
    press.textContent = t(shared ? "unshare" : target);
    sentence.textContent = shared ? `${t("share-pressed", { time: sayTime(shared.at, t.language) })} ${t("share-waiting")}` : "";
  };
  paint(null);
  return { el: h("div", { class: "op-share" }, press, sentence), shared: (shared) => paint(shared ?? null) };
}

// The end of a lesson: how it stands, the way to look it over, the receipt.

import { button, flushPage, h, keepEvents, makeT, pickLanguage, sayTime, uid } from "./prompt.js";

/**
 * @param {HTMLElement} el @param {{course: string, lesson: string, title: string}} spec @param {any} door
 * @param {{language?: string, heading?: boolean, lookOver?: (card: any) => void}} [options]
 *   lookOver shows all answers in this place, where the door has no page for that
 * @returns {() => void} cleanup
 */
export function mountHandinCard(el, spec, door, options = {}) {
  const t = makeT(pickLanguage(options.language));
  const head = uid("handin");
  const state = h("p", { class: "op-handin-state", role: "status" });
  const inside = h("div", {});
  const root = h("div", { class: "op-prompt op-handin", role: "group", "aria-labelledby": head, lang: t.language },
    h("h3", { id: head, class: options.heading === false ? "op-hidden" : "op-title" }, t("handin-title", { title: spec.title })), state, inside);
  keepEvents(root);
  el.replaceChildren(root);

  const card = { t, spec, door, inside, say: (sentence) => { state.textContent = sentence; } };
  const paint = (reply) => {
    card.say(handinSentence(t, reply.handin));
    inside.replaceChildren(options.lookOver ? button(t("handin-look"), () => options.lookOver(card), { class: "op-button op-primary" }) : checkLink(card));
    const at = reply.handin?.at;
    if (at && door.links?.receipt) inside.append(" ", h("a", { class: "op-link", href: door.links.receipt(spec.lesson) }, t("handin-receipt")));
  };
  let waiting;
  const load = () => door.load(spec.lesson).then(paint, () => {
    card.say(t("handin-away"));
    waiting = setTimeout(load, 5000);
  });
  load();
  const stop = door.onChange?.(paint);
  return () => {
    clearTimeout(waiting);
    stop?.();
    root.remove();
  };
}

/** What comes after the moment of handing in, by how it stands since. */
const SINCE = { changed: "handed-changed", "being-read": "handin-read", read: "handin-read", feedback: "handin-returned", "left-empty": "handin-left-empty" };

/** How the lesson stands, as a sentence. @param {any} t @param {any} handin */
export function handinSentence(t, handin) {
  if (!handin?.at) return t("handin-not-yet");
  const since = SINCE[handin.state] ?? (handin.can_change === false ? "handin-read" : "handin-may-change");
  return `${t("handin-done", { time: sayTime(handin.at, t.language) })} ${t(since)}`;
}

// Leaving for the page of all answers waits until every word has been acknowledged.
function checkLink({ t, spec, door, say }) {
  const href = door.links.check(spec.lesson);
  return h("a", {
    class: "op-button op-primary", href,
    onclick: async (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      say(t("handin-saving"));
      if (await flushPage()) globalThis.location.assign(href);
      else say(t("handin-unsent"));
    },
  }, t("handin-look"));
}

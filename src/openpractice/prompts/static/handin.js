// The end of a lesson: how it stands, the way to look it over, handing in, the receipt.

import { button, h, uid } from "./dom.js";
import { makeT, pickLanguage, sayTime } from "./i18n.js";
import { flushPage } from "./page.js";

/**
 * @param {HTMLElement} el @param {{course: string, lesson: string, title: string}} spec @param {any} door
 * @param {{language?: string, heading?: boolean}} [options]
 * @returns {() => void} cleanup
 */
export function mountHandinCard(el, spec, door, options = {}) {
  const t = makeT(pickLanguage(options.language));
  const head = uid("handin");
  const state = h("p", { class: "op-handin-state", role: "status" });
  const inside = h("div", {});
  const root = h("div", { class: "op-prompt op-handin", role: "group", "aria-labelledby": head, lang: t.language },
    h("h3", { id: head, class: options.heading === false ? "op-hidden" : "op-title" }, t("handin-title", { title: spec.title })), state, inside);
  for (const name of ["keydown", "keyup", "keypress", "dblclick", "contextmenu"]) root.addEventListener(name, (event) => event.stopPropagation());
  el.replaceChildren(root);

  const card = { t, spec, door, inside, say: (sentence) => { state.textContent = sentence; } };
  const paint = (reply) => {
    card.say(handinSentence(t, reply.handin));
    if (door.links?.check) inside.replaceChildren(checkLink(card));
    else inside.replaceChildren(button(t("handin-look"), () => lookOver(card), { class: "op-button op-primary" }));
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

/** How the lesson stands, as a sentence. @param {any} t @param {any} handin */
export function handinSentence(t, handin) {
  if (handin?.state_text) return handin.state_text;
  if (!handin?.at) return t("handin-not-yet");
  const done = t("handin-done", { time: sayTime(handin.at, t.language) });
  return `${done} ${t(handin.can_change === false ? "handin-read" : "handin-may-change")}`;
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

async function lookOver(card) {
  const { t, spec, door, inside, say } = card;
  say(t("handin-saving"));
  if (!(await flushPage())) {
    say(t("handin-unsent"));
    return;
  }
  let preview;
  try {
    preview = await door.handin.preview(spec.lesson);
  } catch (error) {
    say(error.detail || t("handin-away"));
    return;
  }
  const blank = preview.responses.filter((one) => one.blank);
  say(blank.length ? t("handin-gaps", { n: blank.length }) : t("handin-whole"));
  const list = h("div", { class: "op-preview" }, preview.responses.map(({ title, text, blank: empty }) => h("section", {},
    h("h4", {}, title), empty ? h("p", { class: "op-gap" }, t("handin-gap")) : h("blockquote", { dir: "auto" }, text))));
  const readers = h("p", {}, preview.readers || t("handin-readers"));
  const send = preview.file
    ? button(t("handin-download"), () => sendOff(card, preview), { class: "op-button op-primary" })
    : button(t("handin-send", { title: spec.title }), () => sendOff(card, preview), { class: "op-button op-primary" });
  inside.replaceChildren(list, readers, send);
  list.tabIndex = -1;
  list.focus();
}

async function sendOff({ t, spec, door, inside, say }, preview) {
  const revs = Object.fromEntries(preview.responses.map(({ id, rev }) => [id, rev]));
  try {
    const receipt = await door.handin.send(spec.lesson, revs);
    if (receipt.file) downloadFile(receipt.file);
    say(t(receipt.file ? "handin-downloaded" : "handin-done", { time: sayTime(receipt.at, t.language) }));
    inside.replaceChildren(h("p", { class: "op-hint" }, t("receipt", { number: receipt.handin.slice(0, 8), n: receipt.responses.length })));
  } catch (error) {
    say(error.reason === "stale" ? t("handin-stale") : error.detail || t("handin-failed"));
  }
}

function downloadFile({ name, text }) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

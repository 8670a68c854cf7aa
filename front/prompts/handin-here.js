// Looking over and handing in where the prompts stand, for pages that have no page of their own for it.

import { button, flushPage, h, hint, sayTime } from "./prompt.js";

/** All answers as they would be handed in, and the button that does it. @param {any} card of the hand-in */
export async function lookOver(card) {
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
    inside.replaceChildren(hint(t("receipt", { number: receipt.handin.slice(0, 8), n: receipt.responses.length })));
  } catch (error) {
    say(error.reason === "stale" ? t("handin-stale") : error.detail || t("handin-failed"));
  }
}

function downloadFile({ name, text }) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

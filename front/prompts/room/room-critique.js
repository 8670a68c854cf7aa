// Colleagues' critique under its prompt: show your work, take the next piece, give what is written above, and reply.

import { button, fold, h, sayTime } from "../prompt.js";
import { whenRead } from "./read.js";

const FIELDS = ["say_back", "see", "expect", "question", "offer"];

/** @param {{t: any, spec: any, door: any, say: (sentence: string) => void, card: any}} given */
export function critiquePanel({ t, spec, door, say, card }) {
  const said = h("p", { class: "op-hint", role: "status" });
  const panel = { work: null, current: h("div", {}), given: h("div", {}), received: h("div", {}) };
  const replies = new Map();
  const reading = whenRead((id) => door.room.post(`critique/${id}/reply`, { change: "", keep: "" }).catch(() => {}));
  let state = {};

  const act = (work) => async (event) => {
    const press = event.currentTarget;
    press.disabled = true;
    said.textContent = "";
    try {
      said.textContent = (await work()) ?? "";
    } catch (error) {
      said.textContent = error.detail || t("room-failed");
    }
    press.disabled = false;
    card.refreshRoom();
    if (said.textContent) say(said.textContent);
  };

  const box = h("textarea", { class: "op-box", rows: 4, maxlength: "20000", "aria-label": t("work-text") });
  box.addEventListener("input", () => keepDraft(door.user, spec.id, box.value));
  box.value = readDraft(door.user, spec.id);
  const show = button(t("work-show"), act(async () => {
    await door.room.put(`work/${spec.id}`, { text: box.value });
    keepDraft(door.user, spec.id, "");
    return t("work-shown-now");
  }));
  const back = button(t("unshare"), act(() => door.room.delete(`work/${spec.id}`)), { class: "op-link", hidden: true });
  const workState = h("p", { class: "op-hint" });
  panel.work = fold(t("work-yours"), h("div", {}, h("p", { class: "op-hint" }, t("work-hint")), box, show, back));
  panel.work.open = true;

  const next = button(t("work-next"), act(async () => {
    const piece = await door.room.post(`work/${spec.id}/sit`, {});
    takeUp(piece.name);
  }));

  // The one who takes a piece writes into the fields above: whose it is stands there already.
  function takeUp(name) {
    const index = state.critique?.given.length ?? 0;
    card.change((value) => {
      const critiques = [...(value.critiques ?? [])];
      while (critiques.length <= index) critiques.push({});
      if (!critiques[index].of) critiques[index] = { ...critiques[index], of: name || t("work-nameless") };
      return { ...value, critiques };
    });
  }

  function paintCurrent({ current, given, count, waiting }) {
    const key = JSON.stringify([current, given.length, count, waiting]);
    if (panel.current.dataset.key === key) return;
    panel.current.dataset.key = key;
    if (!current) {
      const rest = given.length < count || waiting;
      panel.current.replaceChildren(h("p", { class: "op-hint" }, t("work-given-of", { n: given.length, of: count })), ...(rest ? [next] : []));
      return;
    }
    const name = current.name || t("work-nameless");
    const why = h("input", { type: "text", class: "op-box op-line", maxlength: "500", "aria-label": t("work-pass-why") });
    panel.current.replaceChildren(
      h("h4", {}, t("work-of", { name })), h("blockquote", { class: "op-words", dir: "auto" }, current.text),
      h("p", { class: "op-hint" }, t("work-write-above", { number: given.length + 1, time: sayTime(new Date(current.until).toISOString(), t.language) })),
      h("div", { class: "op-actions" },
        button(t("work-give", { name }), act(async () => {
          if (!(await card.flush())) throw Object.assign(new Error(), { detail: t("room-not-saved") });
          await door.room.post(`work/${spec.id}/give`, { id: current.id, index: given.length });
          return t("work-given-now", { name });
        }), { class: "op-button op-primary" }),
        fold(t("work-pass"), h("div", {}, why, button(t("work-pass-on"), act(() => door.room.post(`work/${spec.id}/decline`, { id: current.id, why: why.value })))))),
    );
  }

  function paintGiven(given) {
    const now = JSON.stringify(given);
    if (panel.given.dataset.now === now) return;
    panel.given.dataset.now = now;
    panel.given.replaceChildren(...(given.length ? [h("h4", {}, t("work-you-gave"))] : []), ...given.map((one, index) =>
      h("div", { class: "op-wall-card" }, h("p", { class: "op-wall-head" }, h("b", { class: "op-name" }, one.name || t("work-nameless")), " ", h("span", { class: "op-when" }, t(one.read ? "work-was-read" : "work-not-read"))),
        one.read ? null : button(t("work-give-anew", { number: index + 1 }), act(async () => {
          if (!(await card.flush())) throw Object.assign(new Error(), { detail: t("room-not-saved") });
          await door.room.post(`work/${spec.id}/give`, { id: one.id, index });
          return t("work-given-now", { name: one.name || t("work-nameless") });
        })),
        one.replied_at ? h("dl", { class: "op-reply" }, h("dt", {}, t("reply-change")), h("dd", { dir: "auto" }, one.change), h("dt", {}, t("reply-keep")), h("dd", { dir: "auto" }, one.keep)) : h("p", { class: "op-hint" }, t("reply-none-yet")))));
  }

  function paintReceived(received) {
    const ids = received.map(({ id }) => id).join();
    for (const one of received) if (!replies.has(one.id)) replies.set(one.id, receivedCard(one));
    for (const one of received) replies.get(one.id).paint(one);
    if (panel.received.dataset.ids === ids) return;
    panel.received.dataset.ids = ids;
    panel.received.replaceChildren(...(received.length ? [h("h4", {}, t("work-you-got"))] : []), ...received.map(({ id }) => replies.get(id).el));
  }

  function receivedCard(one) {
    const change = h("textarea", { class: "op-box", rows: 2, maxlength: "4000", "aria-label": t("reply-change") });
    const keep = h("textarea", { class: "op-box", rows: 2, maxlength: "4000", "aria-label": t("reply-keep") });
    change.value = one.change;
    keep.value = one.keep;
    const fields = h("dl", { class: "op-reply" });
    const done = h("p", { class: "op-hint" });
    const send = button(t("reply-send"), act(async () => {
      await door.room.post(`critique/${one.id}/reply`, { change: change.value, keep: keep.value });
      return t("reply-sent");
    }));
    const form = fold(t("reply-write"), h("div", {}, h("p", { class: "op-label" }, t("reply-change")), change, h("p", { class: "op-label" }, t("reply-keep")), keep, send));
    const el = h("div", { class: "op-wall-card" }, h("p", { class: "op-wall-head" }, h("b", { class: "op-name" }, one.name || t("work-nameless"))), fields, done, form);
    if (!one.read) reading.watch(el, one.id);
    return {
      el,
      paint(now) {
        fields.replaceChildren(...FIELDS.filter((key) => now.fields[key]).flatMap((key) => [h("dt", {}, t(`critique-${key}`)), h("dd", { dir: "auto" }, now.fields[key])]));
        done.textContent = now.replied_at ? t("reply-at", { time: sayTime(new Date(now.replied_at).toISOString(), t.language) }) : "";
      },
    };
  }

  return {
    els: [workState, panel.work, panel.current, said, panel.given, panel.received],
    close: () => reading.close(),
    paint(question, mine) {
      if (!question || !mine.critique) return;
      const was = state.shared;
      state = mine;
      const shown = mine.shared;
      workState.textContent = shown ? t("work-shown", { time: sayTime(new Date(shown.at).toISOString(), t.language), n: mine.critique.received.length, of: mine.critique.count }) : "";
      show.textContent = t(shown ? "work-show-again" : "work-show");
      back.hidden = !shown || shown.read;
      if (!was && shown) panel.work.open = false;
      if (mine.critique.nameless) said.textContent ||= t("work-without-names");
      paintCurrent(mine.critique);
      paintGiven(mine.critique.given);
      paintReceived(mine.critique.received);
    },
  };
}

// What is pasted here has no journal yet: the browser keeps it until it is shown.
function keepDraft(user, prompt, text) {
  try {
    if (text) localStorage.setItem(`open-practice work ${user} ${prompt}`, text);
    else localStorage.removeItem(`open-practice work ${user} ${prompt}`);
  } catch { /* a browser that keeps nothing */ }
}

function readDraft(user, prompt) {
  try {
    return localStorage.getItem(`open-practice work ${user} ${prompt}`) ?? "";
  } catch {
    return "";
  }
}

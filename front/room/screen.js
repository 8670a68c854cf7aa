// The screen in the room: the step, its time, and the one thing that is shown. Nobody is signed in here.

import { h } from "../prompts/dom.js";
import { followRoom } from "../prompts/room/room-line.js";
import { t } from "../pages/page.js";
import { countPicture, part, say, stepClock, stepOf } from "./parts.js";

const MOST_WORDS = 420;

export function screen() {
  const clock = stepClock(part("clock"));
  const address = document.body.dataset.screen;
  let was = "";
  followRoom({
    name: address, stream: (signal) => fetch(`${address}/stream`, { cache: "no-store", credentials: "omit", signal }),
    async read(since) {
      const reply = await fetch(`${address}/state`, { cache: "no-store", credentials: "omit" });
      const state = await reply.json();
      if (!reply.ok) throw Object.assign(new Error(state.message), { detail: state.message });
      return `${state.number}.${state.pulse}` === since ? { same: true } : state;
    },
    told: paint,
    troubled(why) { part("cut").hidden = !why; part("cut").textContent = why ? why.detail ?? t("room-cut-screen") : ""; },
  });

  function paint(state) {
    const step = stepOf(state);
    clock.show(state);
    part("title").textContent = step ? step.what : state.lesson?.title ?? state.cohort.title;
    part("here").textContent = state.live ? t("room-here", { n: state.here }) : t("room-not-open");
    part("message").hidden = !state.live?.message;
    part("message").textContent = state.live?.message ?? "";
    const now = JSON.stringify([state.question, state.card]);
    if (now === was) return;
    was = now;
    part("shown").replaceChildren(...(state.card ? [cardOf(state.card)] : state.question ? questionOf(state.question) : []));
  }
}

function cardOf(card) {
  const words = card.text.length > MOST_WORDS ? `${card.text.slice(0, MOST_WORDS)} …` : card.text;
  return h("figure", { class: "screen-card" }, h("blockquote", { dir: "auto" }, words), h("figcaption", {}, card.name || t("room-wall-nameless")));
}

function questionOf(question) {
  const counted = t("room-answered", { n: question.answered, of: question.of });
  const asked = h("h2", {}, question.title);
  if (!question.results.length) return [asked, h("p", { class: "screen-count" }, counted)];
  const place = question.rows > 1 ? [h("p", { class: "meta" }, t("room-row-of", { n: question.row, of: question.rows }))] : [];
  return [asked, ...place, countPicture(say, question.results, { large: true }), h("p", { class: "meta" }, counted)];
}

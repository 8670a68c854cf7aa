// The room as whoever leads it sees it: the agenda and its time, the questions, hands, groups, the screen.

import { readersLocale } from "../prompts/clock.js";
import { h } from "../prompts/dom.js";
import { followRoom } from "../prompts/room/room-line.js";
import { root, t, tell } from "../pages/page.js";
import { groupsPart, handsPart, peoplePart } from "./leading-people.js";
import { questionsPart } from "./leading-questions.js";
import { askRoom, doing, part, readState, stepClock, stepOf, streamOf } from "./parts.js";

export function leading() {
  const clock = stepClock(part("clock"));
  const lead = { cohort: new URLSearchParams(location.search).get("cohort") ?? "", lesson: "", names: false, state: null, line: null };
  const said = part("lead-said");
  const say = (text, how) => tell(said, text, how);

  const query = () => new URLSearchParams({ cohort: lead.cohort, lesson: lead.lesson, names: lead.names ? "1" : "0" });
  /** Does one act; what is refused is said where everything is said. @param {string} act @param {any} [body] */
  const act = (act, body = {}) => askRoom("POST", `lead/do/${act}?cohort=${encodeURIComponent(lead.cohort)}`, body).finally(() => lead.line.refresh());
  const press = (label, work, attrs) => doing(label, work, say, attrs);

  const parts = [
    sessionPart(lead, act, press), stepPart(act, press), screenPart(lead, act, press), cohortPart(lead, press, () => follow()),
    handsPart(act, press), groupsPart(act, press), peoplePart(lead, () => follow()), questionsPart(act, press, say), logPart(lead),
  ];

  function follow() {
    lead.line?.close();
    const asked = query();
    lead.line = followRoom({
      name: `${root} lead ${asked}`, stream: streamOf(`lead/stream?cohort=${encodeURIComponent(lead.cohort)}`),
      read: (since) => readState(`lead/state?${asked}&since=${encodeURIComponent(since)}`),
      told(state) {
        lead.state = state;
        lead.cohort ||= state.cohort.id;
        clock.show(state);
        for (const paint of parts) paint(state);
      },
      troubled(why) { tell(part("cut"), why ? why.detail ?? t("room-cut") : "", why ? "bad" : ""); },
    });
  }

  part("lesson").addEventListener("change", () => { lead.lesson = part("lesson").value; follow(); });
  follow();
}

/** Which session, and opening it. */
function sessionPart(lead, act, press) {
  const select = part("lesson");
  const open = press(t("room-open-session"), async () => { await act("begin", { lesson: select.value }); return t("room-session-open"); }, { class: "primary" });
  const end = press(t("room-end-session"), async () => { await act("end"); return t("room-session-ended"); });
  const sheet = h("a", {}, t("room-sheet"));
  part("session-actions").replaceChildren(open, end, sheet);
  return (state) => {
    if (select.options.length !== state.lessons.length) select.replaceChildren(...state.lessons.map(({ id, title }) => h("option", { value: id }, title)));
    const now = state.lesson?.id ?? lead.lesson;
    if (now) select.value = now;
    open.hidden = Boolean(state.live) && state.live.lesson === select.value;
    end.hidden = !state.live;
    sheet.setAttribute("href", `${root}room/sheet/${select.value}?cohort=${encodeURIComponent(state.cohort.id)}`);
    part("lead-cohort").textContent = state.cohort.title;
  };
}

/** The agenda, its clock, and a message to all. */
function stepPart(act, press) {
  const list = part("agenda");
  const back = press(t("room-step-back"), () => act("step", { step: now - 1 }));
  const next = press(t("room-step-next"), () => act("step", { step: now + 1 }), { class: "primary" });
  const pause = press(t("room-pause"), () => act(paused ? "resume" : "pause"));
  const more = [1, 5].map((n) => press(t("room-more", { n }), () => act("extend", { minutes: n })));
  const less = press(t("room-less", { n: 1 }), () => act("extend", { minutes: -1 }));
  part("step-actions").replaceChildren(back, next, pause, ...more, less);
  const text = part("message-text");
  part("message-actions").replaceChildren(
    press(t("room-message-send"), async () => { await act("message", { text: text.value }); return t("room-message-sent"); }),
    press(t("room-message-clear"), async () => { await act("message", { text: "" }); text.value = ""; }));
  let now = 0;
  let paused = false;
  let drawn = "";
  return (state) => {
    const step = stepOf(state);
    part("live").hidden = !state.live;
    now = state.live?.step ?? 0;
    paused = Boolean(state.live?.paused_at);
    pause.textContent = t(paused ? "room-resume" : "room-pause");
    back.disabled = now === 0;
    next.disabled = !step || now + 1 >= step.of;
    part("step").textContent = step?.what ?? "";
    part("message-now").textContent = state.live?.message ? t("room-message-now", { text: state.live.message }) : "";
    const mark = JSON.stringify([state.agenda, now, Boolean(state.live)]);
    if (mark === drawn) return;
    drawn = mark;
    list.replaceChildren(...state.agenda.map((each, place) => h("li", { "aria-current": state.live && place === now ? "step" : null },
      state.live ? press(`${each.what} (${t("room-minutes", { n: each.minutes })})`, () => act("step", { step: place }), { class: "plain" }) : `${each.what} (${t("room-minutes", { n: each.minutes })})`)));
  };
}

/** The screen in the room, and how people join. */
function screenPart(lead, act, press) {
  const place = part("screen-address");
  const make = press(t("room-screen-make"), async () => {
    const { url } = await act("projector");
    const whole = new URL(url, location.href).href;
    place.replaceChildren(h("a", { href: whole, target: "_blank", rel: "noopener" }, t("room-screen-open")), " ", h("span", { class: "hash" }, whole));
  });
  const end = press(t("room-screen-end"), async () => { await act("projector-end"); place.replaceChildren(); return t("room-screen-ended"); });
  part("screen-actions").replaceChildren(make, end);
  return (state) => { part("join-code").textContent = state.join_code; };
}

/** Several cohorts in one course are kept apart: which one is led here. */
function cohortPart(lead, press, follow) {
  const select = part("cohort-pick");
  const title = part("cohort-title");
  select.addEventListener("change", () => { lead.cohort = select.value; follow(); });
  part("cohort-actions").replaceChildren(press(t("room-cohort-make"), async () => {
    const made = await askRoom("POST", "lead/cohort", { title: title.value });
    title.value = "";
    lead.cohort = made.id;
    follow();
    return t("room-cohort-made");
  }));
  return (state) => {
    const mark = JSON.stringify(state.cohorts);
    if (select.dataset.mark !== mark) {
      select.dataset.mark = mark;
      select.replaceChildren(...state.cohorts.map((one) => h("option", { value: one.id }, t("room-cohort-of", { title: one.title, n: one.people }))));
    }
    select.value = state.cohort.id;
  };
}

/** What was done in this room, by whom. */
function logPart(lead) {
  const box = part("log-box");
  box.addEventListener("toggle", async () => {
    if (!box.open) return;
    const { log } = await askRoom("GET", `lead/log?cohort=${encodeURIComponent(lead.cohort)}`).catch(() => ({ log: [] }));
    const locale = readersLocale(document.documentElement.lang);
    const moment = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" });
    const day = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeZone: "UTC" });
    part("log").replaceChildren(...log.map((one) => {
      const about = JSON.parse(one.about);
      return h("li", {}, `${(one.day ? day : moment).format(one.at)} · ${one.who === "gone" ? "" : `${one.who} · `}${t(`room-did-${one.what}`)}${about.prompt ? ` · ${about.prompt}` : ""}${about.why ? ` · ${about.why}` : ""}`);
    }));
  });
  return () => {};
}

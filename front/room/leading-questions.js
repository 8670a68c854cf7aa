// The questions of a session as they are led: phases, showing counts, the wall, going first, critique.

import { h } from "../prompts/dom.js";
import { t } from "../pages/page.js";
import { critiqueBlock } from "./leading-critique.js";
import { countPicture, part, say as spoken } from "./parts.js";

const PHASES = ["write", "discuss", "vote", "closed"];

export function questionsPart(act, press, say) {
  /** @type {Map<string, {el: HTMLElement, paint: (state: any) => void}>} */
  const blocks = new Map();
  let lesson = "";
  return (state) => {
    const place = part("questions");
    if (lesson !== (state.lesson?.id ?? "")) {
      lesson = state.lesson?.id ?? "";
      blocks.clear();
      for (const id of Object.keys(state.prompts)) blocks.set(id, questionBlock(id, state.prompts[id], act, press, say));
      place.replaceChildren(...[...blocks.values()].map(({ el }) => el));
    }
    for (const { paint } of blocks.values()) paint(state);
    part("reports").replaceChildren(...state.reports.map((one) => h("li", {}, h("b", { class: "name" }, one.name), `: ${one.why || t("room-report-no-reason")} `,
      press(t("room-report-leave"), () => act("settle", { share: one.share }), { class: "plain" }))));
    part("reports-box").hidden = !state.reports.length;
  };
}

function questionBlock(id, prompt, act, press, say) {
  const counts = prompt.visibility === "A";
  const standing = h("p", { class: "meta" });
  const phases = PHASES.map((phase) => press(t(`room-phase-${phase}`), async () => {
    const reply = await act("phase", { prompt: id, phase });
    if (reply.held_back) say(t(`room-held-${reply.held_back}`, { least: reply.least }), "bad");
  }, { class: "phase" }));
  const reveal = counts ? press(t("room-reveal"), async () => { const { answers } = await act("reveal", { prompt: id }); return t("room-revealed", { n: answers }); }, { class: "primary" }) : null;
  const hide = press(t("room-hide"), () => act("shown", { prompt: id, shown: false }));
  const screen = press(t("room-on-screen"), async () => { await act("show", { what: id }); return t("room-is-on-screen"); });
  const nextRow = counts ? press(t("room-next-row"), () => act("show", { what: `${id}#${row + 1 < rows ? row + 1 : 0}` })) : null;
  const openAll = prompt.lead_first ? press(t("room-open-to-all"), () => act("open", { prompt: id })) : null;
  const rounds = counts ? h("details", {}, h("summary", {}, t("room-rounds")), h("p", { class: "hint" }, t("room-rounds-hint")),
    h("div", { class: "actions" }, press(t("room-again"), async () => t("room-again-done", { n: (await act("again", { prompt: id })).round })),
      press(t("room-reset"), async () => t("room-again-done", { n: (await act("again", { prompt: id, reset: true })).round }), { class: "loss" }))) : null;
  const picture = h("div", {});
  const aside = h("div", {});
  const wall = h("ol", { class: "wall" });
  const who = h("div", {});
  const critique = prompt.apart ? critiqueBlock(id, prompt.title, act, press, say) : null;
  const body = h("div", {}, standing, h("div", { class: "actions phases", role: "group", "aria-label": t("room-phase") }, phases),
    h("div", { class: "actions" }, reveal, hide, screen, nextRow, openAll), prompt.lead_first ? firstBlock(id, act, press) : null, rounds, picture, aside, critique?.el, wall, who);
  const el = h("details", { class: "lead-question" }, h("summary", {}, h("span", {}, prompt.title, prompt.lead_first ? ` ★ ${t("room-lead-first")}` : "")), body);
  let drawn = "";
  let row = 0;
  let rows = 0;
  return {
    el,
    paint(state) {
      const question = state.questions[id];
      const cards = state.walls[id] ?? [];
      const now = JSON.stringify([question, cards, state.waiting[id], state.mine[id], state.set_aside[id], state.who?.[id], state.live?.shows]);
      if (now === drawn) return;
      drawn = now;
      const [onScreen, number] = (state.live?.shows ?? "").split("#");
      row = onScreen === id ? Number(number ?? 0) : 0;
      rows = question.results[0]?.rows.length ?? 0;
      if (nextRow) nextRow.hidden = onScreen !== id || rows < 2;
      standing.textContent = [t("room-answered", { n: question.answered, of: question.of }), t(question.visible ? "room-visible" : "room-not-visible"), question.waits_for_lead ? t("room-waits-for-lead") : "", question.round > 1 ? t("room-round", { n: question.round }) : "", onScreen === id ? t("room-is-on-screen") : ""].filter(Boolean).join(" · ");
      phases.forEach((button, place) => button.setAttribute("aria-pressed", String(PHASES[place] === question.phase)));
      picture.replaceChildren(...(question.results.length ? [countPicture(spoken, question.results)] : []));
      aside.replaceChildren(...(state.set_aside[id] ?? []).map((one) => h("details", {}, h("summary", {}, `${t("room-set-aside")} (${t("room-round", { n: one.round })})`), h("p", { class: "hint" }, t("room-set-aside-hint")), countPicture(spoken, [one]))));
      wall.replaceChildren(...cards.map((card) => wallCard(card, act, press, state.live?.shows === card.id)));
      who.replaceChildren(...(state.who?.[id] ? [h("p", { class: "meta" }, t("room-have", { names: state.who[id].have.join(", ") || t("room-nobody") })), h("p", { class: "meta" }, t("room-have-not", { names: state.who[id].have_not.join(", ") || t("room-nobody") }))] : []));
      critique?.paint(state.waiting[id] ?? [], state.mine[id]);
    },
  };
}

function firstBlock(id, act, press) {
  const box = h("textarea", { rows: 4, maxlength: "20000", "aria-label": t("room-first") });
  return h("details", { open: true }, h("summary", {}, t("room-first")), h("p", { class: "hint" }, t("room-first-hint")), box,
    h("div", { class: "actions" }, press(t("room-first-send"), async () => { await act("first", { prompt: id, text: box.value }); return t("room-first-sent"); })));
}

function wallCard(card, act, press, onScreen) {
  const why = h("input", { type: "text", maxlength: "500", "aria-label": t("room-hide-why", { name: card.name }) });
  const hiding = card.hidden
    ? [h("p", { class: "meta" }, t("room-hidden-by", card.hidden)), press(t("room-unhide"), () => act("unhide", { share: card.id }))]
    : [h("details", {}, h("summary", {}, t("room-hide-one")), h("p", { class: "hint" }, t("room-hide-hint")), why, press(t("room-hide-now"), () => act("hide", { share: card.id, why: why.value })))];
  return h("li", { class: card.lead ? "lead" : card.hidden ? "hidden-card" : "" },
    h("p", { class: "meta" }, h("b", { class: "name" }, card.name || t("room-wall-nameless")), ` · ${t(card.lead ? "room-wall-by-lead" : "room-wall-by-participant")}${card.read ? ` · ${t("room-read")}` : ""}`),
    h("p", { class: "words", dir: "auto" }, card.text),
    h("div", { class: "actions" }, card.hidden ? null : press(t(onScreen ? "room-off-screen" : "room-card-on-screen"), () => act("show", { what: onScreen ? "" : card.id })), hiding));
}

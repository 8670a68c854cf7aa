// What the cohort sees of one question, under it: the counts, the shared answers, colleagues' critique.
// Loaded where a lesson has such a question and a room; the lesson's tab follows the room once for all of them.

import { countPictures, countSpoken } from "./count-picture.js";
import { critiquePanel } from "./room-critique.js";
import { liveBar } from "./room-live.js";
import { followRoom } from "./room-line.js";
import { whenRead } from "./read.js";
import { button, fold, h, sayTime, svg } from "../prompt.js";

const countPicture = countPictures({ h, svg });
/** @type {Map<string, {watchers: Set<any>, line: any, bar: any, state: any, trouble: any}>} */
const followed = new Map();

/**
 * @param {{t: any, spec: any, door: any, say: (sentence: string) => void, painted: () => void, card: any}} given
 * @returns {{el: HTMLElement, close: () => void, refresh: () => void, state: () => any}}
 */
export function mountRoom(given) {
  const { spec, door, t } = given;
  const el = h("div", { class: "op-room" });
  const part = partOf(given);
  el.append(...part.els);
  const room = follow(door, spec.lesson, t);
  const trouble = h("p", { class: "op-hint", role: "status", hidden: true }, t("room-cut"));
  el.append(trouble);
  const watcher = {
    told(state) {
      part.paint(state.questions?.[spec.id], state.mine?.[spec.id] ?? {});
      given.painted();
    },
    troubled: (why) => { trouble.hidden = !why; trouble.textContent = why?.detail || t("room-cut"); },
  };
  room.watchers.add(watcher);
  if (room.state) queueMicrotask(() => watcher.told(room.state));
  return {
    el,
    state: () => room.state,
    refresh: () => room.line.refresh(),
    close() {
      room.watchers.delete(watcher);
      part.close?.();
      if (!room.watchers.size) { room.line.close(); room.bar.close(); followed.delete(`${door.room.root} ${spec.lesson}`); }
    },
  };
}

function follow(door, lesson, t) {
  const key = `${door.room.root} ${lesson}`;
  if (followed.has(key)) return followed.get(key);
  const room = { watchers: new Set(), line: null, bar: liveBar({ t, door, lesson }), state: null, trouble: null };
  followed.set(key, room);
  room.line = followRoom({
    name: door.room.root, stream: door.room.stream,
    read: (since) => door.room.get(`state?lesson=${encodeURIComponent(lesson)}&since=${encodeURIComponent(since)}`),
    told(state) { room.state = state; room.bar.told(state); for (const { told } of [...room.watchers]) told(state); },
    troubled(why) { for (const { troubled } of [...room.watchers]) troubled(why); },
  });
  return room;
}

function partOf(given) {
  if (given.spec.visibility === "A") return countPart(given);
  if (given.spec.kind === "peer_critique" && given.spec.of === "colleagues") return critiquePanel(given);
  return wallPart(given);
}

function countPart({ t, say, door, spec, card }) {
  const words = h("p", { class: "op-hint", tabindex: "-1" });
  // What was answered before the question was asked again, or in another group, is not counted unasked: whoever
  // still thinks the same says so.
  const same = button(t("count-as-it-stands"), () => door.room.post(`count/${encodeURIComponent(spec.id)}`, {})
    .then(({ counted }) => { if (counted === "nothing") say(t("count-nothing")); }, (error) => say(error.detail || t("room-cut"))), { hidden: true });
  const picture = h("div", {});
  let drawn = "";
  return {
    els: [words, same, picture],
    paint(question, mine) {
      if (!question) return;
      const pressed = document.activeElement === same;
      const closed = question.phase === "closed";
      const shown = question.results.some(({ round }) => round === question.round);
      same.hidden = mine.counted || closed || (question.round === 1 && !card.isSaved());
      const yours = mine.counted ? (shown ? "count-yours-shown" : closed ? "count-yours-closed" : "count-yours-in") : closed ? "count-closed" : "count-yours-not";
      words.textContent = `${t("count-so-far", { n: question.answered, of: question.of })} ${t(yours)}`;
      if (pressed && same.hidden) words.focus({ preventScroll: true });
      const now = JSON.stringify(question.results);
      if (now === drawn) return;
      const first = drawn !== "";
      drawn = now;
      picture.replaceChildren(...(question.results.length ? [h("h4", {}, t("count-title")), countPicture(t, question.results)] : []));
      if (first && question.results.length) say(countSpoken(t, question.results[question.results.length - 1]));
    },
  };
}

function wallPart({ t, door }) {
  const words = h("p", { class: "op-hint" });
  const list = h("ol", { class: "op-wall", "aria-label": t("wall-title", { n: 0 }) });
  const title = h("h4", {});
  const box = h("section", { hidden: true }, title, list);
  /** @type {Map<string, {el: HTMLElement, mark: string}>} */
  const cards = new Map();
  const seen = watchSeen(door);
  return {
    els: [words, box],
    close: () => seen.close(),
    paint(question, mine) {
      if (!question) return;
      words.textContent = question.waits_for_lead ? t("wall-waits-for-lead") : question.visible ? "" : t("wall-while-writing", { n: question.answered, of: question.of });
      box.hidden = !question.wall.length;
      title.textContent = t("wall-title", { n: question.wall.length });
      list.setAttribute("aria-label", title.textContent);
      const kept = new Set(question.wall.map(({ id }) => id));
      for (const [id, { el }] of cards) if (!kept.has(id)) { el.remove(); cards.delete(id); }
      question.wall.forEach((card, place) => {
        const mark = JSON.stringify(card);
        const held = cards.get(card.id);
        if (held?.mark !== mark) {
          const el = wallCard(t, door, card, mine.shared?.id === card.id);
          if (held) held.el.replaceWith(el);
          cards.set(card.id, { el, mark });
          if (mine.shared?.id !== card.id) seen.watch(el, card.id);
        }
        const { el } = cards.get(card.id);
        if (list.children[place] !== el) list.insertBefore(el, list.children[place] ?? null);
      });
    },
  };
}

function wallCard(t, door, card, own) {
  const head = h("p", { class: "op-wall-head" }, h("b", { class: "op-name" }, card.name || t("wall-nameless")), " ",
    h("span", { class: "op-when" }, [t(card.lead ? "wall-by-lead" : own ? "wall-by-you" : "wall-by-participant"), sayTime(new Date(card.at).toISOString(), t.language), card.version > 1 ? t("wall-version", { n: card.version }) : ""].filter(Boolean).join(" · ")));
  const reason = h("input", { type: "text", class: "op-box op-line", maxlength: "500", "aria-label": t("wall-report-why") });
  const said = h("p", { class: "op-hint", role: "status" });
  const send = button(t("wall-report-send"), async () => {
    try {
      await door.room.post(`report/${card.id}`, { why: reason.value });
      said.textContent = t("wall-reported");
    } catch (error) {
      said.textContent = error.detail || t("room-failed");
    }
  });
  const report = own || card.lead ? null : fold(t("wall-report"), h("div", {}, h("p", { class: "op-hint" }, t("wall-report-hint")), reason, send, said));
  return h("li", { class: card.lead ? "op-wall-card op-wall-lead" : "op-wall-card" }, head, h("blockquote", { class: "op-words", dir: "auto" }, card.text), report);
}

/** Tells the room which shared answers have been read. */
function watchSeen(door) {
  let waiting = [];
  let sending = 0;
  const flush = () => {
    sending = 0;
    const shares = waiting;
    waiting = [];
    if (shares.length) door.room.post("seen", { shares }).catch(() => { waiting.push(...shares); });
  };
  const watcher = whenRead((share) => { waiting.push(share); sending ||= setTimeout(flush, 500); });
  return { watch: watcher.watch, close() { watcher.close(); flush(); } };
}

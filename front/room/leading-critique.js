// Colleagues' critique as it is led: who has given and got, pairing those left over, and writing one that nobody else can.

import { h } from "../prompts/dom.js";
import { readersLocale } from "../prompts/clock.js";
import { root, t } from "../pages/page.js";

const WORK = { shown: "room-work-shown", given: "room-given", open: "room-with-them", got: "room-got" };
const LABELS = { say_back: "room-field-say_back", see: "room-field-see", expect: "room-field-expect", question: "room-field-question", offer: "room-field-offer" };
const FIELDS = Object.keys(LABELS);

export function critiqueBlock(id, title, act, press, say) {
  const rows = h("tbody", {});
  const lacking = h("ul", { class: "log" });
  const own = ownCritique(id, act, press);
  const lacks = (found) => {
    lacking.replaceChildren(...found.map((one) => h("li", {}, one.readers.length
      ? t("room-lack", { name: one.name, n: one.number, readers: one.readers.join(", "), authors: one.authors.join(", ") })
      : t("room-lack-nobody", { name: one.name, n: one.number }))));
    say(t(found.length ? "room-lacks" : "room-lacks-none", { n: found.length }), found.length ? "bad" : "good");
  };
  const table = h("table", { class: "stack", "aria-label": title }, h("thead", {}, h("tr", {}, ["room-name", ...Object.values(WORK)].map((key) => h("th", { scope: "col" }, t(key))))), rows);
  return {
    el: h("div", {}, h("div", { class: "actions" }, press(t("room-possible"), async () => lacks((await act("possible", { prompt: id })).lacks)),
      press(t("room-sweep"), async () => lacks((await act("sweep", { prompt: id })).lacks)), own.take),
      h("p", { class: "hint" }, t("room-sweep-hint")), lacking, own.el, table),
    paint(waiting, mine) {
      own.paint(mine);
      rows.replaceChildren(...waiting.map((one) => h("tr", {}, h("th", { scope: "row", class: "name" }, one.name), ...Object.entries(WORK).map(([key, head]) => h("td", { class: "tabular", "data-label": t(head) }, key !== "shown" ? String(one[key]) : one.shown ? t("room-yes") : "–")))));
    },
  };
}

/** The piece of work that whoever leads has taken, what they write about it, and the replies to what they gave. */
function ownCritique(id, act, press) {
  const take = press(t("room-take"), async () => { await act("take", { prompt: id }); });
  const place = h("div", {});
  const given = h("div", {});
  let drawn = "";
  return {
    take, el: h("div", {}, place, given),
    paint(mine) {
      const current = mine?.current ?? null;
      take.hidden = Boolean(current);
      given.replaceChildren(...(mine?.given ?? []).filter((one) => one.replied_at).map((one) => h("dl", {},
        h("dt", { class: "name" }, t("room-taken", { name: one.name })), h("dd", { class: "words", dir: "auto" }, one.change), h("dd", { class: "words", dir: "auto" }, one.keep))));
      if (drawn === (current?.id ?? "")) return;
      drawn = current?.id ?? "";
      place.replaceChildren(...(current ? form(id, current, act, press) : []));
    },
  };
}

function form(id, current, act, press) {
  const { name } = current;
  const key = `open-practice critique ${root} ${current.id}`;
  const boxes = FIELDS.map((field) => h("textarea", { id: `${current.id}-${field}`, rows: 2, maxlength: "4000" }));
  const written = () => Object.fromEntries(FIELDS.map((field, place) => [field, boxes[place].value]));
  const kept = read(key);
  FIELDS.forEach((field, place) => {
    boxes[place].value = kept[field] ?? "";
    boxes[place].addEventListener("input", () => keep(key, written()));
  });
  const done = async (what, body) => { await act(what, { prompt: id, id: current.id, ...body }); keep(key, null); };
  const time = new Intl.DateTimeFormat(readersLocale(document.documentElement.lang), { timeStyle: "short" }).format(current.until);
  return [
    h("h3", {}, t("room-taken", { name })), h("p", { class: "words", dir: "auto" }, current.text), h("p", { class: "hint" }, t("room-taken-until", { name, time })),
    ...FIELDS.flatMap((field, place) => [h("label", { for: boxes[place].id }, t(LABELS[field])), boxes[place]]),
    h("div", { class: "actions" }, press(t("room-taken-give", { name }), async () => { await done("give", written()); return t("room-taken-given", { name }); }, { class: "primary" }),
      press(t("room-taken-pass"), () => done("decline", {}))),
  ];
}

// What is written here has no journal: the browser keeps it until it is given.
function keep(key, words) {
  try {
    if (words) localStorage.setItem(key, JSON.stringify(words));
    else localStorage.removeItem(key);
  } catch { /* a browser that keeps nothing */ }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {
    return {};
  }
}

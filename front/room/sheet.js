// The sign-in sheet: who joined, and minutes that a facilitator may correct with a reason; to be printed as well.

import { timeOfDay } from "../prompts/clock.js";
import { h } from "../prompts/dom.js";
import { t, tell } from "../pages/page.js";
import { askRoom, doing, part } from "./parts.js";

export async function sheet() {
  const { lesson, cohort } = document.body.dataset;
  const query = cohort ? `?cohort=${encodeURIComponent(cohort)}` : "";
  const said = part("sheet-said");
  part("print").addEventListener("click", () => print());

  async function load() {
    const found = await askRoom("GET", `lead/sheet/${lesson}${query}`);
    const missing = found.people.filter((one) => !found.rows.some(({ person }) => person === one.person));
    part("rows").replaceChildren(...[...found.rows, ...missing].map((row) => line(row)));
  }

  function line(row) {
    const minutes = row.corrected ?? row.minutes;
    const time = row.joined_at ? timeOfDay(row.joined_at, document.documentElement.lang) : "";
    return h("tr", {}, h("th", { scope: "row", class: "name" }, row.name), h("td", { "data-label": t("room-school") }, row.school ?? ""), h("td", { class: "tabular", "data-label": t("room-joined") }, time),
      h("td", { class: "tabular", "data-label": t("room-minutes-head") }, minutes ?? "", row.corrected_why ? h("span", { class: "meta" }, ` ${t("room-corrected", { why: row.corrected_why })}`) : null),
      h("td", { class: "sign" }), h("td", { class: "no-print" }, correction(row)));
  }

  function correction(row) {
    const minutes = h("input", { type: "number", min: "0", max: "1440", value: row.corrected ?? row.minutes ?? "", "aria-label": t("room-minutes-of", { name: row.name }) });
    const why = h("input", { type: "text", maxlength: "300", "aria-label": t("room-why-of", { name: row.name }), placeholder: t("room-why") });
    const send = doing(t("room-correct"), async () => {
      await askRoom("POST", `lead/do/minutes${query}`, { lesson, person: row.person, minutes: Number(minutes.value), why: why.value });
      await load();
      return t("room-corrected-now", { name: row.name });
    }, (text, how) => tell(said, text, how));
    return h("details", {}, h("summary", {}, t("room-correct")), h("div", { class: "correct" }, minutes, why, send));
  }

  try {
    await load();
  } catch (error) {
    tell(said, error.message, "bad");
  }
}

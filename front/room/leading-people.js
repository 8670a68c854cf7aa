// Who is in the room: counts first, names when they are asked for; hands that are up; groups.

import { h } from "../prompts/dom.js";
import { t } from "../pages/page.js";
import { part } from "./parts.js";

/** Hands that are up, longest first. */
export function handsPart(act, press) {
  let drawn = "";
  return (state) => {
    const now = JSON.stringify(state.hands);
    if (now === drawn) return;
    drawn = now;
    part("hands").replaceChildren(...state.hands.map((one) => h("li", {}, h("b", { class: "name" }, one.name), one.note ? `: ${one.note} ` : " ",
      press(t("room-hand-done", { name: one.name }), () => act("hand-down", { person: one.person }), { class: "plain" }))));
    part("hands-none").hidden = state.hands.length > 0;
  };
}

/** Making groups, and who is in which. */
export function groupsPart(act, press) {
  const size = part("group-size");
  part("group-actions").replaceChildren(press(t("room-groups-make"), () => act("groups", { size: Number(size.value) })));
  let drawn = "";
  return (state) => {
    const now = JSON.stringify(state.groups ?? []);
    if (now === drawn) return;
    drawn = now;
    part("groups").replaceChildren(...(state.groups ?? []).map(({ number, people }) => h("li", {}, h("b", {}, `${number}: `), people.join(", "))));
  };
}

/** How many are here, and on request who. */
export function peoplePart(lead, follow) {
  const box = part("names-box");
  box.addEventListener("toggle", () => { lead.names = box.open; follow(); });
  return (state) => {
    part("here").textContent = t("room-here-of", { n: state.here, of: state.people });
    if (!state.present) return;
    part("present").textContent = state.present.join(", ") || t("room-nobody");
    part("absent").textContent = state.absent.join(", ") || t("room-nobody");
  };
}

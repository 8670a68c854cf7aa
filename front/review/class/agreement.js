// How far two readers of the same answers agree, criterion by criterion.

import { h } from "../../prompts/dom.js";
import { number, say } from "../words.js";

const HEADS = ["criterion", "n-answers", "exact", "within", "kappa", "alpha"];
const share = (value) => (value === null ? "–" : `${number(value * 100)} %`);

/** @param {any} how @param {[string, string, any[]][]} lessons id, title and rows @param {any} ask */
export function drawAgreement(how, lessons, ask) {
  const place = h("div", {});
  const choice = h("select", { id: "agreement-lesson" }, h("option", { value: "" }, say("agreement-all")), lessons.map(([id, title]) => h("option", { value: id }, title)));
  choice.addEventListener("change", async () => {
    place.setAttribute("aria-live", "polite"); // only what somebody asked for is read to them
    try {
      place.replaceChildren(table(await ask("GET", `agreement?lesson=${encodeURIComponent(choice.value)}`)));
    } catch (error) {
      place.replaceChildren(h("p", { class: "note attention" }, error.message));
    }
  });
  place.replaceChildren(table(how));
  return h("section", {}, h("h2", {}, say("agreement")), lessons.length > 1 ? h("div", { class: "field" }, h("label", { for: "agreement-lesson" }, say("session")), choice) : null, place);
}

function table({ criteria, fewest }) {
  if (!criteria.length) return h("p", {}, say("agreement-none"));
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, one.name),
    [one.answers, share(one.exact), share(one.within_one), coefficient(one.kappa, one.interval, fewest), coefficient(one.alpha, one.alpha_interval, fewest)].map((text, index) => h("td", { class: "tabular", "data-label": say(HEADS[index + 1]) }, String(text))));
  return h("table", { class: "stack", "aria-label": say("agreement") }, h("thead", {}, h("tr", {}, HEADS.map((key) => h("th", { scope: "col" }, say(key))))), h("tbody", {}, criteria.map(row)));
}

// The number with its interval, or the words for why there is none.
function coefficient(value, interval, fewest) {
  if (typeof value === "string") return say(value.replaceAll(" ", "-"), { n: fewest });
  const [low, high] = interval ?? [];
  return say("interval", { value: number(value, 2), low: low === undefined ? "?" : number(low, 2), high: high === undefined ? "?" : number(high, 2) });
}

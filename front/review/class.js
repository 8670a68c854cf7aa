// The class as a whole: how far readers agree, who reads whom, and everything to take away.

import { h } from "../prompts/dom.js";
import { root as base } from "../pages/page.js";
import { drawAgreement } from "./agreement.js";
import { drawAssign } from "./assign.js";
import { sessionsOf } from "./sessions.js";
import { say } from "./words.js";

/** @param {any} given */
export async function classView({ root, ask, leads }) {
  const [how, { prompts }, whom] = await Promise.all([ask("GET", "agreement"), ask("GET", "queue"), leads ? ask("GET", "assign") : null]);
  const lessons = sessionsOf(prompts);
  root.replaceChildren(h("h1", {}, say("tab-class")), drawAgreement(how, lessons, ask), ...(leads ? [drawAssign(whom, lessons, ask), takeAway()] : []));
}

function takeAway() {
  const forms = ["long-csv", "long-xlsx", "wide-csv", "wide-xlsx"];
  return h("section", {}, h("h2", {}, say("exports")), h("p", { class: "small" }, say("exports-lead")), h("ul", { class: "takes" }, forms.map((form) => {
    const [shape, kind] = form.split("-");
    return h("li", {}, h("a", { href: `${base}api/review/export?form=${shape}&as=${kind}`, download: "" }, say(`export-${form}`)));
  })));
}

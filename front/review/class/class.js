// The class as a whole: its answers at a glance, levels, how far readers agree, who reads whom, and everything to take away.

import { h } from "../../prompts/dom.js";
import { root as base } from "../../pages/page.js";
import { drawAgreement } from "./agreement.js";
import { drawAssign } from "./assign.js";
import { drawLevels } from "./levels.js";
import { drawSeen } from "./seen.js";
import { sessionsOf } from "../sessions.js";
import { say } from "../words.js";

/** @param {any} given */
export async function classView({ root, ask, leads, parts }) {
  const [how, { prompts }, whom] = await Promise.all([ask("GET", "agreement"), ask("GET", "queue"), leads ? ask("GET", "assign") : null]);
  const lessons = sessionsOf(prompts);
  const seen = prompts.length ? await glance({ prompts, lessons, ask, leads, parts }) : "";
  root.replaceChildren(h("h1", {}, say("tab-class")), seen, drawAgreement(how, lessons, ask), ...(leads ? [drawAssign(whom, lessons, ask), takeAway()] : []));
}

// All answers to one prompt; it begins with what the address names, else with what has the most to read.
async function glance({ prompts, lessons, ask, leads, parts }) {
  const idOf = (row) => `${row.lesson}/${row.prompt}`;
  const most = prompts.reduce((best, row) => (row.unread > best.unread ? row : best), prompts[0]);
  const first = prompts.find((row) => idOf(row) === `${parts[0]}/${parts[1]}`) ?? most;
  const [place, levels, said] = [h("div", {}), h("div", {}), h("p", { class: "said", role: "status" })];
  const choice = h("select", { id: "seen-prompt" }, lessons.map(([, name, rows]) => h("optgroup", { label: name }, rows.map((row) => h("option", { value: idOf(row), selected: row === first }, row.title)))));
  let drawn = "";
  const show = async () => {
    const [lesson, prompt] = choice.value.split("/");
    const [{ answers }, about] = await Promise.all([ask("GET", `strip/${lesson}/${prompt}`), ask("GET", `about/${lesson}/${prompt}`)]);
    drawSeen(place, { answers, about, lesson, prompt, ask });
    // Whoever comes back finds the prompt they left.
    history.replaceState(null, "", `#class/${lesson}/${prompt}`);
    if (leads && drawn !== lesson) levels.replaceChildren(...drawLevels(await ask("GET", `levels/${lesson}`)));
    drawn = lesson;
  };
  choice.addEventListener("change", () => show().catch((error) => { said.textContent = error.message; }));
  await show();
  return h("section", { class: "seen" }, h("h2", {}, say("seen-title")), h("div", { class: "field" }, h("label", { for: "seen-prompt" }, say("prompt")), choice), said, place, levels);
}

function takeAway() {
  const forms = ["long-csv", "long-xlsx", "wide-csv", "wide-xlsx"];
  return h("section", {}, h("h2", {}, say("exports")), h("p", { class: "small" }, say("exports-lead")), h("ul", { class: "takes" }, forms.map((form) => {
    const [shape, kind] = form.split("-");
    return h("li", {}, h("a", { href: `${base}api/review/export?form=${shape}&as=${kind}`, download: "" }, say(`export-${form}`)));
  })));
}

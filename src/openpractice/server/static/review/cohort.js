// The class as a whole: agreement, who reads whom, roster, rubric changes, tables to take away.

import { h } from "../../prompts/dom.js";
import { root as base } from "../page.js";
import { say } from "./words.js";

const share = (value) => `${Math.round(value * 100)} %`;

/** @param {any} given */
export async function cohortView({ root, ask, leads }) {
  if (!leads) return root.replaceChildren(h("h1", {}, say("tab-class")), agreement(await ask("GET", "agreement")));
  const [how, whom, rubric] = await Promise.all([ask("GET", "agreement"), ask("GET", "assign"), ask("GET", "rubric-change")]);
  root.replaceChildren(h("h1", {}, say("tab-class")), agreement(how), assign(whom, ask), roster(ask), changes(rubric, ask), exports());
  return undefined;
}

function agreement({ criteria, fewest }) {
  const kappa = (one) => typeof one.kappa === "string" ? say(one.kappa, { n: fewest })
    : say("interval", { value: one.kappa.toFixed(2), low: one.interval?.[0].toFixed(2) ?? "?", high: one.interval?.[1].toFixed(2) ?? "?" });
  const heads = ["criterion", "n-answers", "exact", "within", "kappa"];
  return h("section", {}, h("h2", {}, say("agreement")), criteria.length ? h("table", { class: "stack" },
    h("thead", {}, h("tr", {}, heads.map((key) => h("th", { scope: "col" }, say(key))))),
    h("tbody", {}, criteria.map((one) => h("tr", {}, h("th", { scope: "row" }, one.name), [one.n, share(one.exact), share(one.within_one), kappa(one)].map((text, index) => h("td", { class: "tabular", "data-label": say(heads[index + 1]) }, String(text)))))))
    : h("p", {}, say("agreement-none")));
}

function assign(found, ask) {
  const place = h("section", {});
  const said = h("p", { role: "status" });
  const send = async (body) => {
    try {
      found = await ask("POST", "assign", body);
      draw();
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const draw = () => {
    said.textContent = "";
    const who = h("input", { type: "text", id: "assign-reviewer", list: "reviewers", autocomplete: "off" });
    const whom = h("select", { id: "assign-whom" }, found.schools.map((name) => h("option", { value: `school:${name}` }, say("assign-school", { name }))), found.people.map((one) => h("option", { value: `person:${one.id}` }, say("assign-person", { name: one.name }))));
    const give = () => {
      const [scope, ...name] = whom.value.split(":");
      send({ reviewer: who.value.trim(), lesson: "*", scope, name: name.join(":") });
    };
    const over = h("input", { type: "text", id: "assign-over", list: "reviewers", autocomplete: "off" });
    const reviewers = [...new Set(found.assigned.map((row) => row.reviewer))];
    place.replaceChildren(h("h2", {}, say("assign")), h("p", { class: "small" }, say("assign-lead")),
      h("ul", { class: "queue" }, found.assigned.map((row) => h("li", {}, h("span", { dir: "auto" }, `${row.reviewer}: ${say(`assign-${row.scope}`, { name: row.name })}`), h("button", { type: "button", onclick: () => send({ ...row, off: true }) }, say("assign-off"))))),
      h("datalist", { id: "reviewers" }, [...new Set([...found.reviewers, ...reviewers])].map((name) => h("option", { value: name }))),
      h("div", { class: "field" }, h("label", { for: "assign-reviewer" }, say("assign-reviewer")), who), h("div", { class: "field" }, h("label", { for: "assign-whom" }, say("assign-whom")), whom),
      h("div", { class: "actions" }, h("button", { type: "button", onclick: give }, say("assign-do"))),
      ...(reviewers.length ? [h("div", { class: "field" }, h("label", { for: "assign-over" }, say("assign-over")), over), h("div", { class: "actions" }, reviewers.map((name) => h("button", { type: "button", onclick: () => send({ reviewer: name, to: over.value.trim() }) }, `${name}: ${say("assign-over-do")}`)))] : []), said);
  };
  draw();
  return place;
}

function roster(ask) {
  const file = h("input", { type: "file", id: "roster-file", accept: ".csv,text/csv" });
  const said = h("div", { role: "status" });
  const take = async () => {
    if (!file.files.length) return file.focus();
    try {
      const done = await ask("POST", "roster", file.files[0]);
      said.replaceChildren(h("p", {}, say("roster-done", { n: done.new, changed: done.changed, count: 2 })), h("ul", {}, done.problems.map((line) => h("li", {}, line))));
    } catch (error) {
      said.textContent = error.message;
    }
    return undefined;
  };
  return h("section", {}, h("h2", {}, say("roster")), h("p", { class: "small" }, say("roster-lead")), h("div", { class: "field" }, h("label", { for: "roster-file" }, say("roster-file")), file),
    h("div", { class: "actions" }, h("button", { type: "button", onclick: take }, say("roster-do"))), said);
}

function changes({ changes: found }, ask) {
  const place = h("section", {});
  const said = h("p", { role: "status" });
  const draw = (rows) => place.replaceChildren(h("h2", {}, say("rubric-changes")), said, rows.length ? h("ul", { class: "queue" }, rows.map((one) => h("li", {}, h("span", {}, one.sentence),
    h("button", { type: "button", onclick: () => ask("POST", "rubric-change", { lesson: one.lesson, prompt: one.prompt }).then((done) => draw(done.changes), (error) => { said.textContent = error.message; }) }, say("rubric-do"))))) : h("p", {}, say("rubric-none")));
  draw(found);
  return place;
}

function exports() {
  const forms = ["long-csv", "long-xlsx", "wide-csv", "wide-xlsx"];
  return h("section", {}, h("h2", {}, say("exports")), h("ul", {}, forms.map((form) => {
    const [shape, kind] = form.split("-");
    return h("li", {}, h("a", { href: `${base}api/review/export?form=${shape}&as=${kind}`, download: "" }, say(`export-${form}`)));
  })));
}

// Who reads whom: people or schools given to a reviewer, taken back, or handed over.

import { h } from "../../prompts/dom.js";
import { once } from "../../pages/page.js";
import { dialog } from "../keys.js";
import { paged } from "../paged.js";
import { say } from "../words.js";

const EVERYWHERE = "*";

/** @param {any} found @param {[string, string, any[]][]} lessons id, title and rows @param {any} ask */
export function drawAssign(found, lessons, ask) {
  const said = h("p", { class: "said", role: "status", tabindex: "-1" });
  const rows = h("div", {});
  const names = h("datalist", { id: "reviewers" });
  const named = (who) => found.reviewers.find(({ id }) => id === who)?.name ?? who;
  const titles = new Map(lessons.map(([id, name]) => [id, name]));
  const send = async (content, done) => {
    try {
      found = await ask("POST", "assign", content);
      draw();
      said.textContent = done;
    } catch (error) {
      said.textContent = error.message;
    }
    // Above the list, which may have grown or shrunk by hundreds; what was pressed may be gone from it.
    said.focus();
  };
  const what = (row) => say(`assign-${row.scope}`, { name: found.people.find((one) => row.scope === "person" && one.id === row.name)?.name || row.name }) + (row.lesson === EVERYWHERE ? "" : ` · ${titles.get(row.lesson) ?? row.lesson}`);
  const entry = (row) => h("li", {}, h("span", { dir: "auto" }, what(row)),
    h("button", { type: "button", "aria-label": say("assign-off-from", { what: what(row), name: named(row.reviewer) }), onclick: () => send({ ...row, off: true }, say("assign-off-done")) }, say("assign-off")));
  const open = new Set(); // whose list is unfolded, so that taking one back does not fold it
  const ofReviewer = (who) => {
    const theirs = found.assigned.filter((row) => row.reviewer === who);
    const list = h("ul", { class: "queue" });
    const { find, foot } = paged({ rows: theirs, draw: entry, into: list, name: what, id: `find-assigned-${who}` });
    return h("details", { open: open.has(who), ontoggle: (event) => open[event.target.open ? "add" : "delete"](who) },
      h("summary", { dir: "auto" }, say("assign-given", { name: named(who), n: theirs.length })), find ?? "", list, foot);
  };
  const draw = () => {
    names.replaceChildren(...found.reviewers.map(({ name }) => h("option", { value: name })));
    const readers = [...new Set(found.assigned.map((row) => row.reviewer))];
    rows.replaceChildren(...(readers.length ? readers.map(ofReviewer) : [h("p", {}, say("assign-none"))]));
    over.hidden = !readers.length;
  };
  const over = handOver(send);
  draw();
  return h("section", { class: "assigning" }, h("h2", {}, say("assign")), h("p", { class: "small" }, say("assign-lead")), said, rows, names, evenly(lessons, send), give(found, lessons, send), over);
}

const typed = (id, label, list) => {
  const field = h("input", { type: "text", id, list, autocomplete: "off", maxlength: 200 });
  return [field, h("div", { class: "field" }, h("label", { for: id }, label), field)];
};

function give(found, lessons, send) {
  const said = h("p", { class: "said", role: "status" });
  const [who, whoField] = typed("assign-reviewer", say("assign-reviewer"), "reviewers");
  // Typing finds a person among a thousand, as a long list to unfold does not.
  const choices = new Map([...found.schools.map((name) => [say("assign-school", { name }), ["school", name]]), ...found.people.map((one) => [say("assign-person", { name: one.name ? `${one.name} (${one.id})` : one.id }), ["person", one.id]])]);
  const [whom, whomField] = typed("assign-whom", say("assign-whom"), "assign-choices");
  const where = h("select", { id: "assign-where" }, h("option", { value: EVERYWHERE }, say("assign-everywhere")), lessons.map(([id, title]) => h("option", { value: id }, title)));
  const press = () => {
    const chosen = choices.get(whom.value);
    if (!who.value.trim()) return tellAt(who, said, say("assign-need"));
    if (!chosen) return tellAt(whom, said, say("assign-need-whom"));
    const name = who.value.trim();
    said.textContent = "";
    return once(button, () => send({ reviewer: name, lesson: where.value, scope: chosen[0], name: chosen[1] }, say("assign-done", { name })));
  };
  const button = h("button", { type: "button", onclick: press }, say("assign-do"));
  return h("div", {}, h("h3", {}, say("assign-title")), h("div", { class: "one" }, whoField, h("div", {}, whomField, h("datalist", { id: "assign-choices" }, [...choices.keys()].map((value) => h("option", { value })))),
    h("div", { class: "field" }, h("label", { for: "assign-where" }, say("assign-where")), where), h("div", { class: "actions" }, button, said)));
}

// One session's answers, as many to each reviewer; asked first, since what was given there before is taken back.
function evenly(lessons, send) {
  const where = h("select", { id: "evenly-where" }, lessons.map(([id, title]) => h("option", { value: id }, title)));
  const press = () => {
    const yes = h("button", { type: "button", class: "primary", "aria-describedby": "evenly-sure", onclick: () => { box.close(); once(button, () => send({ evenly: true, lesson: where.value }, say("evenly-done"))); } }, say("evenly-do"));
    const box = dialog(say("evenly-do"), h("p", { id: "evenly-sure" }, say("evenly-sure", { title: where.selectedOptions[0].textContent })), h("div", { class: "actions" }, yes));
  };
  const button = h("button", { type: "button", onclick: press }, say("evenly-do"));
  return lessons.length ? h("div", {}, h("h3", {}, say("evenly-title")), h("div", { class: "one" }, h("div", { class: "field" }, h("label", { for: "evenly-where" }, say("evenly-where")), where), h("div", { class: "actions" }, button))) : "";
}

function handOver(send) {
  const said = h("p", { class: "said", role: "status" });
  const [from, fromField] = typed("assign-from", say("assign-from"), "reviewers");
  const [to, toField] = typed("assign-over", say("assign-over"), "reviewers");
  const press = () => {
    const empty = [from, to].find((field) => !field.value.trim());
    if (empty) return tellAt(empty, said, say("assign-need"));
    said.textContent = "";
    return once(button, () => send({ reviewer: from.value.trim(), to: to.value.trim() }, say("assign-done", { name: to.value.trim() })));
  };
  const button = h("button", { type: "button", onclick: press }, say("assign-over-do"));
  return h("div", {}, h("h3", {}, say("assign-over-title")), h("div", { class: "one" }, fromField, toField, h("div", { class: "actions" }, button, said)));
}

function tellAt(field, said, text) {
  said.textContent = text;
  field.focus();
}

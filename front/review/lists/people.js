// One person across prompts: everybody who handed in, with counts, and names for whoever asks.

import { h } from "../../prompts/dom.js";
import { paged } from "../paged.js";
import { counts } from "./queue.js";
import { code, say } from "../words.js";

/** @param {{root: HTMLElement, ask: any}} given */
export async function peopleView({ root, ask }) {
  const place = h("div", {});
  const said = h("p", { role: "status" });
  const show = ({ people }) => {
    const list = h("ul", { class: "queue" });
    const rows = paged({ rows: people, draw: row, into: list, name: nameOf, id: "find-person" });
    place.replaceChildren(...(people.length ? [rows.find ?? "", list, rows.foot] : [h("p", {}, say("queue-empty"))]));
  };
  const names = h("button", { type: "button", onclick: () => ask("POST", "people").then((found) => { show(found); names.hidden = true; }, (error) => { said.textContent = error.message; }) }, say("show-names"));
  const found = await ask("GET", "people");
  names.hidden = !found.people.length;
  show(found);
  root.replaceChildren(h("h1", {}, say("tab-people")), h("p", { class: "lead" }, say("people-lead")), names, said, place);
}

const nameOf = (person) => person.name ?? code(person.who);

function row(person) {
  const id = `person-${person.who}`;
  return h("li", {}, h("div", {}, h("h2", { id, dir: "auto" }, nameOf(person)), h("p", { class: "meta" }, counts(person.counts))),
    h("a", { class: "button", href: `#person/${person.who}`, "aria-label": `${say("read-prompt")}: ${nameOf(person)}` }, say("read-prompt")));
}

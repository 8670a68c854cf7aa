// How far reviewing a session is: how long it took, by whom, and who has waited longest.

import { h } from "../../prompts/dom.js";
import { sayMoment } from "../../pages/page.js";
import { paged } from "../paged.js";
import { counts } from "./queue.js";
import { number, say } from "../words.js";

/** @param {any} found @param {(who: string) => string} nameOf */
export function drawProgressOf(found, nameOf) {
  const pace = ({ readings, seconds }) => [say("readings", { n: readings }), seconds === null ? "" : say("seconds-each", { n: number(seconds) })].filter(Boolean).join(" · ");
  const rows = (list, name) => h("ul", { class: "plain" }, list.map((one) => h("li", {}, h("strong", { dir: "auto" }, name(one)), ` ${pace(one)}`, one.title ? h("span", { class: "meta" }, ` ${counts(one)}`) : "")));
  return [
    h("section", {}, h("h2", {}, say("progress-title")), h("p", {}, `${say("handed-in-by", { n: found.handed_in })} ${pace(found)}.`),
      rows(found.prompts, (one) => one.title), found.readers.length ? [h("h3", {}, say("progress-reviewers")), rows(found.readers, (one) => one.reader)] : null),
    waiting(found.waiting, nameOf),
  ];
}

function waiting(people, nameOf) {
  const list = h("ul", { class: "plain" });
  const row = (one) => h("li", {}, h("a", { href: `#person/${one.who}`, dir: "auto" }, nameOf(one)), ` ${say("since", { when: sayMoment(one.since) })} · ${counts(one)}`, one.late ? ` · ${say("late")}` : "");
  const { find, foot } = paged({ rows: people, draw: row, into: list, name: nameOf, id: "find-waiting" });
  return h("section", {}, h("h2", {}, say("waiting")), people.length ? [h("p", { class: "small" }, say("waiting-lead")), find, list, foot] : h("p", {}, say("waiting-none")));
}

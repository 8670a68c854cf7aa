// A long list, some at a time: a class of a thousand opens as fast as one of twenty-four.

import { h } from "../prompts/dom.js";
import { say } from "./words.js";

const AT_ONCE = 50;

/**
 * A list that grows by a button and is searched by name.
 * @param {{rows: any[], draw: (row: any) => any, into: any, name: (row: any) => string, id: string}} given `into` takes the drawn rows
 */
export function paged({ rows, draw, into, name, id }) {
  const said = h("p", { class: "small", role: "status" });
  const more = h("button", { type: "button", onclick: () => grow(true) });
  const find = h("input", { type: "text", id, autocomplete: "off", maxlength: 80 });
  let found = rows;
  let shown = 0;
  function grow(asked) {
    const fresh = found.slice(shown, shown + AT_ONCE).map(draw);
    into.append(...fresh);
    shown += fresh.length;
    more.hidden = shown >= found.length;
    more.textContent = say("show-more", { n: Math.min(AT_ONCE, found.length - shown) });
    said.textContent = found.length ? (found.length > AT_ONCE ? say("shown-of", { shown, total: found.length }) : "") : say("find-none");
    // The button may be gone now: whoever pressed it goes on with the first row that is new.
    if (asked) fresh[0]?.querySelector("a, button")?.focus();
  }
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLocaleLowerCase();
    found = rows.filter((row) => name(row).toLocaleLowerCase().includes(wanted));
    shown = 0;
    into.replaceChildren();
    grow(false);
  });
  grow(false);
  return {
    find: rows.length > AT_ONCE ? h("div", { class: "field" }, h("label", { for: id }, say("find")), find) : null,
    foot: h("div", { class: "actions" }, said, more),
  };
}

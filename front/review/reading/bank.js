// The comment bank, in a window over the page: search, use, edit, save.

import { h } from "../../prompts/dom.js";
import { arrows, dialog } from "../keys.js";
import { say } from "../words.js";

/**
 * @param {{ask: (method: string, path: string, body?: any) => Promise<any>, criterion: any, level?: number, comment: () => string, field: string, use: (text: string) => void, reviewer: string}} given
 */
export function openBank({ ask, criterion, level, comment, field, use, reviewer }) {
  const list = h("ul", { class: "bank-list" });
  const search = h("input", { type: "text", id: "bank-words", autocomplete: "off", maxlength: 200 });
  const any = h("input", { type: "checkbox" });
  const said = h("p", { class: "quiet", role: "status" });
  const take = async (one) => {
    box.close(); // first, because closing gives the focus back to where it was
    use(one.text);
    await ask("PUT", `bank/${one.id}`, { used: true }).catch(() => {});
  };
  let turn = 0;
  let belongs = null; // the words that the list on screen belongs to
  let awaited = null; // what is done with the first comment once the list of the words typed is here
  const first = (does) => {
    awaited = null;
    if (belongs === search.value) return list.querySelector("button.use")?.[does]();
    awaited = does;
    clearTimeout(soon);
    return look();
  };
  const look = async () => {
    const mine = (turn += 1);
    const words = search.value;
    const find = async (step) => {
      const place = any.checked ? "" : `criterion=${encodeURIComponent(criterion?.code ?? "")}&level=${step}&`;
      return (await ask("GET", `bank?${place}words=${encodeURIComponent(words)}`)).comments;
    };
    try {
      // At the highest level there is no step up: then all comments on the criterion.
      const fitting = await find(level ?? "");
      const comments = fitting.length ? fitting : await find("");
      if (mine !== turn) return; // a later search was quicker
      said.textContent = comments.length ? "" : say("bank-none");
      // A wording that is being changed stays where it is, whatever is searched for meanwhile.
      const open = list.querySelector("li.editing");
      const rest = comments.filter(({ id }) => id !== open?.dataset.id).map((one) => item(one, { take, ask, look, said, reviewer }));
      for (const row of [...list.children]) if (row !== open) row.remove();
      list.append(...rest);
      belongs = words;
      if (awaited) first(awaited);
    } catch (error) {
      if (mine !== turn) return;
      awaited = null;
      said.textContent = error.message;
    }
  };
  let soon;
  search.addEventListener("input", () => { awaited = null; clearTimeout(soon); soon = setTimeout(look, 120); });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      first(event.key === "Enter" ? "click" : "focus");
    }
  });
  any.addEventListener("change", () => { belongs = null; look(); });
  arrows(list, search);
  const keep = h("button", { type: "button", onclick: async () => {
    try {
      await ask("POST", "bank", { criterion: criterion?.code ?? "", level: level ?? null, text: comment() });
      await look();
      said.textContent = say("bank-saved");
    } catch (error) {
      said.textContent = error.message;
    }
  } }, say("bank-save"));
  const box = dialog(say("bank"), h("p", { class: "small" }, say("bank-into", { field })), h("label", { for: "bank-words" }, say("bank-search")), search,
    h("label", { class: "tick" }, any, h("span", {}, say("bank-all"))), said, list, h("div", { class: "actions" }, keep));
  box.addEventListener("close", () => { awaited = null; clearTimeout(soon); turn += 1; }); // whoever left it wants none
  search.focus();
  look();
}

// The words of before stand in readings of one's own that have not gone back yet.
function offer({ id, before, stands_in: n }, { ask, said }) {
  const also = h("button", { type: "button", onclick: () => ask("POST", `bank/${id}`, { before }).then((done) => { said.textContent = say("bank-also-done", { n: done.changed }); }, (error) => { said.textContent = error.message; }) }, say("bank-also", { n }));
  said.replaceChildren(say("bank-stands-in", { n }), " ", also);
  also.focus();
}

function item(one, { take, ask, look, said, reviewer }) {
  const words = h("span", { dir: "auto" }, one.text);
  const row = h("li", { "data-id": one.id }, h("button", { type: "button", class: "use", onclick: () => take(one) }, words));
  const edit = h("button", { type: "button", class: "small-button", onclick: () => {
    const field = h("textarea", { rows: 3, "aria-label": say("bank-edit") });
    field.value = one.text;
    const keep = h("button", { type: "button", onclick: async () => {
      try {
        const done = await ask("PUT", `bank/${one.id}`, { text: field.value });
        row.classList.remove("editing");
        await look();
        if (done.stands_in) offer(done, { ask, said });
      } catch (error) {
        said.textContent = error.message;
      }
    } }, say("bank-keep"));
    row.classList.add("editing");
    row.replaceChildren(field, keep);
    field.focus();
  } }, say("bank-edit"));
  const forget = one.by === reviewer ? h("button", { type: "button", class: "small-button", onclick: () => ask("DELETE", `bank/${one.id}`).then(look, (error) => { said.textContent = error.message; }) }, say("bank-forget")) : null;
  row.append(h("span", { class: "meta" }, one.uses ? say("bank-uses", { n: one.uses }) : "", " ", edit, " ", forget ?? ""));
  return row;
}

// expertise_map: two lists (people, and who goes to whom) and the picture that they draw. The lists are the answer.

import { button, h, labelled, textBox, uid, undoLine } from "../prompt.js";
import { mapPicture } from "./map-picture.js";

/** @param {any} ctx */
export function mapKind(ctx) {
  const { t, spec } = ctx;
  const [least, most = 12] = spec.nodes ?? [3, 12];
  let nodes = [];
  let links = [];
  const picture = h("div", { class: "op-map" });
  const people = h("div", {});
  const lines = h("div", {});
  const undo = undoLine(t);
  const tell = () => {
    undo.hide();
    redraw();
    ctx.emit(mapValue(nodes, links));
  };
  const redraw = () => {
    picture.replaceChildren(mapPicture(t, mapValue(nodes, links)));
    for (const select of lines.querySelectorAll("select")) fillPeople(select, nodes, t);
    addPerson.hidden = nodes.length >= most;
    addLine.hidden = nodes.filter(({ role }) => role).length < 2;
  };
  const paint = () => {
    people.replaceChildren(...nodes.map((node, index) => personRow(ctx, node, index, tell, nodes.length > 1 ? () => removePerson(node) : null)));
    lines.replaceChildren(...links.map((link, index) => lineRow(ctx, link, index, nodes, tell, () => removeLine(link))));
    redraw();
  };
  const restoring = (sentence) => {
    const before = [[...nodes], [...links]];
    return () => undo.offer(sentence, () => {
      [nodes, links] = before;
      paint();
      tell();
    });
  };
  const removePerson = (node) => {
    const offer = restoring(t("map-with-person", { role: node.role || t("map-somebody") }));
    nodes = nodes.filter((one) => one !== node);
    links = links.filter(({ from, to }) => from !== node.id && to !== node.id);
    paint();
    tell();
    offer();
  };
  const removeLine = (link) => {
    const offer = restoring(t("row-removed", { number: links.indexOf(link) + 1 }));
    links = links.filter((one) => one !== link);
    paint();
    tell();
    offer();
  };
  const addPerson = button(t("map-add"), () => { nodes = [...nodes, freshNode(nodes)]; paint(); people.lastChild.querySelector("textarea").focus(); }, { class: "op-button op-add" });
  const addLine = button(t("map-add-link"), () => { links = [...links, { from: "", to: "", about: "" }]; paint(); lines.lastChild.querySelector("select").focus(); }, { class: "op-button op-add" });
  const heads = [h("h4", { id: uid("people") }, t("map-people")), h("h4", { id: uid("lines") }, t("map-lines"))];
  const part = (head, ...kids) => h("div", { role: "group", "aria-labelledby": head.id, class: "op-map-part" }, head, ...kids);
  return {
    el: h("div", { role: "group", "aria-labelledby": ctx.titleId }, part(heads[0], people, addPerson), part(heads[1], lines, addLine), undo.el, picture),
    keys: ["nodes", "links"],
    starterBox: () => people.querySelector("textarea"),
    set(value) {
      if (nodes.length && JSON.stringify(mapValue(nodes, links)) === JSON.stringify(value)) return;
      nodes = (value.nodes ?? []).map((node) => ({ ...node }));
      while (nodes.length < least) nodes.push(freshNode(nodes));
      links = (value.links ?? []).map((link) => ({ ...link }));
      paint();
    },
  };
}

/** An id that no person of this answer has. @param {{id: string}[]} nodes */
export function freshNode(nodes) {
  const used = nodes.map(({ id }) => Number(/^n(\d+)$/.exec(id)?.[1] ?? 0));
  return { id: `n${Math.max(0, ...used) + 1}`, role: "", knows: "", title: 0, me: 0 };
}

/** What is saved: people with something said of them, and lines between them. @param {any[]} nodes @param {any[]} links */
export function mapValue(nodes, links) {
  const said = nodes.filter(({ role, knows, title, me }) => role || knows || title || me);
  const ids = new Set(said.map(({ id }) => id));
  const joined = links.filter(({ from, to }) => ids.has(from) && ids.has(to) && from !== to);
  return said.length ? { nodes: said, ...(joined.length ? { links: joined } : {}) } : {};
}

function personRow(ctx, node, index, tell, remove) {
  const { t } = ctx;
  const name = t("map-person", { number: index + 1 });
  const title = h("p", { class: "op-row-title", id: uid("person") }, name);
  const box = (key) => textBox({ value: node[key] ?? "", rows: 1, line: true, refuse: ctx.refuse, onText: (text) => { node[key] = text; tell(); } });
  const tick = (key, label) => {
    const input = h("input", { type: "checkbox", onchange: () => { node[key] = input.checked ? 1 : 0; tell(); } });
    input.checked = Boolean(node[key]);
    return h("label", { class: "op-tick" }, input, h("span", {}, label));
  };
  return h("div", { class: "op-row op-person", role: "group", "aria-labelledby": title.id }, title,
    labelled(t("map-role"), box("role")), labelled(t("map-knows"), box("knows")),
    h("div", { class: "op-ticks" }, tick("title", t("map-title")), tick("me", t("map-me")), remove ? removeButton(t, name, remove) : null));
}

function lineRow(ctx, link, index, nodes, tell, remove) {
  const { t } = ctx;
  const name = t("map-line", { number: index + 1 });
  const title = h("p", { class: "op-row-title", id: uid("line") }, name);
  const choose = (key) => {
    // Telling fills the list anew, so what was chosen has to stand there before.
    const select = h("select", { onchange: () => { link[key] = select.dataset.chosen = select.value; tell(); } });
    select.dataset.chosen = link[key];
    fillPeople(select, nodes, t);
    return select;
  };
  const about = textBox({ value: link.about ?? "", rows: 1, line: true, refuse: ctx.refuse, onText: (text) => { link.about = text; tell(); } });
  return h("div", { class: "op-row op-person op-way", role: "group", "aria-labelledby": title.id }, title,
    labelled(t("map-from"), choose("from")), labelled(t("map-to"), choose("to")), labelled(t("map-about"), about), removeButton(t, name, remove));
}

function removeButton(t, name, remove) {
  return button(t("remove"), remove, { class: "op-link op-remove", "aria-label": `${t("remove")}: ${name}` });
}

function fillPeople(select, nodes, t) {
  const chosen = select.dataset.chosen ?? "";
  const label = ({ role }, index) => (role ? role.slice(0, 60) : t("map-person", { number: index + 1 }));
  select.replaceChildren(h("option", { value: "" }, "–"), ...nodes.map((node, index) => h("option", { value: node.id }, label(node, index))));
  select.value = chosen;
}

export default { expertise_map: mapKind };

// The rubric's words: each criterion with its anchors, what changed from version to version, and other words to try.

import { h, uid } from "../prompts/dom.js";
import { once } from "../pages/page.js";
import { wordDiff } from "./diff.js";
import { dialog } from "./keys.js";
import { number, say } from "./words.js";

/** @param {any} found what the door says @param {any} ask @param {(found: any) => void} changed told what stands once other words were put in */
export const drawWords = (found, ask, changed) => [
  h("section", {}, h("h2", {}, say("words-now", { version: found.version })), found.kept_back ? h("p", { class: "small" }, say("anchors-kept", { n: found.kept_back })) : null,
    found.criteria.map((one) => criterion(one, ask, changed))),
  h("section", {}, h("h2", {}, say("words-history")), found.history.length ? found.history.map(version) : h("p", {}, say("words-history-none"))),
];

function criterion(one, ask, changed) {
  const id = uid("words");
  const levels = one.levels.map(({ name, descriptor }, level) => h("li", {}, h("p", {}, h("strong", {}, `${level} ${name}.`), ` ${descriptor}`), anchors(one.anchors[level], `${one.name} ${level}`)));
  const edit = h("button", { type: "button", "aria-describedby": id, onclick: () => editing(one, ask, changed) }, say("words-edit"));
  return h("details", { class: "criterion-words" }, h("summary", { id }, one.name, " ", h("span", { class: "meta" }, one.question)), h("ul", { class: "plain" }, levels), h("div", { class: "actions" }, edit));
}

function anchors(found, of) {
  if (!found.length) return null;
  return h("details", {}, h("summary", {}, say("words-anchors", { n: found.length, of })),
    found.map(({ title, text, reason }) => h("figure", { class: "anchor" }, h("figcaption", { class: "small" }, title), h("p", { class: "words", dir: "auto" }, text), h("p", { class: "small" }, reason))));
}

function version(one) {
  const said = [one.readings ? say("words-readings", { n: one.readings, version: one.from }) : "", one.reworded ? say("words-number") : ""].filter(Boolean).join(" ");
  const title = one.reworded ? say("words-reworded", { version: one.to }) : say("words-from-to", { from: one.from, to: one.to });
  return h("details", { class: "change-words" }, h("summary", {}, title, " ", h("span", { class: "meta" }, say("words-changes", { n: one.changes.length }))),
    said ? h("p", { class: "small" }, said) : null, changesList(one.changes));
}

const placeOf = ({ name, part, level }) => (level === null ? say(`part-${part}`, { name }) : say(`part-${part}`, { name, level }));

/** What changed, word by word. @param {any[]} changes */
const changesList = (changes) => h("ul", { class: "plain changes" }, changes.map((one) => h("li", {}, h("p", { class: "meta" }, placeOf(one)), h("p", { dir: "auto" }, wordDiff(one.before, one.after).map(({ kind, text }) => (kind === "same" ? text
  : h(kind === "new" ? "ins" : "del", {}, h("span", { class: "sr" }, say(kind === "new" ? "new-words" : "gone-words")), text, h("span", { class: "sr" }, say("end-words")))))))));

// Other words for a criterion: written, looked at with all they would do, and only then put into the file.
function editing(one, ask, changed) {
  const said = h("p", { class: "said", role: "status", tabindex: "-1" });
  const effects = h("div", {});
  const field = (label, value, rows = 2) => {
    const id = uid("word");
    const box = h("textarea", { id, rows, maxlength: 600, dir: "auto", oninput: () => effects.replaceChildren() });
    box.value = value;
    return { box, element: h("div", { class: "field" }, h("label", { for: id }, label), box) };
  };
  const [name, question] = [field(say("part-criterion", { name: one.name }), one.name, 1), field(say("part-question", { name: one.name }), one.question)];
  const levels = one.levels.map((level, index) => ({ name: field(say("part-level", { name: one.name, level: index }), level.name, 1), descriptor: field(say("part-descriptor", { name: one.name, level: index }), level.descriptor, 3) }));
  const content = () => ({ code: one.code, name: name.box.value, question: question.box.value, levels: levels.map((each) => ({ name: each.name.box.value, descriptor: each.descriptor.box.value })) });
  const failed = (error) => { said.textContent = error.message; said.focus(); };
  const put = (token, button) => once(button, () => ask("POST", "rubric-words", { ...content(), token }).then((found) => { box.close(); changed(found); }, failed));
  const look = h("button", { type: "button", class: "primary", onclick: () => once(look, async () => {
    try {
      const found = await ask("POST", "rubric-words", content());
      said.textContent = "";
      const button = h("button", { type: "button", class: "primary", onclick: () => put(found.token, button) }, say("words-put", { version: found.to }));
      effects.replaceChildren(h("h3", { tabindex: "-1" }, say("words-would")), changesList(found.changes), h("ul", {}, facts(found).map((text) => h("li", {}, text))), h("div", { class: "actions" }, button));
      // In view as a whole, and not only its heading at the window's foot.
      const heading = /** @type {HTMLElement} */ (effects.querySelector("h3"));
      heading.focus({ preventScroll: true });
      heading.scrollIntoView({ block: "start", behavior: "instant" });
    } catch (error) {
      failed(error);
    }
  }) }, say("words-look"));
  const box = dialog(say("words-edit-of", { name: one.name }), h("p", { class: "small" }, say("words-edit-lead")), name.element, question.element, levels.flatMap((each) => [each.name.element, each.descriptor.element]), h("div", { class: "actions" }, look), said, effects);
}

const facts = ({ from, to, prompts, unread, readings, anchors: on }) => [
  say("words-effect-version", { from, to }), say("words-effect-readings", { n: readings, count: number(readings), version: from }),
  say("words-effect-unread", { n: unread, count: number(unread), prompts: number(prompts) }), on ? say("words-effect-anchors", { n: on, count: number(on) }) : "", say("words-effect-release"),
].filter(Boolean);

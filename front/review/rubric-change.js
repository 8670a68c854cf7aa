// The rubric has changed: what would become of the marks already given, and doing it.

import { h } from "../prompts/dom.js";
import { once } from "../pages/page.js";
import { drawWords } from "./rubric-words.js";
import { code, number, say, sessionName } from "./words.js";

/** @param {any} given */
export async function rubricView({ root, ask }) {
  const place = h("div", {});
  const said = h("p", { class: "said", role: "status", tabindex: "-1" });
  const make = (one, button) => once(button, async () => {
    try {
      draw(await ask("POST", "rubric-change", { lesson: one.lesson, prompt: one.prompt, token: one.token }));
      said.textContent = say("rubric-done", { title: one.title });
    } catch (error) {
      said.textContent = error.message;
      // Something moved since it was shown: what stands now has to be looked at first.
      if (error.code === "refused") draw(await ask("GET", "rubric-change"));
    }
    said.focus();
  });
  const draw = (found) => place.replaceChildren(versions(found), ...(found.changes.length ? found.changes.map((one) => card(one, make)) : [h("p", {}, say("rubric-none"))]));
  const words = h("div", {});
  const drawn = (found) => words.replaceChildren(...drawWords(found, ask, async (now) => {
    drawn(now);
    draw(await ask("GET", "rubric-change"));
    said.textContent = say("words-done", { version: now.version });
    said.focus();
  }));
  const [found, changed] = await Promise.all([ask("GET", "rubric-words"), ask("GET", "rubric-change")]);
  drawn(found);
  draw(changed);
  root.replaceChildren(h("h1", {}, say("tab-rubric")), said, words, h("section", {}, h("h2", {}, say("rubric-marks")), h("p", { class: "lead" }, say("rubric-lead")), place));
}

function versions({ version, versions: found }) {
  const parts = Object.entries(found).map(([name, n]) => say("rubric-version", { version: name, n }));
  return h("p", { class: "small" }, [say("rubric-now", { version }), ...parts].join(" "));
}

function card(one, make) {
  const button = h("button", { type: "button", "aria-label": say("rubric-do-for", { title: one.title }), onclick: () => make(one, button) }, say("rubric-do"));
  return h("section", { class: "answer change", "aria-label": one.title }, h("h2", {}, one.title), h("p", { class: "meta" }, sessionName(one)),
    h("ul", {}, facts(one).map((text) => h("li", {}, text))), examples(one), h("div", { class: "actions" }, button));
}

// The change in sentences; the server's own line is in English only.
function facts({ before, after, weights, names, most_before: mostBefore, most, again, moved, elsewhere }) {
  const named = (codes) => codes.map((each) => names[each] ?? each).join(", ");
  const gained = before.length ? after.filter((each) => !before.includes(each)) : [];
  const lost = before.filter((each) => !after.includes(each));
  const heavy = after.filter((each) => weights[each] !== 1);
  return [
    gained.length && say("rubric-gained", { names: named(gained) }), lost.length && say("rubric-lost", { names: named(lost) }),
    ...heavy.map((each) => say("rubric-weight", { name: named([each]), weight: weights[each] })),
    mostBefore !== most && say("rubric-most", { before: number(mostBefore), after: number(most) }),
    again && say("rubric-again", { n: again }), moved && say("rubric-moved", { n: moved }), elsewhere && say("rubric-elsewhere", { n: elsewhere }),
  ].filter(Boolean);
}

function examples({ examples: rows, scores }) {
  if (!rows.length) return null;
  const score = (value) => (value === null ? say("rubric-waits") : String(value));
  const heads = [say("person"), say("rubric-before"), say("rubric-after")];
  return h("details", {}, h("summary", {}, say("rubric-examples", { shown: rows.length, total: scores })),
    h("table", { class: "stack", "aria-label": say("rubric-examples", { shown: rows.length, total: scores }) }, h("thead", {}, h("tr", {}, heads.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, code(row.who)), h("td", { class: "tabular", "data-label": heads[1] }, score(row.before)), h("td", { class: "tabular", "data-label": heads[2] }, score(row.after)))))));
}

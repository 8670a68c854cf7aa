// Course home: saying a name, words that still wait in this browser, import, clearing this browser.

import { clearBrowser, lostByClearing, pendingDrafts, sendDrafts, wordsIn } from "../prompts/doors/pending.js";
import { countWords } from "../prompts/text.js";
import { clearCopies, forgetCopies } from "../lesson/copies.js";
import { ask, byId, course, door, fetchMarked, once, owner, root, t, tell, user } from "./page.js";

const FIRST_SIGNS = 60;

const nameForm = byId("name-form");
nameForm?.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("name");
  once(nameForm.querySelector("button"), async () => {
    try {
      await ask("POST", "person", { name: field.value });
      location.reload();
    } catch (error) {
      field.setAttribute("aria-invalid", "true");
      tell(byId("name-said"), error.message, "bad");
      field.focus();
    }
  });
});

byId("leave")?.addEventListener("submit", (event) => event.preventDefault() ?? once(event.submitter, async () => {
  await sendDrafts(door, course).catch(() => {});
  await forgetCopies(root).catch(() => {});
  await ask("DELETE", "person");
  location.reload();
}));

// Words that a page could not deliver go now, from whichever page is open.
async function deliver() {
  const place = byId("unsent");
  if (!user || !place || !pendingDrafts(owner, course).some((one) => !one.earlier)) return;
  tell(place, t("js-sending"));
  const left = await sendDrafts(door, course);
  tell(place, left ? unsent(left) : t("js-sent"));
}
// Words to a session that was taken back wait until it is put out again; the network has no part in that.
function unsent(left) {
  const closed = byId("coming") ? 0 : Math.min(left, pendingDrafts(owner, course).filter(isClosed).length);
  const said = [left > closed && t("js-unsent", { n: left - closed }), closed && t("js-unsent-closed", { n: closed })];
  return said.filter(Boolean).join(" ");
}
const isClosed = ({ lesson, earlier }) => lesson && !earlier && !document.querySelector(`[data-session="${CSS.escape(lesson)}"]`);
deliver();
window.addEventListener("online", deliver);

// Sessions that are being put out come into the list one by one. What is there already is left as it is,
// so that nobody's place on the page is lost; only the end is announced, not each of them.
const LOOK_EVERY = 1500;
const LOOKS = 200;
async function awaitSessions() {
  for (let look = 0; look < LOOKS; look++) {
    await new Promise((done) => setTimeout(done, LOOK_EVERY));
    const reply = await fetchMarked(root).catch(() => null);
    if (!reply?.ok) continue;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    addSessions(fresh.querySelectorAll("[data-session]"));
    if (fresh.getElementById("coming")) continue;
    const said = byId("coming");
    if (byId("coming-look").contains(document.activeElement)) {
      said.tabIndex = -1;
      said.focus();
    }
    byId("coming-look").remove();
    const here = byId("sessions").children.length;
    return tell(said, here ? t("js-here", { n: here }) : t("js-coming-long"));
  }
  return tell(byId("coming"), t("js-coming-long"));
}
function addSessions(items) {
  const list = byId("sessions");
  for (const [place, item] of [...items].entries()) {
    if (!list.querySelector(`[data-session="${CSS.escape(item.dataset.session)}"]`)) {
      list.insertBefore(document.adoptNode(item), list.children[place] ?? null);
    }
  }
}
if (byId("coming")) awaitSessions();

const importForm = byId("import-form");
importForm?.addEventListener("submit", (event) => {
  event.preventDefault();
  const [file] = byId("import-file").files;
  const said = byId("import-said");
  if (!file) return tell(said, t("js-choose-file"), "bad");
  return once(importForm.querySelector("button"), async () => {
    tell(said, t("js-reading"));
    try {
      const reply = await ask("POST", "import", file);
      tell(said, reply.message, "good");
    } catch (error) {
      tell(said, error.message, "bad");
    }
  });
});

const [clear, sure, not] = ["clear", "clear-sure", "clear-not"].map(byId);
clear?.addEventListener("click", () => {
  const waiting = lostByClearing(door, course);
  const names = byId("clear-names");
  const sessions = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-prompts]")]);
  const titles = Object.assign({}, ...sessions.map((one) => JSON.parse(one.dataset.prompts)));
  names.replaceChildren(make("p", "note attention", waiting.length ? t("js-clear-loses", { n: waiting.length }) : t("js-clear-nothing-lost")));
  // Of a session that is no longer out nothing more is known here than the question's id.
  if (waiting.length) names.append(...atStake(waiting.map((one) => ({ title: titles[one.prompt] ?? one.prompt, words: wordsIn(one.value) }))));
  showSure(true);
  sure.focus();
});
not?.addEventListener("click", () => {
  byId("clear-names").replaceChildren();
  showSure(false);
  clear.focus();
});
sure?.addEventListener("click", async () => {
  clearBrowser(door);
  await clearCopies(root).catch(() => {});
  byId("clear-names").replaceChildren();
  showSure(false);
  tell(byId("clear-said"), t("js-cleared"), "good");
  clear.focus();
});

function showSure(on) {
  clear.hidden = on;
  sure.hidden = not.hidden = !on;
}

/** What would go, each answer to be recognised by its title and first words, read whole, and copied with all others. @param {{title: string, words: string}[]} answers */
function atStake(answers) {
  const list = make("ul", "at-stake");
  for (const { title, words } of answers) {
    const fold = make("details");
    const first = Array.from(words.replace(/\s+/g, " "));
    const line = make("span", "", `${title} (${t("js-words", { n: countWords(words) })}): `);
    line.append(make("span", "first", first.length > FIRST_SIGNS ? `${first.slice(0, FIRST_SIGNS).join("")}…` : first.join("")));
    const head = make("summary");
    head.append(line);
    const whole = make("div", "words", words);
    whole.dir = "auto";
    fold.append(head, whole);
    const item = make("li");
    item.append(fold);
    list.append(item);
  }
  const copy = make("button", "", t("js-clear-copy"));
  copy.type = "button";
  const said = make("p", "said");
  said.setAttribute("role", "status");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(answers.map(({ title, words }) => `${title}\n\n${words}`).join("\n\n\n"));
      tell(said, t("js-copied"), "good");
    } catch {
      for (const fold of list.querySelectorAll("details")) fold.open = true;
      getSelection().selectAllChildren(list); // without https a page may not copy by itself
      tell(said, t("js-copy-yourself"));
    }
  });
  const row = make("div", "actions");
  row.append(copy);
  return [list, row, said];
}

function make(tag, name = "", text = "") {
  const part = /** @type {any} */ (document.createElement(tag));
  part.className = name;
  part.textContent = text;
  return part;
}

// A link to somebody's feedback opens it.
const wanted = location.hash && document.getElementById(location.hash.slice(1));
if (wanted instanceof HTMLDetailsElement) {
  wanted.open = true;
  wanted.querySelector("summary").focus();
}
window.addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
});

// Course home: saying a name, words that still wait in this browser, import, clearing this browser.

import { clearBrowser, lostByClearing, pendingDrafts, sendDrafts } from "../prompts/doors/pending.js";
import { clearCopies, forgetCopies } from "../lesson/copies.js";
import { ask, byId, course, door, fetchMarked, once, owner, root, t, tell, user } from "./page.js";

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
  tell(place, left ? t("js-unsent", { n: left }) : t("js-sent"));
}
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
  const warning = document.createElement("p");
  warning.className = "note attention";
  warning.textContent = waiting.length ? t("js-clear-loses", { n: waiting.length }) : t("js-clear-nothing-lost");
  names.replaceChildren(warning);
  if (waiting.length) {
    const list = document.createElement("ul");
    for (const one of waiting) {
      const item = document.createElement("li");
      const title = titles[one.prompt] ?? one.prompt; // of a session that is no longer out nothing more is known here
      item.textContent = firstWords(one.value) ? `${title}: ${firstWords(one.value)}` : title;
      list.append(item);
    }
    names.append(list);
  }
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

function firstWords(value) {
  const texts = [];
  JSON.stringify(value, (_, part) => { if (typeof part === "string") texts.push(part); return part; });
  const text = texts.join(" ").trim();
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
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

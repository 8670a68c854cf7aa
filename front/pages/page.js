// What every page needs: who and where, the reader's own time, sentences, and asking the server.

import { httpDoor, xsrfMark } from "../prompts/doors/door-http.js";
import { draftPrefix, ownerOf } from "../prompts/doors/drafts.js";
import { openChannel } from "../prompts/page.js";
import { timeOfDay } from "../prompts/clock.js";
import { copiesOf, forgetCopies } from "../lesson/copies.js";
import { followSignOut } from "../lesson/leaving.js";

const body = document.body;
export const root = body.dataset.root;
export const user = body.dataset.user ?? "";
export const course = body.dataset.course;
const sentences = JSON.parse(body.dataset.words ?? "{}");

const workshop = body.dataset.workshop ?? "";
export const door = httpDoor({ base: root.replace(/openpractice\/$/, ""), user, workshop });

/** Under which name this person's drafts lie in this browser. */
export const owner = ownerOf(door);

/** The part of this page with an id; what it can do is for its template to know. @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** Every part that a selector finds. @param {string} selector @param {ParentNode} [place] @returns {any[]} */
export const everyOne = (selector, place = document) => [...place.querySelectorAll(selector)];

/** The sentence for a key, as the server's catalog has it. @param {string} key @param {Object<string, any>} [values] */
export function t(key, values = {}) {
  const form = values.n === 1 && `${key}-one` in sentences ? `${key}-one` : key;
  return (sentences[form] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A sentence in a live region. @param {HTMLElement} place @param {string} text @param {"good" | "bad" | ""} [how] */
export function tell(place, text, how = "") {
  place.classList.remove("good", "bad");
  if (how) place.classList.add(how);
  place.textContent = text;
  place.hidden = !text;
}

/**
 * Ask a door of the server; rejects with an Error whose message is the sentence to show.
 * @param {string} method @param {string} path below api/ @param {any} [content] an object, or a Blob sent as it is
 * @param {RequestInit} [more] for the browser: how urgent it is, say
 */
export async function ask(method, path, content, more = {}) {
  const raw = content instanceof Blob;
  const headers = { Accept: "application/json" };
  if (user) headers["X-Openpractice-User"] = user;
  if (content !== undefined) headers["Content-Type"] = raw ? "application/octet-stream" : "application/json";
  const sent = content === undefined || raw ? content : JSON.stringify(content);
  const send = () => fetchMarked(`${root}api/${path}`, { method, headers, body: sent, ...more });
  let reply;
  let data;
  try {
    reply = await send();
    data = await reply.json().catch(() => null);
    if (data?.code === "page-too-old") { // signed in again elsewhere: the refusal brought the new mark
      reply = await send();
      data = await reply.json().catch(() => null);
    }
  } catch {
    throw Object.assign(new Error(t("js-offline")), { code: "offline" });
  }
  if (reply.ok && data) return data;
  throw Object.assign(new Error(data?.message ?? t("js-gone")), { code: data?.code ?? "gone", data });
}

/**
 * Fetch something of ours, with the mark that shows which page asks.
 * @param {string} address @param {RequestInit} [more]
 */
export function fetchMarked(address, more = {}) {
  const headers = { ...more.headers, "X-XSRFToken": xsrfMark() || body.dataset.xsrf };
  return fetch(address, { credentials: "same-origin", cache: "no-store", ...more, headers });
}

/** Do something once, with the button marked busy so that a second press does nothing. @param {HTMLElement} button @param {() => Promise<void>} work */
export async function once(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** A moment in the reader's own time zone. @param {string} iso */
export function sayMoment(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return "";
  const language = document.documentElement.lang;
  const clock = timeOfDay(when, language);
  const near = Math.abs(Date.now() - when.getTime()) < 6 * 86400e3;
  const day = new Intl.DateTimeFormat(language, near
    ? { weekday: "long" }
    : { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(when);
  return `${day} ${clock}`;
}

/** Put the moments of a part of the page into the reader's time zone. @param {ParentNode} place */
export function localTimes(place) {
  for (const time of place.querySelectorAll("time[datetime]")) {
    const own = sayMoment(time.getAttribute("datetime"));
    if (own) time.textContent = own;
  }
}

// Prompts in this person's other tabs may wait for a way in: here is one.
if (user) openChannel(draftPrefix(owner, course))?.postMessage({});

// Whoever was here before has left, though they did not sign out: what is typed without a connection must not become theirs.
if (user) forgetCopies(root, copiesOf(root, course, user)).catch(() => {});

const signOut = byId("sign-out");
if (signOut) followSignOut(signOut, { door, course, root, t });

localTimes(document);
document.documentElement.classList.add("scripted");

// The door over HTTP: the server extension's routes, with every failure turned into one reason.

import { DoorError } from "./door-error.js";

const TIMEOUT_MS = 20000;
const KEEPALIVE_BYTES = 60000;

/**
 * @param {{base: string, user?: string, workshop?: string, token?: string, fetch?: typeof fetch}} given base: the server's base URL, e.g. "/user/ana/"
 */
export function httpDoor({ base, user = "", workshop = "", token = "", fetch: ask = (...args) => globalThis.fetch(...args) }) {
  const root = `${base.replace(/\/+$/, "")}/openpractice/`;
  const loads = new Map();
  const listeners = new Set();

  const call = (method, path, body) => callDoor(ask, `${root}api/${path}`, { method, body, token, user: door.user });
  const changed = (lesson) => door.load(lesson, { fresh: true }).then(door.tell, () => {});

  const door = {
    user, workshop,
    /** The answers that came with the page itself. @param {string} lesson @param {any} reply */
    take(lesson, reply) {
      loads.set(lesson, Promise.resolve(reply));
    },
    /** @param {string} lesson @param {{fresh?: boolean}} [how] */
    load(lesson, { fresh = false } = {}) {
      if (!fresh && loads.has(lesson)) return loads.get(lesson);
      const load = call("GET", `answers?lesson=${encodeURIComponent(lesson)}`).then((reply) => {
        // Somebody else has signed in on this browser: their words are not for this page.
        if (door.user && reply.user && reply.user !== door.user) throw new DoorError("signed-out");
        door.user ||= reply.user ?? "";
        door.workshop ||= reply.workshop ?? "";
        return reply;
      });
      loads.set(lesson, load);
      load.catch(() => loads.delete(lesson));
      return load;
    },
    /** Whether the notebook of this lesson was corrected since it was loaded. @param {string} lesson */
    openAgain: (lesson) => call("POST", `open/${encodeURIComponent(lesson)}/again`),
    save: (prompt, change) => call("PUT", `answers/${encodeURIComponent(prompt)}`, change),
    /** Who is here: `name` is what they are called. */
    me: () => call("GET", "me"),
    choose: (prompt, choice) => call("POST", `answers/${encodeURIComponent(prompt)}/choose`, choice),
    share: (prompt, rev) => call("POST", `answers/${encodeURIComponent(prompt)}/share`, { rev }),
    unshare: (prompt) => call("DELETE", `answers/${encodeURIComponent(prompt)}/share`),
    room: {
      root,
      stream: (signal) => ask(`${root}api/room/stream`, { headers: markHeaders(token), credentials: "same-origin", cache: "no-store", signal }),
      get: (path) => call("GET", `room/${path}`),
      post: (path, content) => call("POST", `room/${path}`, content),
      put: (path, content) => call("PUT", `room/${path}`, content),
      delete: (path) => call("DELETE", `room/${path}`),
    },
    handin: {
      preview: (lesson) => call("GET", `handin/${encodeURIComponent(lesson)}`),
      send: (lesson, revs) => call("POST", `handin/${encodeURIComponent(lesson)}`, { revs }).finally(() => changed(lesson)),
      withdraw: (lesson) => call("DELETE", `handin/${encodeURIComponent(lesson)}`).finally(() => changed(lesson)),
    },
    links: {
      home: root,
      signin: root,
      wake: `${root}notebook/`, // starts a Jupyter server that has gone to sleep
      lesson: (lesson) => `${root}lesson/${encodeURIComponent(lesson)}`,
      check: (lesson) => `${root}handin/${encodeURIComponent(lesson)}`,
      receipt: (lesson) => `${root}receipt/${encodeURIComponent(lesson)}`,
    },
    /** @param {any} reply fresh answers, after a hand-in here or elsewhere */
    tell(reply) {
      for (const listener of listeners) listener(reply);
    },
    /** @param {(reply: any) => void} listener told such answers @returns {() => void} */
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return door;
}

async function callDoor(ask, url, { method, body, token, user }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  let reply = await askOnce(ask, url, method, text, token, user);
  // The first answer of a new sign-in sets a new mark against forged requests: once more with that one.
  if (reply.status === 403 && xsrfMark()) reply = await askOnce(ask, url, method, text, token, user);
  try {
    return await readReply(reply, url);
  } catch (error) {
    // A hub in front of a server that is gone refuses a change as forged; asked to read, it says what is true.
    if (method === "GET" || error.detail || ![403, 405].includes(reply.status)) throw error;
    const me = `${url.slice(0, url.lastIndexOf("/openpractice/api/"))}/openpractice/api/me`;
    const truth = await askOnce(ask, me, "GET", undefined, token, user).then((it) => readReply(it, me)).then(() => "offline", (why) => why.reason);
    throw new DoorError(truth);
  }
}

async function askOnce(ask, url, method, text, token, user) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  const headers = { Accept: "application/json" };
  if (text !== undefined) headers["Content-Type"] = "application/json";
  Object.assign(headers, markHeaders(token));
  // Whose words these are: whoever else has signed in on this browser meanwhile must not get them.
  if (user) headers["X-Openpractice-User"] = user;
  try {
    // keepalive lets the last words leave a page that closes; browsers allow it for small bodies only.
    return await ask(url, { method, headers, body: text, credentials: "same-origin", cache: "no-store", signal: stop.signal, keepalive: method !== "GET" && (text?.length ?? 0) * 3 < KEEPALIVE_BYTES });
  } catch (error) {
    throw new DoorError("offline", "");
  } finally {
    clearTimeout(timer);
  }
}

const markHeaders = (token) => ({ ...(token ? { Authorization: `token ${token}` } : {}), ...(xsrfMark() ? { "X-XSRFToken": xsrfMark() } : {}) });

/** The mark that shows that a page of ours asks; read anew each time, since a new sign-in brings another. */
export function xsrfMark() {
  const cookie = globalThis.document?.cookie ?? "";
  return cookie.match(/(?:^|;\s*)_xsrf=([^;]*)/)?.[1] ?? "";
}

/** The parsed answer of the door, or the DoorError it means. @param {Response} reply @param {string} [url] what was asked */
export async function readReply(reply, url = "") {
  const data = await reply.text().then((text) => JSON.parse(text || "{}")).catch(() => null);
  if (reply.ok && data) return data;
  const message = typeof data?.message === "string" && data.code ? data.message : "";
  throw new DoorError(replyReason(reply, data, url), message);
}

function replyReason(reply, data, url) {
  const known = { stale: "stale", refused: "refused", "no-space": "no-space", "signed-out": "signed-out" };
  if (data && Object.hasOwn(known, data.code)) return known[data.code];
  if (reply.redirected && /\/login\b/.test(reply.url)) return "signed-out";
  if (reply.status === 401 || reply.status === 403) return "signed-out";
  if (reply.status === 409) return "stale";
  if (reply.status === 429) return "offline"; // too much at once: tried again after a while
  if (reply.status === 507) return "no-space";
  if (data?.code) return reply.status < 500 ? "refused" : "offline";
  // Pages where data should be: a sign-in page under our own address, or a hub that has put the person's server to
  // sleep. The course itself never sleeps: who does not answer in its place says that it is away.
  if (reply.ok && !reply.redirected) return "signed-out";
  return url.includes("/user/") ? "gone" : "offline";
}

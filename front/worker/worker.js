// Between the course's pages and the network. It asks the network first, always: what a browser keeps of a
// session answers only where nothing else does. It keeps nothing itself and looks into nothing that is sent.

const worker = /** @type {any} */ (self);
const AWAY = new Set([502, 503, 504]);
const START = `openpractice-copies:${new URL(worker.registration.scope).pathname}:`; // as lesson/copies.js names them

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(begin()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const inside = address.href.startsWith(worker.registration.scope);
  if (request.method !== "GET" || !inside || isDoor(address)) return;
  if (request.mode === "navigate") event.respondWith(openPage(event, address));
  else event.respondWith(fetch(request).catch((fault) => keptFor(address.href).then((found) => found ?? Promise.reject(fault))));
});

async function begin() {
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** Answers, and everything else that a program asks for, are never this worker's business. */
function isDoor(address) {
  return new URL(address.href.replace(worker.registration.scope, "https://x/")).pathname.startsWith("/api/");
}

// A sign-in is a redirection, which goes on to the browser as it came.
async function openPage(event, address) {
  let reply;
  try {
    reply = await ((await event.preloadResponse) ?? fetch(event.request));
    if (!AWAY.has(reply.status)) return reply;
  } catch {
    reply = null;
  }
  const page = `${address.origin}${address.pathname.replace("/open/", "/lesson/")}`;
  return (await keptFor(page)) ?? (await keptFor(`${worker.registration.scope}offline`)) ?? reply ?? Response.error();
}

async function keptFor(address) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(START)) continue;
    const found = await (await caches.open(name)).match(address);
    if (found) return found;
  }
  return undefined;
}

// What can be read without a connection: the sessions that this browser keeps.

import { copiesOf } from "../lesson/copies.js";
import { course, fetchMarked, root, user } from "./page.js";

const list = document.getElementById("kept");

async function show() {
  const kept = await caches.open(copiesOf(root, course, user));
  for (const request of await kept.keys()) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(`${root}lesson/`)) continue;
    const page = new DOMParser().parseFromString(await (await kept.match(request)).text(), "text/html");
    const link = document.createElement("a");
    link.href = pathname;
    link.textContent = page.querySelector("h1")?.textContent ?? pathname;
    link.lang = page.querySelector("h1")?.lang ?? "";
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
}

show().catch(() => {}).finally(() => { document.getElementById("kept-none").hidden = list.children.length > 0; });

// A service that fell and came back changes nothing about the network: this page asks for itself now and then.
const LOOK_MS = 10000;
async function look() {
  const reply = await fetchMarked(`${root}api/me`).catch(() => null);
  if (reply?.ok || [401, 403].includes(reply?.status)) location.reload(); // signed out is an answer too
  else setTimeout(look, LOOK_MS);
}
// At its own address this page is what was asked for.
if (location.pathname !== `${root}offline`) setTimeout(look, LOOK_MS / 5);
window.addEventListener("online", () => location.reload());

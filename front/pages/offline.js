// What can be read without a connection: the sessions that this browser keeps.

import { copiesOf } from "../lesson/copies.js";
import { course, root, user } from "./page.js";

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
window.addEventListener("online", () => location.reload());

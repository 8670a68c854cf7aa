// Keeping a session in this browser for times without a connection: the page without anybody's words in it,
// and the scripts it is drawn with. What is typed waits as drafts, which the prompts keep anyway.

import { fetchMarked, root, t, user } from "../pages/page.js";
import { copiesOf } from "./copies.js";

/** @param {{data: any, course: string}} page */
export async function keepCopy({ data, course }) {
  const place = document.querySelector("[data-part=kept]");
  // A copy that is shown is a copy that is kept.
  if (!data.reply) return void (place.textContent = t("lesson-kept"));
  try {
    if (!("serviceWorker" in navigator) || !globalThis.caches) throw new Error("not in this browser, or not at this address");
    await navigator.serviceWorker.register(`${root}worker.js`, { scope: root });
    await keep(`${root}lesson/${data.lesson}`, course);
    place.textContent = t("lesson-kept");
  } catch (fault) {
    console.info("Open Practice keeps no copy of this session:", fault);
    place.textContent = t("lesson-not-kept");
  }
  return undefined;
}

async function keep(address, course) {
  const name = copiesOf(root, course, user);
  const parts = partsOf(document);
  let kept = await caches.open(name);
  const pages = new Set([address, `${root}offline`]);
  if (await isOlder(kept, parts)) {
    // Pages that an earlier version drew need its scripts: all are fetched anew with those of this one.
    for (const { url } of await kept.keys()) if (/\/lesson\/[^/]+$/.test(new URL(url).pathname)) pages.add(new URL(url).pathname);
    await caches.delete(name);
    kept = await caches.open(name);
  }
  await keepPage(kept, address);
  await Promise.allSettled([...pages].filter((page) => page !== address).map((page) => keepPage(kept, page)));
}

async function isOlder(kept, parts) {
  const there = new Set((await kept.keys()).map(({ url }) => url));
  return there.size > 0 && parts.some((part) => !there.has(part));
}

async function keepPage(kept, address) {
  const there = new Set((await kept.keys()).map(({ url }) => url));
  const reply = await fetchMarked(`${address}?as=copy`);
  if (!reply.ok || reply.redirected) throw new Error(`${address} did not come`);
  const parts = partsOf(new DOMParser().parseFromString(await reply.clone().text(), "text/html"));
  await kept.addAll(parts.filter((part) => !there.has(part)));
  await kept.put(address, reply);
}

/** The addresses of the scripts and styles that a page is drawn with. @param {Document} page @returns {string[]} */
function partsOf(page) {
  const links = [...page.querySelectorAll("link[rel=stylesheet], link[rel=modulepreload], link[rel=icon], script[src]")];
  return links.map((one) => new URL(one.getAttribute("href") ?? one.getAttribute("src"), location.href).href);
}

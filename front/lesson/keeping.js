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
  const kept = await caches.open(copiesOf(root, course, user));
  const pages = new Set([address, `${root}offline`]);
  const older = await isOlder(kept, partsOf(document));
  // Pages that an earlier version drew need its scripts: all are fetched anew with those of this one.
  if (older) for (const path of await pathsIn(kept)) if (isPage(path)) pages.add(path);
  await keepPage(kept, address);
  await Promise.allSettled([...pages].filter((page) => page !== address).map((page) => keepPage(kept, page)));
  if (older) await letGo(kept);
}

const isPage = (path) => path.startsWith(`${root}lesson/`) || path === `${root}offline`;
const pathsIn = async (kept) => (await kept.keys()).map(({ url }) => new URL(url).pathname);

/** Removes what no kept page is drawn with. One that did not come anew keeps what it has. */
async function letGo(kept) {
  const needed = new Set();
  for (const path of await pathsIn(kept)) {
    if (isPage(path)) for (const part of partsOf(await pageIn(await kept.match(path)))) needed.add(new URL(part).pathname);
  }
  for (const path of await pathsIn(kept)) if (!isPage(path) && !needed.has(path)) await kept.delete(path);
}

const pageIn = async (reply) => new DOMParser().parseFromString(await reply.text(), "text/html");

async function isOlder(kept, parts) {
  const there = new Set((await kept.keys()).map(({ url }) => url));
  return there.size > 0 && parts.some((part) => !there.has(part));
}

async function keepPage(kept, address) {
  const there = new Set((await kept.keys()).map(({ url }) => url));
  const reply = await fetchMarked(`${address}?as=copy`);
  if (!reply.ok || reply.redirected) throw new Error(`${address} did not come`);
  const parts = partsOf(await pageIn(reply.clone()));
  await kept.addAll(parts.filter((part) => !there.has(part)));
  await kept.put(address, reply);
}

/** The addresses of the scripts and styles that a page is drawn with. @param {Document} page @returns {string[]} */
function partsOf(page) {
  const links = [...page.querySelectorAll("link[rel=stylesheet], link[rel=modulepreload], link[rel=icon], script[src]")];
  return links.map((one) => new URL(one.getAttribute("href") ?? one.getAttribute("src"), location.href).href);
}

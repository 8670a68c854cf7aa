// What the prompts on one page share: their outboxes, and live values for prompts that follow another.
// Kept on the page itself, because every ipywidget loads its own copy of this module.

const PAGE = Symbol.for("openpractice.page");

/** @returns {{outboxes: Set<any>, watchers: Set<(news: any) => void>, loads?: Map<string, Promise<any>>}} */
export function sharedPage() {
  return (globalThis[PAGE] ??= { outboxes: new Set(), watchers: new Set() });
}

/** Tell the page what an answer has become. @param {{user: string, prompt: string, value: any, from?: any, ack?: any}} news */
export function tellPage(news) {
  for (const watcher of [...sharedPage().watchers]) watcher(news);
}

/** @param {(news: any) => void} watcher @returns {() => void} stops watching */
export function watchPage(watcher) {
  sharedPage().watchers.add(watcher);
  return () => sharedPage().watchers.delete(watcher);
}

/** Resolves to true when every answer on this page has been acknowledged. @returns {Promise<boolean>} */
export async function flushPage() {
  const results = await Promise.all([...sharedPage().outboxes].map((outbox) => outbox.flush()));
  return results.every(Boolean);
}

/** A line to this person's other tabs; null where the browser has none. @param {string} name */
export function openChannel(name) {
  return typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
}

/**
 * Tells when the network or the person comes back to the page, and when the page is hidden or left.
 * @param {{online: () => void, back: () => void, hidden: () => void, leave: () => void}} told @returns {() => void} stops
 */
export function followPage({ online, back, hidden, leave }) {
  const turned = () => (document.visibilityState === "hidden" ? hidden : back)();
  /** @type {[EventTarget, string, () => void][]} */
  const all = [[globalThis, "online", online], [globalThis, "focus", back], [globalThis, "pagehide", leave], [globalThis.document, "visibilitychange", turned]];
  const handlers = all.filter(([target]) => target?.addEventListener);
  for (const [target, name, handler] of handlers) target.addEventListener(name, handler);
  return () => { for (const [target, name, handler] of handlers) target.removeEventListener(name, handler); };
}

// Where a browser keeps the sessions that somebody has opened, and how it lets go of them.

/** What the names of all copies below one address begin with; the worker knows it too. @param {string} root */
export const copiesBelow = (root) => `openpractice-copies:${root}:`;

/** The name of one person's copies in one course. @param {string} root @param {string} course @param {string} user */
export const copiesOf = (root, course, user) => `${copiesBelow(root)}${course}:${user}`;

/** Removes the copies kept here, but those of one name. @param {string} root @param {string} [but] */
export async function forgetCopies(root, but = "") {
  if (!globalThis.caches) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(copiesBelow(root)) && name !== but);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** Removes all that was kept for times without a connection, and what answers then. @param {string} root */
export async function clearCopies(root) {
  await forgetCopies(root);
  const registrations = (await navigator.serviceWorker?.getRegistrations().catch(() => [])) ?? [];
  const ours = registrations.filter(({ scope }) => new URL(scope).pathname === root);
  await Promise.all(ours.map((one) => one.unregister()));
}

// Keeping a session in this browser for times without a connection.

/** @param {any} page */
export function keepCopy(page) {
  return page;
}

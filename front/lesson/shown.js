/** True while a prompt is on the page: a branch that was not taken hides itself. */
export function isShown({ place }) {
  return [...place.children].some((child) => !child.hidden);
}

import { isWaiting } from "./progress.js";

/** True while a prompt is on the page: a branch that was not taken hides itself. */
const isShown = ({ place }) => [...place.children].some((child) => !child.hidden);

/** How each prompt of the page stands now. @param {any} page @returns {import("./progress.js").Standing[]} */
export const standingOf = ({ prompts, values }) =>
  prompts.map((one) => ({ ...one, shown: isShown(one), waits: isWaiting(one.spec, (id) => values.get(id)) }));

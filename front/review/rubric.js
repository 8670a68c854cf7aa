// The rubric beside the answer: each criterion with its descriptors in full, digits shown as keys.

import { h, uid } from "../prompts/dom.js";

/**
 * @param {{criteria: any[], levels: Object<string, number>, current?: number, pick: (code: string, level: number) => void, keys?: boolean}} given
 * @returns {{element: any, show: (levels: Object<string, number>, current: number) => void, reveal: (place: number) => void}}
 */
export function drawRubric({ criteria, levels, current = -1, pick, keys = true }) {
  const groups = criteria.map((criterion) => group(criterion, pick, keys));
  const show = (now, place) => groups.forEach((one, index) => one.show(now[criteria[index].code], index === place));
  show(levels, current);
  return {
    element: h("div", { class: "rubric" }, groups.map((one) => one.element)),
    show,
    /** Bring a criterion's descriptors into view. @param {number} place */
    reveal: (place) => groups[place]?.element.scrollIntoView({ block: "nearest", behavior: "instant" }),
  };
}

function group(criterion, pick, keys) {
  const id = uid("criterion");
  const buttons = criterion.levels.map((text, level) => {
    const [name, ...rest] = text.split(": ");
    return h("button", { type: "button", class: "level", "aria-pressed": "false", onmousedown: (event) => event.preventDefault(), onclick: () => pick(criterion.code, level) },
      h("kbd", { "aria-hidden": keys ? false : "true" }, String(level)), h("span", {}, h("strong", {}, name), rest.length ? h("span", { class: "descriptor" }, ` ${rest.join(": ")}`) : null));
  });
  const element = h("div", { class: "criterion", role: "group", "aria-labelledby": id }, h("h3", { id }, criterion.name), buttons);
  return {
    element,
    show(level, here) {
      buttons.forEach((one, index) => put(one, "aria-pressed", String(index === level)));
      element.classList.toggle("current", here);
      put(element, "aria-current", here ? "step" : "false");
    },
  };
}

// What stands already is not written again: that would have the page laid out anew.
function put(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

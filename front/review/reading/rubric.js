// The rubric beside the answer: each criterion with its descriptors in full, digits shown as keys.

import { h, uid } from "../../prompts/dom.js";

/** The highest level that any of these criteria has. @param {any[]} criteria */
export const highest = (criteria) => Math.max(1, ...criteria.map(({ levels }) => levels.length - 1));

const SLACK = 2; // pixels of rounding

/**
 * @param {{criteria: any[], levels: Object<string, number>, current?: number, pick: (code: string, level: number) => void, keys?: boolean}} given
 * @returns {{element: any, show: (levels: Object<string, number>, current: number) => void, reveal: (place: number, within?: boolean) => void, inView: (place: number) => boolean}}
 */
export function drawRubric({ criteria, levels, current = -1, pick, keys = true }) {
  const groups = criteria.map((criterion) => group(criterion, pick, keys));
  const show = (now, place) => groups.forEach((one, index) => one.show(now[criteria[index].code], index === place));
  show(levels, current);
  return {
    element: h("div", { class: "rubric" }, groups.map((one) => one.element)),
    show,
    /** Bring a criterion's descriptors into view. @param {number} place @param {boolean} [within] in their own pane only: the page stays where it is */
    reveal(place, within) {
      const element = groups[place]?.element;
      if (!element) return;
      const { top, bottom, scroller, own } = free(element);
      const box = element.getBoundingClientRect();
      const by = box.top < top || box.height > bottom - top ? box.top - top : Math.max(0, box.bottom - bottom);
      if (by && (own || !within)) scroller.scrollBy({ top: by, behavior: "instant" });
      // What its pane could not do: the pane itself may reach below the window.
      const rest = box.top - by - element.getBoundingClientRect().top;
      if (own && !within && Math.abs(rest) > SLACK) scrollBy({ top: -rest, behavior: "instant" });
    },
    /** Whether a criterion's descriptors can be read where the page stands. @param {number} place */
    inView(place) {
      const element = groups[place]?.element;
      if (!element) return false;
      const { top, bottom } = free(element);
      const box = element.getBoundingClientRect();
      return box.top >= top - SLACK && box.top < bottom && (box.bottom <= bottom + SLACK || box.height > bottom - top);
    },
  };
}

// Between which heights a criterion can be seen: in its pane or the window, and above what stays at the foot.
function free(element) {
  const pane = element.closest(".side");
  const own = Boolean(pane) && getComputedStyle(pane).overflowY !== "visible";
  const box = own ? pane.getBoundingClientRect() : { top: 0, bottom: innerHeight };
  const foot = pane?.querySelector(".saving")?.getBoundingClientRect().top ?? innerHeight;
  return { top: Math.max(0, box.top), bottom: Math.min(innerHeight, box.bottom, foot), scroller: own ? pane : document.scrollingElement, own };
}

function group(criterion, pick, keys) {
  const id = uid("criterion");
  const buttons = criterion.levels.map((text, level) => {
    const [name, ...rest] = text.split(": ");
    return h("button", { type: "button", class: "level", "aria-pressed": "false", onmousedown: (event) => event.preventDefault(), onclick: () => pick(criterion.code, level) },
      keys ? h("kbd", {}, String(level)) : h("span", { class: "digit" }, String(level)), h("span", {}, h("strong", {}, name), rest.length ? h("span", { class: "descriptor" }, ` ${rest.join(": ")}`) : null));
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

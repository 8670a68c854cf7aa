// The review page's sentences, as the server's catalogue has them, and its numbers as the language writes them.

import { t } from "../pages/page.js";

/** The sentence for a key; a count `n` of one takes the form `<key>-one`. @param {string} key @param {Object<string, any>} [values] */
export const say = (key, values = {}) => t(`review:${key}`, values);

/** A number with so many digits after its point. @param {number} value @param {number} [digits] */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** What the page as a whole is called. */
export const base = document.title;

/** Name the view that is on screen in the window's title, before the page's own. @param {string} view */
export function entitle(view) {
  document.title = `${view} · ${base}`;
}

/** What stands for a person while names are hidden. @param {string} who */
export const code = (who) => say("someone", { code: who.slice(0, 4) });

/** What a session is called: by its number, where it has one, and its title. @param {{session: string, lesson_title: string}} row */
export const sessionName = ({ session, lesson_title: title }) => (session ? say("session-named", { number: session, title }) : title);

/** Levels in words: "Reasoning 2, Principle 3". @param {any[]} criteria @param {Object<string, number>} levels */
export const levelsSaid = (criteria, levels) => criteria.map(({ code: each, name }) => `${name} ${levels[each] ?? "–"}`).join(", ");

// Every visible sentence, by key, in the language of the page.

import { timeOfDay } from "./clock.js";

export const LANGUAGES = ["en", "es"];

const CATALOGS = {};

/** Have a language's sentences at hand. @param {string} language one that `pickLanguage` gave @param {(file: string) => Promise<any>} load */
export async function addSentences(language, load) {
  CATALOGS[language] ??= (await load(`sentences-${LANGUAGES.includes(language) ? language : "en"}.js`)).default;
}

/** The first language we can speak: asked for, of the document, of the browser, then English. @param {string} [asked] */
export function pickLanguage(asked) {
  const wishes = [asked, globalThis.document?.documentElement?.lang, ...(globalThis.navigator?.languages ?? [])];
  for (const wish of wishes) {
    const short = String(wish ?? "").toLowerCase().split("-")[0];
    if (LANGUAGES.includes(short) || isBrought(short)) return short;
  }
  return "en";
}

// A language that a file of the course adds: the page, which is in it, brings its sentences along.
const isBrought = (language) => language !== "" && Object.keys(ownSentences(language)).some((key) => key.startsWith("prompt:"));

/**
 * t(key, values): the sentence for a key. With a number `n`, the forms key.one and key.other are tried.
 * @param {string} language @returns {((key: string, values?: Object<string, any>) => string) & {language: string}}
 */
export function makeT(language) {
  const plural = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const own = ownSentences(language);
  const t = (key, values = {}) => {
    const form = typeof values.n === "number" ? `${key}.${plural.select(values.n) === "one" ? "one" : "other"}` : key;
    const text = own[`prompt:${form}`] ?? own[`prompt:${key}`] ?? CATALOGS[language][form] ?? CATALOGS[language][key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : String(value);
    });
  };
  return Object.assign(t, { language });
}

// What the course says in its own words, as its pages bring it along; in notebooks nothing does.
function ownSentences(language) {
  const { document } = globalThis;
  const there = document?.documentElement?.lang?.split("-")[0] === language && document.body?.dataset?.words;
  return there ? JSON.parse(there) : {};
}

/** A time in words: the hour today, otherwise the day too. @param {string} at ISO time @param {string} language @param {Date} [now] */
export function sayTime(at, language, now = new Date()) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return "";
  const time = timeOfDay(when, language);
  if (when.toDateString() === now.toDateString()) return time;
  const recent = Math.abs(now.getTime() - when.getTime()) < 6 * 86400e3;
  const day = new Intl.DateTimeFormat(language, recent ? { weekday: "long" } : { day: "numeric", month: "long", year: "numeric" }).format(when);
  return `${day} ${time}`;
}

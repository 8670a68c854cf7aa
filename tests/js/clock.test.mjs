// The time of day as its reader's own country writes it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readersLocale, timeOfDay } from "../../front/prompts/clock.js";

const NINE = new Date(2026, 10, 28, 21, 5);

/** What stands on a page in one language, for a browser that names these. @param {string} language @param {string[]} named */
function shown(language, named) {
  Object.defineProperty(globalThis, "navigator", { value: { languages: named }, configurable: true });
  return timeOfDay(NINE, language).replace(/\s/g, " ");
}

test("twelve hours where the reader's country counts them, and twenty-four elsewhere", () => {
  assert.equal(shown("en", ["en-US"]), "9:05 PM");
  assert.equal(shown("en", ["en-GB", "en"]), "21:05");
  assert.equal(shown("es", ["en-US", "es-ES"]), "21:05");
});

test("the language of the page is the reader's, also where the browser names only others", () => {
  assert.equal(shown("es", ["en-US"]), "21:05");
  assert.equal(shown("en", ["de-DE"]), "9:05 PM");
  assert.equal(readersLocale("en"), "en");
});

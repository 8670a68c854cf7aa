// Answers that live in this browser alone: the door that prompts speak to, the file they are kept in, and the hand-in file.

import { DoorError } from "../prompts/doors/door-error.js";
import { allText, canonicalText, isEmptyValue } from "../prompts/text.js";

const FORMAT = "openpractice-kept";
const place = (course) => `openpractice-site:${course}`;

/** What is kept: the name, and each answer by its prompt. @param {string} course @returns {{name: string, answers: Object<string, any>, handed: Object<string, any>}} */
function read(course) {
  try {
    return { name: "", answers: {}, handed: {}, ...JSON.parse(localStorage.getItem(place(course)) ?? "{}") };
  } catch {
    return { name: "", answers: {}, handed: {} };
  }
}

function write(course, kept) {
  try {
    localStorage.setItem(place(course), JSON.stringify(kept));
  } catch {
    throw new DoorError("no-space"); // full, or closed to us: the prompt says that nothing is saved
  }
}

export const clearAll = (course) => localStorage.removeItem(place(course));

/** Everything as a file to keep. @param {string} course */
export const keptFile = (course) => JSON.stringify({ format: FORMAT, version: 1, course, ...read(course) }, null, 1);

/** Whether a kept file was taken in: of each answer the later one stays. @param {string} course @param {string} text */
export function takeBack(course, text) {
  let brought;
  try {
    brought = JSON.parse(text);
  } catch {
    return false;
  }
  const answers = brought?.answers;
  if (brought?.format !== FORMAT || brought.course !== course || !answers || typeof answers !== "object") return false;
  const kept = read(course);
  for (const [id, one] of Object.entries(answers)) {
    if (!one || typeof one.value !== "object" || typeof one.at !== "string") continue;
    if (!(kept.answers[id]?.at >= one.at)) kept.answers[id] = { rev: Math.max(1, Number(one.rev) || 1), value: one.value, at: one.at, sha256: "", ...(typeof one.language === "string" && { language: one.language }) };
  }
  if (!kept.name && typeof brought.name === "string") kept.name = brought.name;
  write(course, kept);
  return true;
}

/** @param {string} text @returns {Promise<string>} */
async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An answer in words, as it is looked over before handing in. @param {any} value @param {any} spec */
export function inWords(value, spec) {
  const label = (id) => (spec.choices ?? spec.items ?? []).find((one) => one.id === id)?.label ?? id;
  const chosen = [value.choice, ...(value.choices ?? []), ...(value.order ?? [])].filter(Boolean).map(label);
  const points = value.rows && !Array.isArray(value.rows) ? Object.entries(value.rows).map(([row, point]) => `${(spec.rows ?? []).find((one) => one.id === row)?.label ?? row}: ${(spec.points ?? []).find((one) => one.id === point)?.label ?? point}`) : [];
  const number = typeof value.value === "number" ? [String(value.value)] : [];
  return [...chosen, ...points, ...number, allText(value)].filter(Boolean).join("\n");
}

/**
 * The door of one session. @param {{course: string, lesson: string, specs: any[]}} data @param {(key: string) => string} t
 * @param {HTMLInputElement} name where one writes who hands in
 */
export function browserDoor({ course, lesson, specs }, t, name) {
  name.value = read(course).name;
  name.addEventListener("input", () => write(course, { ...read(course), name: name.value }));
  const own = specs.filter((spec) => !spec.answer_with);
  const said = (id, kept) => kept.answers[id]?.value ?? {};
  const worded = (spec, value) => specs.find((one) => one.id === value.wording) ?? spec;
  // What never goes to facilitators stays out of the file: what is only one's own, and what is only counted.
  const leaving = () => own.filter((spec) => spec.visibility === "F");
  const none = async () => ({});
  const handinOf = (kept) => ({ state: kept.handed[lesson] ? "handed" : "open", can_change: true, ...(kept.handed[lesson] && { at: kept.handed[lesson] }) });
  return {
    user: "browser",
    load: async () => {
      const kept = read(course);
      return { user: "browser", lesson, answers: kept.answers, recall: kept.answers, feedback: {}, handin: handinOf(kept) };
    },
    save: async (prompt, change) => {
      if (change.patch) throw new DoorError("stale");
      const kept = read(course);
      const ack = { rev: (kept.answers[prompt]?.rev ?? 0) + 1, value: change.value, at: new Date().toISOString(), sha256: "", language: change.language };
      write(course, { ...kept, answers: { ...kept.answers, [prompt]: ack } });
      return ack;
    },
    choose: async (prompt) => read(course).answers[prompt],
    share: none,
    unshare: none,
    handin: {
      preview: async () => {
        const kept = read(course);
        return {
          file: true, readers: t("readers"),
          responses: leaving().map((spec) => {
            const value = said(spec.id, kept);
            return { id: spec.id, title: worded(spec, value).title, rev: kept.answers[spec.id]?.rev ?? 0, text: inWords(value, worded(spec, value)), blank: isEmptyValue(value) };
          }),
        };
      },
      send: async () => {
        if (!globalThis.crypto?.subtle) throw new DoorError("refused", t("needs-https"));
        if (!name.value.trim()) {
          name.focus();
          throw new DoorError("refused", t("name-first"));
        }
        const kept = read(course);
        const filled = leaving().filter((spec) => !isEmptyValue(said(spec.id, kept)));
        const responses = Object.fromEntries(await Promise.all(filled.map(async (spec) => {
          const { value, rev, at, language } = kept.answers[spec.id];
          const form = worded(spec, value);
          return [spec.id, { kind: form.kind, value, text: inWords(value, form), rev, at, sha256: await sha256(canonicalText(value)), ...(language && { language }) }];
        })));
        const at = new Date().toISOString();
        const number = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        const file = { format: "openpractice-responses", version: 1, course, lesson, name: name.value.trim(), handed_in_at: at, handin: number, responses };
        write(course, { ...read(course), handed: { ...kept.handed, [lesson]: at } });
        return { handin: number, at, responses: filled, file: { name: `${name.value.trim().replace(/[^\p{L}\p{N}]+/gu, "-")}-${lesson}.json`, text: JSON.stringify(file, null, 1) } };
      },
      withdraw: none,
    },
    links: { home: "index.html", signin: "index.html" },
    onChange: () => () => {},
  };
}

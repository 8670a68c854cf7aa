// What is seldom there: feedback, versions of one answer to choose from, and earlier words in readable lines.

export { goOnFrom } from "../doors/tabs.js";
import { asDoorError } from "../doors/door-error.js";
import { allText, button, canonicalText, countWords, fold, h, hint, levelParts, newKey, sayTime, uid } from "../prompt.js";

/**
 * @param {any} t @param {any[]} heads @param {(value: any) => string} asText
 * @param {(head: any) => Promise<void>} choose @param {string[]} mine what this page has sent, as canonical texts
 */
export function conflictBlock(t, heads, asText, choose, mine = []) {
  const head = uid("versions");
  const trouble = h("p", { class: "op-hint", role: "status" });
  const sorted = [...heads].sort((a, b) => b.rev - a.rev);
  const texts = sorted.map(({ value }) => asText(value));
  const ways = ownWays(texts);
  const versions = sorted.map((one, index) => h("div", { class: "op-version" },
    h("p", { class: "op-label" }, versionTitle(t, one, index)),
    h("p", { class: "op-hint op-below" }, [mine.includes(canonicalText(one.value)) ? t("version-here") : "", `${t("words", { n: countWords(texts[index]) })}.`, wayInWords(t, ways[index])].filter(Boolean).join(" ")),
    h("blockquote", { dir: "auto" }, texts[index] || t("version-empty")),
    button(t("version-keep", { number: index + 1 }), () => choose(one).catch(() => { trouble.textContent = t("version-failed"); }))));
  return h("section", { class: "op-versions", "aria-labelledby": head },
    h("h4", { id: head }, t("versions", { n: heads.length })), h("p", {}, t("versions-why")), h("div", { class: "op-version-list" }, versions), trouble);
}

function versionTitle(t, one, index) {
  const when = sayTime(one.at, t.language);
  return one.device ? t("version-device", { number: index + 1, time: when, device: one.device }) : t("version", { number: index + 1, time: when });
}

const MOST_WORDS = 8;
const MOST_SIGNS = 80;

/**
 * Where each text goes its own way: its first words after those that all of them begin with, "" for one that ends
 * there. Nothing of texts that say the same. The page before handing in says the same (versions.py).
 * @param {string[]} texts @returns {(string | null)[]}
 */
export function ownWays(texts) {
  const words = texts.map((text) => text.match(/\S+/gu) ?? []);
  let same = 0;
  while (words[0]?.[same] && words.every((one) => one[same] === words[0][same])) same += 1;
  if (words.every((one) => one.length === same)) return texts.map(() => null);
  return words.map((one) => {
    const way = Array.from(one.slice(same, same + MOST_WORDS).join(" "));
    return way.slice(0, MOST_SIGNS).join("") + (way.length > MOST_SIGNS || one.length > same + MOST_WORDS ? "…" : "");
  });
}

function wayInWords(t, way) {
  return way ? t("version-way", { words: way }) : way === "" ? t("version-ends") : "";
}

/** What came back: levels in words, the comment, and the words that were read.
 * @param {any} t @param {any} spec @param {any} feedback @param {any} current @param {null | (() => void)} revise null where nothing can be changed any more */
export function feedbackBlock(t, spec, feedback, current, revise) {
  const head = uid("feedback");
  const levels = (feedback.levels ?? []).map(({ criterion, level, number }) => {
    const own = spec.criteria?.find((one) => one.name === criterion)?.levels?.find((one) => one.startsWith(`${level}:`));
    const notes = (feedback.notes ?? []).filter((one) => one.criterion === criterion).map(({ note }) => h("p", { class: "op-comment", dir: "auto" }, note));
    return h("div", { class: "op-level" }, h("b", {}, criterion),
      h("div", {}, levelParts(own ?? level), number === undefined ? "" : ` (${number})`, notes));
  });
  const changed = feedback.sha256 && current?.sha256 && feedback.sha256 !== current.sha256;
  return h("section", { class: "op-feedback", "aria-labelledby": head },
    h("h4", { id: head }, t("feedback"), feedback.at ? h("span", { class: "op-when" }, ` · ${sayTime(feedback.at, t.language)}`) : null),
    feedback.comment ? h("p", { class: "op-comment", dir: "auto" }, feedback.comment) : levels.length ? null : hint(t("feedback-bare")),
    levels,
    feedback.text ? fold(t("feedback-words"), h("blockquote", { dir: "auto" }, feedback.text)) : null,
    hint(t(changed ? "feedback-changed" : revise ? "feedback-revise" : "feedback-closed")),
    revise && !changed ? button(t("revise"), revise) : null);
}

/** Of such words, those that have not arrived since; the others are let go of. @param {any} outbox @param {{name: string, draft: any}[]} old */
export function stillOld({ drafts, saved }, old) {
  return old.filter(({ name, draft }) => {
    if (canonicalText(draft.value) !== canonicalText(saved.value)) return true;
    drafts.store.removeItem(name);
    return false;
  });
}

/** Words of an earlier page, which did not say whose they are: folded, and only put in where somebody asks for it. @param {any} card */
export function oldBlock(card, { name, draft }) {
  const { t } = card;
  const gone = () => {
    card.outbox.drafts.store.removeItem(name);
    card.paintEarlier();
  };
  const take = () => {
    const before = card.value;
    const back = (value) => { card.show(value); card.typed(value); };
    gone();
    back(draft.value);
    card.undo.offer(t("draft-taken"), () => back(before));
  };
  const buttons = [card.fits(draft.value) ? button(t("draft-take"), take) : null, button(t("draft-drop"), gone, { class: "op-link" })];
  return fold(t("draft-old-title"), h("div", {}, hint(t("draft-old")), h("blockquote", { dir: "auto" }, readableValue(card.spec, draft.value, t)), buttons));
}

/** Words that could not be sent: the person's to read, to throw away, and to take back. @param {any} card @param {any} draft */
export function asideBlock(card, draft) {
  const { t, outbox } = card;
  const drop = () => {
    dismiss(outbox, draft);
    card.paintEarlier();
    card.undo.offer(t("draft-dropped"), () => outbox.layAside(draft));
  };
  return [hint(t("draft-earlier")), h("blockquote", { dir: "auto" }, readableValue(card.spec, draft.value, t)), button(t("draft-drop"), drop, { class: "op-link" })];
}

/** Keeps one of the versions; the others stay in the journal's history. @param {any} outbox @param {{rev: number, value: any}} head */
export async function keepVersion(outbox, { rev, value }) {
  const { door, prompt, lesson } = outbox;
  const ack = await door.choose(prompt, { lesson, rev, key: newKey() });
  outbox.heads = ack.heads?.length > 1 ? ack.heads : [];
  outbox.saved = { rev: ack.rev, value: ack.value ?? value, at: ack.at };
  if (outbox.draft) outbox.draft.base = ack.rev;
  else outbox.show(outbox.saved.value);
  outbox.set({ heads: outbox.heads, at: ack.at });
  outbox.report();
}

/** Keeps what stands here where all versions were typed here, one after the other: there is nothing to ask. @param {any} outbox */
export async function keepOwn(outbox) {
  const { heads, mine, saved, draft } = outbox;
  const here = [...mine, canonicalText(saved.value)];
  if (!draft && heads.length > 1 && heads.every(({ value }) => here.includes(canonicalText(value)))) await keepVersion(outbox, saved);
}

/** Lets go of words that were laid aside. @param {any} outbox @param {any} draft */
export function dismiss(outbox, draft) {
  const inHand = outbox.draft?.key === draft.key;
  outbox.forget(draft);
  if (inHand) outbox.takeSaved({ ...outbox.saved, heads: outbox.heads });
}

/** A value in readable lines: labels instead of ids. @param {any} spec @param {any} value @returns {string} */
export function readableValue(spec, value, t) {
  const label = (list, id) => list?.find((one) => one.id === id)?.label ?? id;
  const lines = [];
  if (value.choice) lines.push(label(spec.choices, value.choice));
  for (const id of value.choices ?? []) lines.push(label(spec.choices, id));
  (value.order ?? []).forEach((id, index) => lines.push(`${index + 1}. ${label(spec.items, id)}`));
  if (value.rows && !Array.isArray(value.rows)) for (const [row, point] of Object.entries(value.rows)) lines.push(`${label(spec.rows, row)}: ${label(spec.points, point)}`);
  if (Array.isArray(value.rows)) {
    value.rows.forEach((row, index) => {
      const cells = Object.entries(row).filter(([key]) => key !== "_row").map(([key, text]) => `${label(spec.columns, key)}: ${text}`);
      lines.push(`${row._row ? label(spec.row_labels, row._row) : index + 1}. ${cells.join("; ")}`);
    });
  }
  for (const node of value.nodes ?? []) lines.push(`${node.role || t("map-somebody")}: ${node.knows ?? ""}`);
  if (value.critiques) lines.push(allText({ critiques: value.critiques }));
  return [...lines, value.text, value.comment].filter(Boolean).join("\n");
}

/**
 * Sends by itself what a tab that has closed left in this browser, and says so: it comes under nobody's hand.
 * Resolves when it has arrived, waits for another try or is laid aside.
 * @param {any} outbox @param {any} draft
 */
export async function sendLeft(outbox, draft) {
  const { door, prompt, lesson, device } = outbox;
  const { language = outbox.language } = draft;
  const { key, base = 0, value, unsure, after = [] } = draft;
  let ack;
  try {
    // Words before these may have arrived or not: where they did, these go on from them.
    ack = await door.save(prompt, { lesson, key, base, after: unsure ? [...after, unsure.key] : after, device, language, value });
  } catch (error) {
    keepLeft(outbox, draft, asDoorError(error).reason);
    return;
  }
  outbox.apart = undefined;
  outbox.drafts.drop(draft.key);
  const news = { prompt, value: draft.value, ...ack };
  outbox.channel?.postMessage(news);
  if (outbox.closed) return;
  outbox.hear(news);
  if (outbox.draft) return;
  const { detail } = outbox.state;
  outbox.settled();
  if (!outbox.apart) outbox.set({ detail });
}

function keepLeft(outbox, draft, reason) {
  const refused = reason === "refused";
  outbox.apart = undefined;
  outbox.failures += 1;
  if (refused) outbox.layAside(draft);
  else if (!outbox.closed) outbox.retry = setTimeout(() => outbox.again(), outbox.pause());
  if (!outbox.draft) outbox.set(refused ? { phase: outbox.saved.at ? "saved" : "blank", reason: "", detail: "" } : { phase: "unsent", reason, detail: "" });
}

// Sharing by the person's own press, and taking it back; below it what the cohort sees, where there is one.
// Says truly what has happened so far, also where an answer has no group to go to.

import { button, h, hint } from "../dom.js";
import { sayTime } from "../i18n.js";

const fromFile = async () => {
  document.head.append(h("link", { rel: "stylesheet", href: new URL("room.css", import.meta.url).href }));
  return import(new URL("room.js", import.meta.url).href);
};

/** Where the room's part comes from; a page whose script holds it already says so here. */
export const ROOM = { load: fromFile };
let own = fromFile;
/** A host that fetches files in its own way fetches these so too, by the newest way there is. @param {(file: string) => Promise<any>} load */
export const fetchRoomBy = (load) => { if (ROOM.load === own) ROOM.load = own = () => load("room.css").then(() => load("room.js")); };

const NOTHING = { el: null, shared: (_shared) => {}, changed: () => {}, meet: () => {}, close: () => {} };

/**
 * @param {any} t @param {any} spec @param {any} door @param {any} outbox @param {(sentence: string) => void} say
 * @param {(make: (value: any) => any) => void} rewrite
 */
export function shareBlock(t, spec, door, outbox, say, rewrite) {
  const counted = spec.visibility === "A";
  if (!counted && spec.visibility !== "C" && !spec.may_share) return NOTHING;
  const apart = spec.kind === "peer_critique" && spec.of === "colleagues"; // it goes to its author, not to everybody
  const target = spec.visibility === "P" ? "show" : "share";
  const grouped = target === "share"; // what is only shown to facilitators has no place in the room
  const sentence = counted || apart ? hint(t(counted ? "count-no-room" : "work-no-room")) : h("span", { role: "status" });
  let now = null;
  /** @type {any} */
  let room = null;
  let there = false; // also while its part is on its way, or does not come
  let closed = false;

  let busy = false;
  const act = async (work) => {
    if (busy) return;
    busy = true;
    const held = el.querySelector(":focus");
    try {
      paint(await work());
      say(sentence.textContent);
    } catch (error) {
      sentence.textContent = error.detail || t("share-failed");
    }
    busy = false;
    // A button that has gone takes the focus with it.
    if (held && !held.checkVisibility()) press.focus();
    room?.refresh();
  };
  const publish = () => act(async () => {
    if (!(await outbox.flush()) || !outbox.saved.rev) throw new Error("not saved");
    const { rev } = outbox.saved;
    await door.share(outbox.prompt, rev);
    return { at: new Date().toISOString(), rev };
  });
  const press = button(t(target), () => (now ? act(async () => { await door.unshare(outbox.prompt); return null; }) : publish()));
  const anew = button(t("share-anew"), publish, { hidden: true });

  const paint = (shared) => {
    now = shared;
    if (counted || apart) return;
    press.textContent = t(shared ? "unshare" : target);
    sentence.textContent = !shared ? "" : [t("share-pressed", { time: sayTime(shared.at, t.language) }), there || !grouped ? "" : t("share-no-room")].filter(Boolean).join(" ");
    paintRoom();
  };

  // What the room knows of one's own share: whether somebody has read it, or a facilitator has hidden it.
  const paintRoom = () => {
    anew.hidden = !now || counted || apart || outbox.saved.rev <= (now.rev ?? 0);
    const mine = room?.state()?.mine?.[spec.id]?.shared;
    if (!now || !mine) return;
    press.hidden = mine.read && !mine.hidden;
    sentence.textContent = [t("share-pressed", { time: sayTime(now.at, t.language) }),
      mine.hidden ? t("share-hidden", mine.hidden) : t(mine.read ? "share-read" : "share-unread")].join(" ");
  };

  const el = h("div", {}, h("div", { class: "op-share" }, counted || apart ? null : [press, " ", anew, " "], sentence));
  paint(null);
  return {
    el,
    shared: (shared) => paint(shared ?? null),
    changed: () => paintRoom(),
    /** The room is there: its part is loaded once and stands below. */
    async meet() {
      if (room !== null || !door.room || !grouped) return;
      there = true;
      room = undefined;
      const { mountRoom } = await ROOM.load().catch(() => ({ mountRoom: null }));
      if (!mountRoom) { room = null; return; }
      if (closed) return;
      room = mountRoom({
        t, spec, door, say, painted: () => paintRoom(),
        card: { change: rewrite, flush: () => outbox.flush(), isSaved: () => Boolean(outbox.saved.rev), refreshRoom: () => room?.refresh() },
      });
      if (counted || apart) sentence.hidden = true;
      el.append(room.el);
      paint(now);
    },
    close() {
      closed = true;
      room?.close();
    },
  };
}

// Check your answers: waits for words that are still on their way, then hands in exactly what is shown.

import { pendingDrafts, sendDrafts } from "../prompts/doors/pending.js";
import { ask, byId, course, door, everyOne, once, owner, root, t, tell } from "./page.js";

const lesson = location.pathname.split("/").at(-1);
const said = byId("said");
const waiting = byId("waiting");
const send = byId("send");

/** Whether a draft of this lesson is still only in this browser. */
const unsent = () => pendingDrafts(owner, course).filter((one) => !one.earlier && (one.lesson === lesson || !one.lesson)).length;

async function deliver() {
  if (!unsent()) return true;
  tell(waiting, t("js-sending"));
  const left = await sendDrafts(door, course, lesson);
  if (left) {
    tell(waiting, t("js-unsent", { n: left }));
    return false;
  }
  location.reload(); // so that what is shown is what is saved
  return false;
}

const shown = () => Object.fromEntries(everyOne("[data-prompt]")
  .map((one) => [one.dataset.prompt, Number(one.dataset.rev)]));

send?.addEventListener("click", (event) => {
  event.preventDefault();
  if (send.dataset.why) return tell(said, send.dataset.why, "bad");
  return once(send, async () => {
    tell(said, t("js-handing-in"));
    if (!(await deliver())) return tell(said, t("js-not-handed"), "bad");
    try {
      await ask("POST", `handin/${lesson}`, { revs: shown() });
      location.assign(`${root}receipt/${lesson}`);
    } catch (error) {
      tell(said, error.message, "bad");
      if (error.code === "stale") setTimeout(() => location.reload(), 2500);
    }
    return undefined;
  });
});

const withdraw = byId("withdraw");
withdraw?.addEventListener("click", (event) => event.preventDefault() ?? once(withdraw, async () => {
  if (!withdraw.dataset.asked) {
    withdraw.dataset.asked = "yes";
    withdraw.textContent = t("js-withdraw-sure");
    return;
  }
  try {
    await ask("DELETE", `handin/${lesson}`);
    location.hash = "standing";
    location.reload();
  } catch (error) {
    tell(said, error.message, "bad");
    // It has been collected, or taken back elsewhere: what stands here is no longer so.
    if (!["offline", "gone"].includes(error.code)) setTimeout(() => { location.hash = "standing"; location.reload(); }, 2500);
  }
}));

for (const button of everyOne("button.choose")) {
  button.addEventListener("click", (event) => event.preventDefault() ?? once(button, async () => {
    const prompt = button.closest("[data-prompt]").dataset.prompt;
    try {
      const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      await ask("POST", `answers/${prompt}/choose`, { lesson, rev: Number(button.dataset.rev), key });
      location.hash = `answer-${prompt}`;
      location.reload();
    } catch (error) {
      tell(said, error.message, "bad");
    }
  }));
}

// Where a press has led, the focus is: after taking back at how it stands, after a choice at that answer.
document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();

deliver();
window.addEventListener("online", deliver);
// Coming back from the lesson with the browser's Back button: show what is saved now.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Draws the prompts of a previewed lesson and reloads the page when the lesson changes.

import { askedOf } from "../prompts/card/asked.js";
import { DoorError, getReady, mount } from "../prompts/prompt.js";

const KEPT = "openpractice-preview:";
const status = document.querySelector("nav [role=status]");

/** A door that keeps answers in this tab only. */
function tabDoor() {
  const read = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  const put = async (prompt, change) => {
    if (change.patch) throw new DoorError("stale");
    const answers = read();
    const rev = (answers[prompt]?.rev ?? 0) + 1;
    answers[prompt] = { rev, value: change.value, at: new Date().toISOString(), sha256: "" };
    sessionStorage.setItem(KEPT, JSON.stringify(answers));
    return answers[prompt];
  };
  const nothing = async () => ({ responses: [], missing: [], readers: "", state: "open" });
  return {
    user: "preview",
    load: async (lesson) => ({
      user: "preview", lesson, answers: read(), recall: {}, feedback: {}, handin: { state: "open", can_change: true },
    }),
    save: put,
    choose: async (prompt) => read()[prompt],
    share: nothing,
    unshare: nothing,
    handin: { preview: nothing, send: nothing, withdraw: nothing },
    links: { home: "#", signin: "#", check: () => "#", receipt: () => "#" },
    onChange: () => () => {},
  };
}

async function drawPrompts() {
  /** @type {NodeListOf<HTMLElement>} */
  const hosts = document.querySelectorAll("section.host[data-spec]");
  const { lang } = document.documentElement;
  await getReady([...hosts].map((host) => JSON.parse(host.dataset.spec).kind), lang);
  const door = tabDoor();
  for (const host of hosts) {
    const plain = [...host.childNodes];
    host.replaceChildren();
    try {
      const spec = JSON.parse(host.dataset.spec);
      mount(host, spec, door, { language: lang, asked: askedOf(spec, `/files/${location.pathname.split("/").at(-1)}/`) });
    } catch (error) {
      // A kind that cannot be drawn yet stays readable.
      host.replaceChildren(...plain);
      console.warn(`${error}`);
    }
  }
}

async function watch() {
  try {
    const reply = await fetch("/version", { cache: "no-store" });
    if (reply.ok && (await reply.text()) !== document.documentElement.dataset.version) location.reload();
    status.textContent = "";
  } catch {
    status.textContent = "The preview has stopped. Start it again to see changes.";
  }
}

drawPrompts().catch((fault) => {
  status.textContent = "The prompts are shown as plain text: they could not be drawn.";
  console.warn(`${fault}`);
});
setInterval(watch, 1000);

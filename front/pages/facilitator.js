// Facilitator's corner: buttons that say what they did, and hand-in files bound to people.

import { ask, byId, everyOne, fetchMarked, localTimes, once, t, tell } from "./page.js";

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

function lines(list, texts) {
  list.replaceChildren(...texts.map(({ text, hint }) => {
    const item = document.createElement("li");
    item.textContent = text;
    if (hint) item.className = "hint-line";
    return item;
  }));
}

/** Follow a piece of work until it ends, telling its lines. @param {string} job @param {Element} list */
async function follow(job, list) {
  for (;;) {
    const reply = await ask("GET", `facilitator/jobs/${job}`);
    lines(list, reply.lines);
    if (reply.state !== "running") return reply;
    await pause(700);
  }
}

async function work(button, list, start) {
  await once(button, async () => {
    lines(list, [{ text: t("js-working") }]);
    try {
      await follow((await start()).job, list);
    } catch (error) {
      lines(list, [{ text: error.message }]);
    }
  });
}

for (const field of everyOne("input.due")) {
  const due = field.dataset.due && new Date(field.dataset.due);
  if (due && !Number.isNaN(due.getTime())) {
    field.value = new Date(due.getTime() - due.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
}

for (const button of everyOne("[data-do]")) {
  button.addEventListener("click", async () => {
    const card = button.closest("[data-lesson]");
    const doing = button.dataset.do;
    const content = {};
    if (doing === "release" || doing === "due") {
      const field = card.querySelector("input.due");
      content.due = field.value ? new Date(field.value).toISOString() : "";
    }
    if (doing === "withdraw" && !confirm(t("js-take-back-sure"))) return;
    // Building is of the whole course: a rubric or a picture may stand behind several sessions.
    const where = doing === "build" ? "facilitator/build" : `facilitator/${doing}/${card.dataset.lesson}`;
    await work(button, card.querySelector(".log"), () => ask("POST", where, content));
    for (const one of doing === "build" ? everyOne("[data-lesson]") : [card]) await redraw(one);
  });
}

/** What the session's card says by now; whoever pressed a button keeps the focus on it. @param {HTMLElement} card */
async function redraw(card) {
  const reply = await fetchMarked(location.href);
  const all = new DOMParser().parseFromString(await reply.text(), "text/html");
  const now = all.querySelector(`[data-lesson="${CSS.escape(card.dataset.lesson)}"]`);
  if (!now) return;
  const state = document.adoptNode(now.querySelector(".state"));
  card.querySelector(".state").replaceWith(state);
  document.querySelector(".where-people").replaceWith(document.adoptNode(all.querySelector(".where-people")));
  localTimes(state);
  const [[here], [there]] = [everyOne(".edited", card), everyOne(".edited", now)];
  here.hidden = there.hidden;
  card.querySelector(".links").replaceWith(document.adoptNode(now.querySelector(".links")));
  for (const button of everyOne("[data-do]", card)) {
    const [as] = everyOne(`[data-do="${button.dataset.do}"]`, now);
    if (as) Object.assign(button, { className: as.className, hidden: as.hidden, textContent: as.textContent });
  }
}

const form = byId("files-form");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = byId("files-said");
  const { files } = byId("files-input");
  if (!files.length) return tell(said, t("js-choose-file"), "bad");
  return once(form.querySelector("button"), async () => {
    tell(said, t("js-reading"));
    const bad = [];
    for (const file of files) {
      try {
        showFile(await ask("POST", `facilitator/files?name=${encodeURIComponent(file.name)}`, file));
      } catch (error) {
        bad.push(error.message);
      }
    }
    tell(said, bad.join(" "), bad.length ? "bad" : "");
    form.reset();
  });
});

/** One file, with the question whose it is. @param {any} file */
function showFile(file) {
  const card = byId("file-card").content.firstElementChild.cloneNode(true);
  const [choice, tick, list] = [card.querySelector("select"), card.querySelector(".tick"), card.querySelector(".log")];
  card.querySelector(".what").textContent = file.says;
  for (const person of file.people) {
    const option = new Option(person.label, person.id, person.id === file.likely, person.id === file.likely);
    option.dataset.has = person.has ? "yes" : "";
    choice.add(option);
  }
  const look = () => { tick.hidden = !choice.selectedOptions[0]?.dataset.has; };
  choice.addEventListener("change", look);
  look();
  card.addEventListener("submit", (event) => {
    event.preventDefault();
    const replace = tick.querySelector("input").checked && !tick.hidden;
    work(card.querySelector("button"), list, () => ask("POST", `facilitator/files/${file.token}`, { person: choice.value, replace }));
  });
  byId("files-list").append(card);
  choice.focus();
}

// A participant's room: the step and its time, what is asked now, who is in one's group, and a hand to raise.

import { countSpoken } from "../prompts/room/count-picture.js";
import { h } from "../prompts/dom.js";
import { followRoom } from "../prompts/room/room-line.js";
import { once, root, t, tell } from "../pages/page.js";
import { askRoom, countPicture, part, readState, say, stepClock, stepOf, streamOf } from "./parts.js";

const HERE_MS = 40000;

export function takingPart() {
  const clock = stepClock(part("clock"));
  const spoken = part("room-said");
  const blocks = openBlocks();
  let shown = {};
  let line = null;

  const follow = () => {
    line?.close();
    line = followRoom({
      name: root, stream: streamOf("stream"),
      read: (since) => readState(`state?since=${since}`),
      told(state) { askCode(false); paint(state); },
      troubled(why) {
        const asks = ["which-cohort", "has-left"].includes(why?.code);
        askCode(asks);
        tell(part("cut"), why ? why.detail ?? t("room-cut") : "", why ? "bad" : "");
      },
    });
  };

  /** Whoever is in no group is asked for a code and nothing else; whoever is in one finds it folded away. */
  function askCode(asks) {
    const form = part("join");
    const folded = form.parentElement === part("other");
    // Moved only when it has to be: whoever is typing in it keeps their place.
    if (asks && folded) part("room").before(form);
    if (!asks && !folded) part("other").append(form);
    form.hidden = false;
    part("room").hidden = asks;
  }

  part("join").addEventListener("submit", (event) => {
    event.preventDefault();
    once(event.submitter ?? part("join").querySelector("button"), async () => {
      try {
        await askRoom("POST", "join", { code: part("code").value });
        part("join").reset();
        part("other").open = false;
        tell(part("join-said"), "");
        follow();
      } catch (error) {
        tell(part("join-said"), error.message, "bad");
      }
    });
  });

  part("hand").addEventListener("click", () => once(part("hand"), async () => {
    try {
      await askRoom("POST", "hand", { up: !shown.stuck, note: part("hand-note").value });
      await line.refresh();
    } catch (error) {
      tell(spoken, error.message, "bad");
    }
  }));

  part("volunteer").addEventListener("change", () => {
    askRoom("POST", "volunteer", { willing: part("volunteer").checked }).catch((error) => tell(spoken, error.message, "bad"));
  });
  part("leave").addEventListener("click", () => once(part("leave"), async () => {
    try {
      await askRoom("POST", "leave", {});
      tell(part("leave-said"), t("room-left"), "good");
      await line.refresh();
    } catch (error) {
      tell(part("leave-said"), error.message, "bad");
    }
  }));

  setInterval(() => { if (shown.live && document.visibilityState === "visible") askRoom("POST", "here", {}).catch(() => {}); }, HERE_MS);

  follow();

  function paint(state) {
    const before = shown;
    shown = state;
    const step = stepOf(state);
    part("closed").hidden = Boolean(state.live);
    part("open").hidden = !state.live;
    part("cohort").textContent = state.cohort.title;
    if (!before.me || before.me.volunteer !== state.me.volunteer) part("volunteer").checked = state.me.volunteer;
    clock.show(state);
    if (!state.live) return;
    if (!before.live || before.live.lesson !== state.live.lesson) askRoom("POST", "here", {}).catch(() => {});
    part("step").textContent = step ? step.what : "";
    part("step-of").textContent = step ? t("room-step-of", { number: step.number, of: step.of }) : "";
    part("here").textContent = t("room-here", { n: state.here });
    part("message").hidden = !state.live.message;
    part("message").textContent = state.live.message;
    part("hand").textContent = t(state.stuck ? "room-hand-down" : "room-hand-up");
    part("hand").setAttribute("aria-pressed", String(state.stuck));
    part("hand-note").hidden = state.stuck;
    part("hand-state").textContent = state.stuck ? t("room-hand-is-up") : "";
    part("group").textContent = state.group ? t("room-group", { number: state.group.number, people: state.group.people.join(", ") }) : "";
    part("lesson-link").href = `${root}open/${encodeURIComponent(state.live.lesson)}`;
    paintQuestions(part("questions"), state, before);
    if (before.live && before.live.step !== state.live.step && step) spoken.textContent = t("room-step-now", { what: step.what });
    if (before.live && state.live.message && before.live.message !== state.live.message) spoken.textContent = state.live.message;
  }

  function paintQuestions(place, state, before) {
    const now = JSON.stringify([state.questions, state.live.shows, state.titles]);
    if (place.dataset.now === now) return;
    place.dataset.now = now;
    const ids = Object.keys(state.questions).filter((id) => state.questions[id].results.length || state.questions[id].wall.length);
    const onScreen = state.live.shows.split("#")[0];
    ids.sort((one, other) => Number(other === onScreen) - Number(one === onScreen));
    if (onScreen && onScreen !== before.live?.shows.split("#")[0]) blocks.open.add(onScreen);
    for (const id of ids) {
      const had = before.questions?.[id]?.results.length ?? 0;
      const { results } = state.questions[id];
      if (!before.questions || results.length <= had) continue;
      spoken.textContent = countSpoken(say, results[results.length - 1]);
      blocks.open.add(id); // what is shown now is what everybody looks at
    }
    const drawn = ids.map((id) => blocks.draw(id, state));
    // What stands there already in this order is left alone, so that nobody loses their place.
    if (drawn.some((el, at) => place.children[at] !== el) || place.children.length !== drawn.length) place.replaceChildren(...drawn);
  }
}

/** The questions of the session, each folded until it is shown or somebody opens it; drawn anew only where it changed. */
function openBlocks() {
  const open = new Set();
  const drawn = new Map();
  const draw = (id, state) => {
    const { el, mark = "" } = drawn.get(id) ?? {};
    const block = el ?? h("details", { class: "room-question" }, h("summary", {}, state.titles?.[id] ?? id), h("div", {}));
    const now = JSON.stringify([state.questions[id], state.mine[id]?.shared?.id]);
    if (now !== mark) block.lastChild.replaceWith(questionBlock(id, state));
    if (!el) block.addEventListener("toggle", () => { open[block.open ? "add" : "delete"](id); });
    block.open = open.has(id);
    drawn.set(id, { el: block, mark: now });
    return block;
  };
  return { open, draw };
}

function questionBlock(id, state) {
  const question = state.questions[id];
  const own = state.mine[id]?.shared?.id;
  return h("div", {},
    question.results.length ? [h("p", { class: "meta" }, t("room-answered", { n: question.answered, of: question.of })), countPicture(say, question.results)] : null,
    question.wall.length ? h("ol", { class: "wall" }, question.wall.map((card) => h("li", { class: card.lead ? "lead" : "" },
      h("p", { class: "meta" }, h("b", { class: "name" }, card.name || t("room-wall-nameless")), ` · ${t(card.lead ? "room-wall-by-lead" : card.id === own ? "room-wall-by-you" : "room-wall-by-participant")}`), h("p", { class: "words", dir: "auto" }, card.text)))) : null);
}

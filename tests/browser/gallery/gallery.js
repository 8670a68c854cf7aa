// Shows the prompts of prompts.json over the real door. ?only=ID&lang=es&heading=0 narrow it.

import { mountHandinCard } from "/built/handin.js";
import { getReady, mount } from "/built/prompt.js";
import { askedOf } from "/front/prompts/card/asked.js";
import { httpDoor } from "/front/prompts/doors/door-http.js";

const ask = new URLSearchParams(location.search);
const specs = await (await fetch("prompts.json")).json();
const door = httpDoor({ base: ask.get("base") ?? "/", user: ask.get("user") ?? "ana" });
const gallery = document.getElementById("gallery");
const only = ask.get("only")?.split(",");
window.cards = {};
await getReady(specs.map(({ kind }) => kind), ask.get("lang"));
for (const spec of specs) {
  if (only && !only.includes(spec.id)) continue;
  const el = gallery.appendChild(document.createElement("div"));
  window.cards[spec.id] = mount(el, spec, door, { language: ask.get("lang"), asked: ask.get("heading") === "0" ? null : askedOf(spec) });
}
if (!only) mountHandinCard(gallery.appendChild(document.createElement("div")), { course: "open-practice", lesson: "gallery", title: "Gallery" }, door, { language: ask.get("lang") });
window.door = door;
document.documentElement.dataset.ready = "1";

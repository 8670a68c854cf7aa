/**
 * One lesson as a reading page: the cells' prompts drawn in their place, a line on
 * top, a quiet bar at the bottom, and everything undone when it is closed or when a
 * facilitator asks for the notebook's tools.
 */
import { httpDoor } from "../prompts/door-http.js";
import { getReady, isEmptyValue, watchPage } from "../prompts/prompt.js";
import { drawBar } from "./bar.js";
import { dressCells, kindsIn } from "./cells.js";
import { drawHeader, element, readTextSize, scrollerOf } from "./header.js";
import { nextOpen } from "../prompts/progress.js";
import { isShown } from "../prompts/shown.js";
import { speaker } from "./words.js";

const PAGE_CLASS = "op-reading";
const PANEL_CLASS = "op-lesson";

/**
 * @param {{panel: any, ctx: any, lesson: ReturnType<import("./lesson.js").lessonOf>, alone: boolean,
 *          config: any, setReading: (reading: boolean) => void}} host
 * @returns {{close: () => void}}
 */
export function openReadingPage({ panel, ctx, lesson, alone, config, setReading }) {
  const say = speaker(lesson.language);
  // On a hub the cookie tells who is signed in now; the page's own token would be as old as the page.
  const door = httpDoor({ base: config.baseUrl, token: config.hubPrefix ? "" : config.token });
  const undo = [];
  const enter = () => {
    setReading(true);
    undo.push(dressPage(panel, lesson, alone));
  };
  const leave = () => {
    setReading(false);
    for (const step of undo.splice(0).reverse()) step();
    // The toolbar measured itself while nobody could see it.
    window.dispatchEvent(new Event("resize"));
  };
  enter();
  const ends = [leave];
  let closed = false;
  const draw = () => {
    if (closed) return;
    const cells = dressCells({ panel, lesson, door, say, files: besideOf(ctx.path, config) });
    const page = { panel, lesson, config, door, say, ...cells };
    const bar = drawBar(page, { next: () => goNext(page) });
    const header = drawHeader(page, { leave, enter });
    const onShown = () => bar.update();
    panel.node.addEventListener("op-shown", onShown);
    ends.push(
      () => panel.node.removeEventListener("op-shown", onShown),
      followAnswers(page, bar.update),
      followKeys(page, bar),
      followAddress(page, alone),
      bar.remove,
      header.remove,
      cells.remove,
    );
    readTextSize(panel);
  };
  getReady(kindsIn(panel), lesson.language)
    .then(draw)
    .catch((fault) => {
      leave();
      sayPageFault(panel, say);
      console.error("Open Practice:", fault);
    });
  return { close: () => ((closed = true), ends.forEach((end) => end())) };
}

/** Where Jupyter gives the files that lie beside a notebook. */
function besideOf(path, config) {
  const folder = path.split("/").slice(0, -1).map((part) => `${encodeURIComponent(part)}/`);
  return `${config.baseUrl}files/${folder.join("")}`;
}

function sayPageFault(panel, say) {
  const words = element("p", "opl-page-fault", say("page-fault"));
  words.setAttribute("role", "alert");
  scrollerOf(panel).prepend(words);
}

/** Marks the page as a lesson being read, with its language and title; returns what undoes it. */
function dressPage(panel, lesson, alone) {
  const root = alone ? document.documentElement : panel.node;
  const before = { lang: root.getAttribute("lang"), title: document.title };
  panel.node.classList.add(PANEL_CLASS);
  root.setAttribute("lang", lesson.language);
  // In JupyterLab the tab keeps the file's name: setting panel.title.label renames the file.
  if (alone) {
    document.body.classList.add(PAGE_CLASS);
    document.title = lesson.title;
  }
  const ends = [nameParts(panel, lesson), followTheme(panel, alone)];
  const keepMenu = (event) => event.stopPropagation();
  panel.node.addEventListener("contextmenu", keepMenu);
  return () => {
    panel.node.classList.remove(PANEL_CLASS);
    document.body.classList.remove(PAGE_CLASS);
    if (before.lang === null) root.removeAttribute("lang");
    else root.setAttribute("lang", before.lang);
    if (alone) document.title = before.title;
    panel.node.removeEventListener("contextmenu", keepMenu);
    ends.forEach((end) => end());
  };
}

/**
 * Dark where Jupyter is dark and, on a page of its own, where the reader's system is:
 * said on the panel in Jupyter's own way, which the prompts follow too.
 */
function followTheme(panel, alone) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const dark = document.body.dataset.jpThemeLight === "false" || (alone && system.matches);
    panel.node.dataset.jpThemeLight = String(!dark);
  };
  paint();
  system.addEventListener("change", paint);
  const theme = new MutationObserver(paint);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => {
    system.removeEventListener("change", paint);
    theme.disconnect();
    delete panel.node.dataset.jpThemeLight;
  };
}

/** Gives the page's parts roles and names for a reader instead of a cell editor's. */
function nameParts({ content }, lesson) {
  const before = [];
  const name = (node, names) => {
    for (const [key, value] of Object.entries(names)) {
      before.push([node, key, node.getAttribute(key)]);
      setOrRemove(node, key, value);
    }
  };
  let reading = true;
  const none = { role: null, "aria-label": null, tabindex: null };
  name(content.node, none);
  name(content.node.querySelector(".jp-WindowedPanel-viewport"), { role: "article", "aria-label": lesson.title });
  for (const cell of content.widgets) {
    name(cell.node, none);
    // Jupyter names a cell once more when it draws it, which may be later.
    cell.ready.then(() => reading && name(cell.node, none)).catch(() => {});
  }
  return () => {
    reading = false;
    for (const [node, key, value] of before.reverse()) setOrRemove(node, key, value);
  };
}

function setOrRemove(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** Keeps each prompt's standing true: what was saved before, then what is written here. */
function followAnswers({ prompts, door, lesson }, update) {
  const note = (id, value) => {
    for (const one of prompts.filter(({ spec }) => (spec.answer_with || spec.id) === id)) {
      one.answered = !isEmptyValue(value) || one.typed;
    }
  };
  door
    .load(lesson.lesson)
    .then(({ answers = {} }) => {
      for (const [id, answer] of Object.entries(answers)) note(id, answer.value);
    })
    // A closed door is the prompts' to explain, each beside its words.
    .catch(() => {})
    .finally(update);
  return watchPage(({ prompt, value }) => {
    note(prompt, value);
    update();
  });
}

/** Alt+N goes on; Ctrl+S, an old habit, is answered instead of saving the page's HTML. */
function followKeys(page, bar) {
  const onKey = (event) => {
    if (!page.panel.node.classList.contains(PANEL_CLASS) || !page.panel.isVisible) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyN") {
      event.preventDefault();
      goNext(page);
    } else if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      bar.announce(page.say("saved"));
    }
  };
  document.addEventListener("keydown", onKey, true);
  return () => document.removeEventListener("keydown", onKey, true);
}

function goNext(page) {
  const here = page.prompts.find(({ place }) => place.contains(document.activeElement));
  const id = nextOpen(page.prompts.map((one) => ({ ...one, shown: isShown(one) })), here ? here.spec.id : null);
  if (id) goTo(page, id);
  else if (page.handin) show(page.handin);
}

function goTo(page, id, calm) {
  const found = page.prompts.find(({ spec }) => spec.id === id);
  if (found) show(found.place, calm);
}

/** Brings a place to the top of the page and the focus to its first control. */
function show(place, calm = matchMedia("(prefers-reduced-motion: reduce)").matches) {
  place.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  const control = place.querySelector("textarea, input:checked, input, select") || place.querySelector("button, [tabindex]");
  (control || place).focus({ preventScroll: true });
}

/** `#<prompt id>` in the address opens the page at that prompt. */
function followAddress(page, alone) {
  if (!alone) return () => {};
  const wanted = () => decodeURIComponent(location.hash.slice(1));
  const onHash = () => goTo(page, wanted(), true);
  const stop = location.hash ? openAt(page, wanted()) : () => {};
  window.addEventListener("hashchange", onHash);
  return () => {
    stop();
    window.removeEventListener("hashchange", onHash);
  };
}

const HELD_MS = 20000;

/**
 * Goes to a prompt once it can take the focus (Jupyter keeps the panel covered for a
 * while), and holds it at the top while the page above it still fills: earlier answers,
 * feedback and the last cells come in late. Whoever has begun to read is left alone.
 */
function openAt({ prompts, panel }, id) {
  const place = prompts.find(({ spec }) => spec.id === id)?.place;
  if (!place) return () => {};
  const signs = ["keydown", "pointerdown", "wheel", "touchmove"];
  const growth = new ResizeObserver(() => place.scrollIntoView({ block: "start" }));
  let waiting = true;
  let late = 0;
  const stop = () => {
    waiting = false;
    clearTimeout(late);
    growth.disconnect();
    for (const sign of signs) window.removeEventListener(sign, stop, true);
  };
  for (const sign of signs) window.addEventListener(sign, stop, true);
  const look = () => {
    if (!waiting || panel.isDisposed) return;
    const whole = panel.content.widgets.every((cell) => cell.node.isConnected);
    if (!whole || !place.checkVisibility()) return void requestAnimationFrame(look);
    show(place, true);
    for (const cell of panel.content.widgets) growth.observe(cell.node);
    late = setTimeout(stop, HELD_MS);
  };
  // Twice round, because Jupyter takes the focus itself as it uncovers the panel.
  Promise.resolve(panel.revealed).then(() => requestAnimationFrame(() => requestAnimationFrame(look)));
  return stop;
}

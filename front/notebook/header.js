/** The line above a lesson: the way home, one's own words, how to read, and the way to the tools. */
const SIZES = [90, 100, 112, 125, 150, 175];
const SIZE_KEY = "openpractice:text-size";

/**
 * @param {any} page @param {{leave: () => void, enter: () => void}} mode
 * @returns {{remove: () => void}}
 */
export function drawHeader(page, mode) {
  const { say, config, panel } = page;
  const base = `${config.baseUrl}openpractice/`;
  const home = link(base, say("home"), "opl-home");
  const words = link(`${base}words`, say("words"));
  const header = element("nav", "opl-header");
  header.setAttribute("aria-label", say("about"));
  header.append(home, element("span", "opl-gap"), words, readingOptions(page, mode));
  scrollerOf(panel).prepend(header);
  return { remove: () => header.remove() };
}

/** The part of a notebook panel that scrolls. */
export function scrollerOf(panel) {
  return panel.content.outerNode || panel.node.querySelector(".jp-WindowedPanel-outer");
}

function readingOptions({ say, panel }, mode) {
  const fold = element("details", "opl-options");
  const summary = element("summary", "", say("options"));
  const size = element("span", "opl-size");
  size.setAttribute("role", "status");
  const step = (by) => () => {
    const at = SIZES.indexOf(readTextSize(panel));
    setTextSize(panel, SIZES[Math.min(SIZES.length - 1, Math.max(0, at + by))]);
    size.textContent = say("size", { percent: readTextSize(panel) });
  };
  const list = element("div", "opl-options-list");
  list.append(
    button(say("smaller"), step(-1)),
    button(say("larger"), step(1)),
    size,
    button(say("print"), () => window.print()),
    button(say("tools"), () => showTools(panel, say, mode)),
  );
  fold.append(summary, list);
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    fold.open = false;
    summary.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (fold.open && !fold.contains(event.target)) fold.open = false;
  });
  return fold;
}

/** Gives the notebook and its tools back, with one button that returns to reading. */
function showTools(panel, say, mode) {
  mode.leave();
  const back = button(say("reading"), () => {
    back.remove();
    mode.enter();
  });
  back.classList.add("opl-back");
  panel.node.append(back);
  back.focus();
}

/** The text size chosen on this browser, in percent; also puts it on the page. */
export function readTextSize(panel) {
  const kept = Number(stored());
  const size = SIZES.includes(kept) ? kept : 100;
  panel.node.style.setProperty("--op-zoom", String(size / 100));
  return size;
}

function setTextSize(panel, size) {
  try {
    localStorage.setItem(SIZE_KEY, String(size));
  } catch {
    // A browser that keeps nothing still shows the size chosen now.
    sessionSize = size;
  }
  readTextSize(panel);
}

let sessionSize = 0;

function stored() {
  try {
    return sessionSize || localStorage.getItem(SIZE_KEY);
  } catch {
    return sessionSize;
  }
}

function link(href, words, name = "") {
  const one = element("a", name, words);
  one.href = href;
  return one;
}

export function button(words, onclick) {
  const one = element("button", "opl-page-button", words);
  one.type = "button";
  one.addEventListener("click", onclick);
  return one;
}

export function element(tag, name = "", words = "") {
  const one = document.createElement(tag);
  if (name) one.className = name;
  if (words) one.textContent = words;
  return one;
}

// The page's menu: how large the text is, printing, and the way to the notebook.

import { t } from "../pages/page.js";

const SIZES = [90, 100, 112, 125, 150, 175];
const SIZE_KEY = "openpractice:text-size";
let now = 100;

/** @param {any} page */
export function drawMenu(page) {
  const menu = /** @type {HTMLDetailsElement} */ (document.getElementById("lesson-menu"));
  const said = menu.querySelector("[data-part=size]");
  const step = (by) => () => {
    setSize(SIZES[Math.min(SIZES.length - 1, Math.max(0, SIZES.indexOf(now) + by))]);
    said.textContent = t("lesson-size", { percent: now });
  };
  const press = (name, work) => menu.querySelector(`[data-do=${name}]`)?.addEventListener("click", work);
  press("smaller", step(-1));
  press("larger", step(1));
  press("print", () => {
    menu.open = false;
    window.print();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (menu.open && !menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  readSize();
  return page;
}

/** The text size chosen on this browser, in percent. */
function readSize() {
  let kept = 0;
  try {
    kept = Number(localStorage.getItem(SIZE_KEY));
  } catch {
    // A browser that keeps nothing shows the usual size.
  }
  if (SIZES.includes(kept)) setSize(kept);
}

function setSize(size) {
  now = size;
  document.documentElement.style.setProperty("--zoom", String(size / 100));
  try {
    localStorage.setItem(SIZE_KEY, String(size));
  } catch {
    // The size chosen now is shown all the same.
  }
}

// The pane beside an answer: as high as the window leaves room for, its foot always in view, the criterion
// that the next digit is for in full. Where all of it does not fit, the other criteria show their levels by name.

const HYSTERESIS = 2; // pixels of rounding
const NARROW = matchMedia("(max-width: 860px)"); // there the pane lies under the answer and has no height of its own

/** @param {HTMLElement} two the answer and the pane @param {HTMLElement} side the pane @returns {{fit: () => void, stop: () => void}} */
export function fitted(two, side) {
  const room = () => {
    const { top } = two.getBoundingClientRect();
    two.style.setProperty("--room", `${innerHeight - Math.max(0, top)}px`);
    two.style.setProperty("--at-first", `${innerHeight - top - scrollY}px`);
  };
  const fit = () => {
    room();
    side.classList.remove("folds");
    if (!NARROW.matches && side.scrollHeight > side.clientHeight + HYSTERESIS) side.classList.add("folds");
  };
  addEventListener("resize", fit);
  addEventListener("scroll", room, { passive: true });
  return {
    fit,
    stop() {
      removeEventListener("resize", fit);
      removeEventListener("scroll", room);
    },
  };
}

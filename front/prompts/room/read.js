// What has stood before somebody's eyes for a second has been read.

const READ_MS = 1000;

/** @param {(id: string) => void} then told once of each that was read */
export function whenRead(then) {
  const timers = new Map();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      if (!isIntersecting) continue;
      timers.set(target, setTimeout(() => {
        watcher.unobserve(target);
        then(/** @type {HTMLElement} */ (target).dataset.share);
      }, READ_MS));
    }
  }, { threshold: 0.1 });
  return {
    /** @param {HTMLElement} el @param {string} id */
    watch(el, id) { el.dataset.share = id; watcher.observe(el); },
    close() { watcher.disconnect(); for (const timer of timers.values()) clearTimeout(timer); },
  };
}

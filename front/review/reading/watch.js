// Live marks: that we are on an answer, and who is on which.

import { idOf } from "./line.js";

const POLL_MS = 5000;
const RENEW_MS = 60000; // whoever goes away without a word is off the answer after two and a half minutes
const SETTLE_MS = 250; // whoever only leafs through takes nothing

export class Watch {
  /** @param {{ask: any, line: any, again: () => Promise<any[]>, changed: () => void}} given */
  constructor({ ask, line, again, changed }) {
    this.ask = ask;
    this.line = line;
    this.again = again;
    this.changed = changed;
    this.stamp = null;
    this.timer = setInterval(() => this.look(), POLL_MS);
    this.gone = () => this.leave({ keepalive: true });
    globalThis.addEventListener("pagehide", this.gone);
    this.look();
  }

  /** We are on this answer now. @param {any} entry */
  take(entry) {
    clearTimeout(this.soon);
    this.on = null;
    this.soon = setTimeout(() => this.hold(entry), SETTLE_MS);
  }

  async hold(entry) {
    this.on = { entry, since: Date.now() };
    try {
      const { holder } = await this.ask("POST", `lease/${idOf(entry)}`);
      entry.holder = holder;
      this.changed();
    } catch { /* a courtesy: saving does not depend on it */ }
  }

  /** Ask who is where; the whole line only when something in it has changed. */
  async look() {
    if (document.hidden) return;
    if (this.on && Date.now() - this.on.since >= RENEW_MS) this.hold(this.on.entry);
    try {
      const { on, stamp } = await this.ask("GET", "live");
      // An answer that another has let go of waits again, so who is where is part of what may have changed.
      const now = `${stamp} ${on.filter((one) => this.line.placeOf(idOf(one)) >= 0).map(idOf).sort().join(" ")}`;
      if (this.stamp !== null && this.stamp !== now) this.line.refresh(await this.again());
      this.stamp = now;
      this.line.mark(on);
      this.changed();
    } catch { /* what could not be saved says so where it was to be saved */ }
  }

  /** We are on nothing now. @param {RequestInit} [how] */
  leave(how) {
    clearTimeout(this.soon);
    this.on = null;
    this.ask("DELETE", "lease", undefined, how).catch(() => {});
  }

  close() {
    clearInterval(this.timer);
    globalThis.removeEventListener("pagehide", this.gone);
    this.leave();
  }
}

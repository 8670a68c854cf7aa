// How long somebody has looked at an answer; a page in the background does not count.

const LONGEST = 600; // seconds; whoever goes away for longer was not reading

export class Clock {
  begin() {
    this.began = performance.now();
    this.spent = 0;
  }

  /** The seconds so far. */
  read() {
    if (this.began && !document.hidden) this.spent = Math.min(LONGEST, this.spent + (performance.now() - this.began) / 1000);
    this.began = performance.now();
    return Math.round(this.spent * 10) / 10;
  }

  stop() {
    this.read();
    this.began = undefined;
  }
}

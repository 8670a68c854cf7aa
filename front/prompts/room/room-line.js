// Following a room: the whole state by HTTP, and a stream that says only when to fetch it again.
// One stream a browser: of all tabs on one room, one listens and tells the others. Where streams are
// cut, the state is asked for now and then; nobody waits on a line that is dead without knowing it.

const BEAT_MS = 45000; // the room says something every 20 seconds: later than this, the line is dead
const LIVE_MS = 30000; // how often to ask although the stream lives
const POLL_MS = 4000; // how often to ask without one
const LONGEST_MS = 15000; // how long to wait at most after failures
const AGAIN_MS = 20000; // when to try a stream again

/**
 * @typedef {{
 *   name: string, stream: (signal: AbortSignal) => Promise<Response>, read: (since: string) => Promise<any>,
 *   told: (state: any) => void, troubled?: (why: any) => void,
 * }} Room name: the same in all tabs on one room; read: the state, or {same: true}; troubled: null when all is well again
 */

/** @param {Room} room @returns {{refresh: () => Promise<void>, close: () => void}} */
export function followRoom({ name, stream, read, told, troubled = () => {} }) {
  const stop = new AbortController();
  const line = { mark: "", failures: 0, live: false, reading: null, again: false, timer: 0 };

  async function fetchOnce() {
    try {
      const state = await read(line.mark);
      if (stop.signal.aborted) return;
      if (line.failures) troubled(null);
      line.failures = 0;
      if (state.same) return;
      line.mark = state.mark ?? `${state.number}.${state.pulse}`;
      told(state);
    } catch (why) {
      line.failures += 1;
      troubled(why);
    }
  }

  function refresh() {
    line.again = true;
    line.reading ??= (async () => {
      while (line.again && !stop.signal.aborted) {
        line.again = false;
        await fetchOnce();
      }
    })().finally(() => { line.reading = null; plan(); });
    return line.reading;
  }

  function plan() {
    clearTimeout(line.timer);
    if (stop.signal.aborted) return;
    const wait = line.failures ? Math.min(1000 * 2 ** line.failures, LONGEST_MS) : line.live ? LIVE_MS : POLL_MS;
    line.timer = setTimeout(refresh, wait);
  }

  const heard = (live) => { line.live = live; refresh(); };
  const close = shareStream(name, stream, heard, stop.signal);
  const wake = () => { if (document.visibilityState === "visible") refresh(); };
  document.addEventListener("visibilitychange", wake, { signal: stop.signal });
  for (const event of ["online", "pageshow"]) addEventListener(event, wake, { signal: stop.signal });
  refresh();
  return { refresh, close() { stop.abort(); clearTimeout(line.timer); close(); } };
}

/** Listens here, or hears from the tab that does. `heard(live)` on every piece of news. */
function shareStream(name, open, heard, signal) {
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(`open-practice ${name}`) : null;
  if (channel) channel.onmessage = ({ data }) => heard(data === "live");
  const tell = (live) => { heard(live); channel?.postMessage(live ? "live" : "cut"); };
  const listen = () => listenAlone(open, tell, signal);
  // Without locks each tab would hold a stream of its own and use up the browser's few connections: then none does.
  navigator.locks?.request(`open-practice ${name}`, { signal }, listen).catch(() => {});
  return () => channel?.close();
}

/** Holds the stream until the page is done with it; opens it anew whenever it ends or dies. */
async function listenAlone(open, tell, signal) {
  while (!signal.aborted) {
    const began = Date.now();
    await readStream(open, () => tell(true), signal).catch(() => {});
    if (signal.aborted) return;
    tell(false);
    const wait = Date.now() - began > AGAIN_MS ? 1000 : AGAIN_MS;
    await new Promise((go) => { setTimeout(go, wait); signal.addEventListener("abort", go, { once: true }); });
  }
}

/** Reads one stream to its end; a line that says nothing for too long is dead, whatever the browser thinks. */
async function readStream(open, again, signal) {
  const stop = new AbortController();
  const end = () => stop.abort();
  signal.addEventListener("abort", end, { once: true });
  let watch = setTimeout(end, BEAT_MS);
  try {
    const reply = await open(stop.signal);
    if (!reply.ok || !reply.body) throw new Error("no stream");
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(end, BEAT_MS);
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      if (lines.includes("event: again")) again();
    }
  } finally {
    clearTimeout(watch);
    signal.removeEventListener("abort", end);
  }
}

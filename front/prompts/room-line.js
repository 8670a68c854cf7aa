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
 *   name: string, stream: string, read: (since: string) => Promise<any>,
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
function shareStream(name, address, heard, signal) {
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(`open-practice ${name}`) : null;
  if (channel) channel.onmessage = ({ data }) => heard(data === "live");
  const tell = (live) => { heard(live); channel?.postMessage(live ? "live" : "cut"); };
  const listen = () => listenAlone(address, tell, signal);
  // Without locks each tab would hold a stream of its own and use up the browser's few connections: then none does.
  navigator.locks?.request(`open-practice ${name}`, { signal }, listen).catch(() => {});
  return () => channel?.close();
}

/** Holds the stream until the page is done with it; opens it anew whenever it dies. */
function listenAlone(address, tell, signal) {
  return new Promise((done) => {
    let source = null;
    let watch = 0;
    let retry = 0;
    const alive = () => { clearTimeout(watch); watch = setTimeout(cut, BEAT_MS); };
    const cut = () => {
      clearTimeout(watch);
      source?.close();
      source = null;
      if (signal.aborted) return;
      tell(false);
      retry = setTimeout(open, AGAIN_MS);
    };
    const open = () => {
      source = new EventSource(address);
      source.addEventListener("again", () => { alive(); tell(true); });
      source.addEventListener("beat", alive);
      source.onerror = () => { if (source?.readyState === EventSource.CLOSED) cut(); };
      alive();
    };
    signal.addEventListener("abort", () => { clearTimeout(retry); clearTimeout(watch); source?.close(); done(); });
    open();
  });
}

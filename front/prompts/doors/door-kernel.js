// The door through ipywidgets: questions and answers as custom messages, so that no word enters saved widget state.

import { DoorError, sharedPage } from "../prompt.js";

const KERNEL_TIMEOUT_MS = 20000;
const SHARED_LOAD_MS = 3000;

/** @param {any} model an anywidget model @param {{user?: string, workshop?: string, timeout?: number}} [given] */
export function kernelDoor(model, { user = "", workshop = "", timeout = KERNEL_TIMEOUT_MS } = {}) {
  const waiting = new Map();
  const listeners = new Set();
  let lastId = 0;

  const hear = (content) => {
    const one = waiting.get(content?.id);
    if (!one) return;
    waiting.delete(content.id);
    clearTimeout(one.timer);
    if (content.error) one.reject(new DoorError(content.error.reason, content.error.message));
    else one.resolve(content.ok);
  };
  model.on("msg:custom", hear);

  // After a restart the old line stays dead: each try says "gone" until the page is run again and replays the draft.
  const call = (name, args) => new Promise((resolve, reject) => {
    if (model.comm_live === false || model.widget_manager?.kernel?.connectionStatus === "disconnected") {
      reject(new DoorError("gone"));
      return;
    }
    const id = `${Date.now().toString(36)}-${(lastId += 1)}`;
    const timer = setTimeout(() => { waiting.delete(id); reject(new DoorError("gone")); }, timeout);
    waiting.set(id, { resolve, reject, timer });
    try {
      model.send({ id, call: name, args });
    } catch {
      hear({ id, error: { reason: "gone" } });
    }
  });

  const changed = (lesson) => {
    sharedPage().loads?.clear();
    door.load(lesson).then((reply) => { for (const listener of listeners) listener(reply); }, () => {});
  };

  const door = {
    user, workshop,
    words: { gone: "gone-kernel" },
    // Every prompt on the page asks for the same answers at once: one question serves them all.
    load(lesson) {
      const loads = (sharedPage().loads ??= new Map());
      const key = `${user} ${lesson}`;
      if (!loads.has(key)) {
        const load = call("load", { lesson });
        loads.set(key, load);
        const forget = () => loads.delete(key);
        load.then(() => setTimeout(forget, SHARED_LOAD_MS), forget);
      }
      return loads.get(key);
    },
    save: (prompt, change) => call("save", { prompt, change }),
    choose: (prompt, choice) => call("choose", { prompt, choice }),
    share: (prompt, rev) => call("share", { prompt, rev }),
    unshare: (prompt) => call("unshare", { prompt }),
    handin: {
      preview: (lesson) => call("preview", { lesson }),
      send: (lesson, revs) => call("send", { lesson, revs }).finally(() => changed(lesson)),
      withdraw: (lesson) => call("withdraw", { lesson }).finally(() => changed(lesson)),
    },
    links: {},
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      model.off("msg:custom", hear);
      for (const { timer, reject } of waiting.values()) { clearTimeout(timer); reject(new DoorError("gone")); }
      waiting.clear();
    },
  };
  return door;
}

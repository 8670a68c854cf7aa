/**
 * Keeps Jupyter's own business off a lesson: no kernel, no saving, no dialogs, no
 * edit and command mode, no shortcuts. Each hold asks `reading()` when it is
 * about to act, so that one switch gives everything back to a facilitator.
 */

const MARK = "data-lm-suppress-shortcuts";
const OURS = "data-op-quiet";

/**
 * Holds one notebook panel back from everything a reader must not meet.
 * @param {any} panel the NotebookPanel @param {any} ctx its document context
 * @param {{isLesson: () => boolean, reading: () => boolean}} is
 */
export function quietNotebook(panel, ctx, is) {
  holdKernel(ctx, is.isLesson);
  holdSaving(ctx, is.reading);
  const notebook = panel.content;
  for (const name of ["handleEvent", "onActivateRequest"]) {
    const own = notebook[name];
    if (typeof own === "function") notebook[name] = (...args) => (is.reading() ? undefined : own.apply(notebook, args));
  }
}

/**
 * A lesson starts no kernel and joins none. Jupyter asks for one right after the
 * notebook's content is there, at once for a read-only file; so the asking itself
 * is where the notebook's metadata is looked at.
 */
function holdKernel(ctx, isLesson) {
  const session = ctx.sessionContext;
  const initialize = session.initialize;
  session.initialize = (...args) => {
    if (isLesson()) {
      const none = { shouldStart: false, shouldReuse: false, autoStartDefault: false };
      session.kernelPreference = { ...session.kernelPreference, ...none };
    }
    return initialize.apply(session, args);
  };
}

/** What people write goes to their journal; the notebook file stays as it was opened. */
function holdSaving(ctx, reading) {
  for (const name of ["save", "createCheckpoint"]) {
    const own = ctx[name];
    ctx[name] = (...args) => (reading() ? Promise.resolve() : own.apply(ctx, args));
  }
  ctx.model.stateChanged.connect((model) => {
    if (reading() && model.dirty) model.dirty = false;
  });
}

/**
 * Answers a dialog with Cancel instead of showing it while `hushed()`: a dialog
 * takes the focus, and with it the next words somebody types.
 * @param {any} Dialog the class shared by everything in Jupyter @param {() => boolean} hushed
 */
export function quietDialogs(Dialog, hushed) {
  const launch = Dialog.prototype.launch;
  Dialog.prototype.launch = function () {
    if (!hushed()) return launch.call(this);
    const answer = { button: Dialog.cancelButton(), isChecked: null, value: null };
    // Disposing here and now would take the dialog away under whoever made it.
    setTimeout(() => this.dispose());
    return Promise.resolve(answer);
  };
}

/**
 * Marks what is focused, on its way to Jupyter's shortcuts, as not theirs. They look
 * for the mark on the focused element itself, so no mark on the page around it helps.
 * @param {(target: Element) => boolean} ours
 */
export function quietShortcuts(ours) {
  window.addEventListener(
    "keydown",
    (event) => {
      const target = event.target;
      if (!(target instanceof Element) || target.hasAttribute(MARK) || !ours(target)) return;
      target.setAttribute(MARK, "true");
      target.setAttribute(OURS, "");
    },
    true,
  );
}

/** Gives the shortcuts back to every element that was marked on the way. */
export function releaseShortcuts() {
  for (const one of document.querySelectorAll(`[${OURS}]`)) {
    one.removeAttribute(MARK);
    one.removeAttribute(OURS);
  }
}

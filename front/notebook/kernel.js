/**
 * Where a course's servers have no kernels, a lesson asks nobody which one to start: its prompts need none.
 * Where there are kernels, Jupyter starts the usual one, as for every notebook.
 */

/**
 * Jupyter asks for a kernel right after the notebook's content is there, at once for a read-only file;
 * so that asking is where the notebook is looked at.
 * @param {any} session the document's session context @param {() => boolean} isLesson @param {() => Promise<boolean>} startsKernels
 */
export function askForNoKernel(session, isLesson, startsKernels) {
  const initialize = session.initialize;
  session.initialize = async (...given) => {
    if (isLesson() && !(await startsKernels())) {
      const none = { shouldStart: false, shouldReuse: false, autoStartDefault: false };
      session.kernelPreference = { ...session.kernelPreference, ...none };
    }
    return initialize.apply(session, given);
  };
}

/** Whether this server starts kernels: it may list some and start none. @param {any} config @param {any} kernelspecs */
export async function startsKernels(config, kernelspecs) {
  if (config.openpracticeKernels === "off") return false;
  await kernelspecs.ready.catch(() => {});
  return Object.keys(kernelspecs.specs?.kernelspecs ?? {}).length > 0;
}

/**
 * Tells whenever a kernel of this notebook comes or goes. @param {any} session @param {() => void} told
 * @returns {() => void} stops
 */
export function followKernel(session, told) {
  session.kernelChanged.connect(told);
  return () => session.kernelChanged.disconnect(told);
}

/** Whether a kernel is there that may draw what a cell has given out. @param {any} session */
export const hasKernel = (session) => Boolean(session.session?.kernel);

/**
 * A lesson starts no kernel by itself and asks nobody about one: its prompts need none, thirty kernels
 * cost a room its memory, and a course's servers may have none to start. Whoever runs a cell gets the
 * usual kernel, started without a question.
 */

/**
 * Jupyter asks for a kernel right after the notebook's content is there, at once for a read-only file;
 * so that asking is where the notebook is looked at.
 * @param {any} session the document's session context @param {() => boolean} isLesson
 */
export function askForNoKernel(session, isLesson) {
  const initialize = session.initialize;
  session.initialize = async (...given) => {
    if (!isLesson()) return initialize.apply(session, given);
    const usual = session.kernelPreference;
    session.kernelPreference = { ...usual, shouldStart: false, shouldReuse: false, autoStartDefault: false };
    try {
      return await initialize.apply(session, given);
    } finally {
      session.kernelPreference = { ...usual, shouldStart: true, autoStartDefault: true };
    }
  };
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

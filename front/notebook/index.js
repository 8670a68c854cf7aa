/**
 * Finds the lessons among the notebooks that are opened, and hands each to the
 * reading page. Every other notebook is left exactly as it is.
 */
import { httpDoor } from "../prompts/door-http.js";
import { lessonOf } from "./lesson.js";
import { quietDialogs, quietNotebook, quietShortcuts, releaseShortcuts } from "./quiet.js";
import { openReadingPage } from "./reading.js";

/** @typedef {{panel: any, page: any, reading: boolean}} Open */

/**
 * @param {any} app the JupyterLab or Notebook application
 * @param {Record<string, any>} shared the modules Jupyter shares with extensions
 */
export function activate(app, shared) {
  const config = pageConfig();
  // Notebook 7 shows one document a page; in JupyterLab a lesson has others beside it.
  const alone = config.notebookPage === "notebooks";
  if (config.notebookPage && !alone) return;
  /** @type {Set<Open>} */
  const open = new Set();
  const isReading = (inside) =>
    [...open].some((one) => one.reading && (alone || one.panel.node.contains(inside)));

  addStyle("./lesson.css");
  addStyle("../prompts/prompt.css");
  quietShortcuts((target) => isReading(target));
  sharedModule(shared, "@jupyterlab/apputils")
    .then((apputils) => apputils && quietDialogs(apputils.Dialog, () => isReading(document.activeElement)))
    .catch(say);
  app.docRegistry.addWidgetExtension("Notebook", {
    createNew: (panel, ctx) => {
      try {
        return follow(panel, ctx, { open, alone, config });
      } catch (fault) {
        return say(fault);
      }
    },
  });
}

/** Watches one notebook from before its content is there; returns what ends that. */
function follow(panel, ctx, { open, alone, config }) {
  /** @type {Open} */
  const one = { panel, page: null, reading: false };
  const lesson = () => lessonOf(ctx.model.getMetadata("openpractice"));
  quietNotebook(panel, ctx, { isLesson: () => Boolean(lesson()), reading: () => one.reading });
  const setReading = (reading) => {
    one.reading = reading;
    if (!reading) releaseShortcuts();
  };
  ctx.ready
    .then(() => {
      const found = lesson();
      if (!found || panel.isDisposed) return;
      open.add(one);
      one.page = openReadingPage({ panel, ctx, lesson: found, alone, config, setReading });
      return wasCorrected(ctx, found, config).then(async (corrected) => {
        if (!corrected || panel.isDisposed) return;
        one.page.close();
        await ctx.revert();
        const now = lesson();
        if (now && !panel.isDisposed) one.page = openReadingPage({ panel, ctx, lesson: now, alone, config, setReading });
      });
    })
    .catch((fault) => {
      setReading(false);
      say(fault);
    });
  return {
    isDisposed: false,
    dispose() {
      if (this.isDisposed) return;
      this.isDisposed = true;
      open.delete(one);
      one.page?.close();
    },
  };
}

/**
 * Whether the released text was corrected since this notebook was loaded, so that the file has it now.
 * Where nobody answers, what is on the page stays.
 */
async function wasCorrected(ctx, { lesson }, config) {
  const door = httpDoor({ base: config.baseUrl, token: config.hubPrefix ? "" : config.token });
  const { path, changed } = await door.openAgain(lesson).catch(() => ({ path: "", changed: false }));
  return changed && ctx.path.endsWith(path);
}

/** The settings Jupyter wrote into the page: base address, token, kind of page. */
function pageConfig() {
  const node = document.getElementById("jupyter-config-data");
  return node ? JSON.parse(node.textContent) : {};
}

async function sharedModule(shared, name) {
  const versions = Object.values(shared[name] || {});
  const loaded = versions.find((one) => one.loaded) || versions[0];
  return loaded && (await loaded.get())();
}

function addStyle(file) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(file, import.meta.url).href;
  document.head.append(link);
}

function say(fault) {
  console.error("Open Practice:", fault);
}

/**
 * Finds the lessons among the notebooks that are opened and draws their prompts in their cells.
 * Jupyter's own page is left as it is: its menus, dialogs, saving and keys, and every other notebook. On a narrow
 * screen alone the list of files beside a lesson is folded, as its own button does it.
 */
import { httpDoor } from "../prompts/doors/door-http.js";
import { getReady } from "../prompts/prompt.js";
import { drawBar } from "./bar.js";
import { drawCells, kindsIn } from "./cells.js";
import { askForNoKernel, startsKernels } from "./kernel.js";
import { addCard } from "./launcher.js";
import { lessonOf } from "./lesson.js";

/** Up to this width JupyterLab's list of files leaves no room for a lesson: a letter a line, on a phone. */
const NARROW = "(max-width: 767px)";

/**
 * @param {any} app the JupyterLab or Notebook application
 * @param {Record<string, any>} shared the modules Jupyter shares with extensions
 */
export function activate(app, shared) {
  const config = pageConfig();
  addStyle("./lesson.css");
  addStyle("../prompts/prompt.css");
  addCard(app, shared, config).catch(say);
  app.docRegistry.addWidgetExtension("Notebook", {
    createNew: (panel, ctx) => {
      try {
        return follow(panel, ctx, config, () => startsKernels(config, app.serviceManager.kernelspecs), () => makeRoom(app));
      } catch (fault) {
        return say(fault);
      }
    },
  });
}

/** Folds the list of files where it takes the lesson's room; not before Jupyter has laid its page out as it was left. */
async function makeRoom(app) {
  if (!matchMedia(NARROW).matches) return;
  await app.restored;
  app.shell.collapseLeft?.();
}

/** Watches one notebook from before its content is there; returns what ends that. */
function follow(panel, ctx, config, kernels, room) {
  const lesson = () => lessonOf(ctx.model.getMetadata("openpractice"));
  askForNoKernel(ctx.sessionContext, () => Boolean(lesson()), kernels);
  let end = () => {};
  ctx.ready
    .then(async () => {
      const found = lesson();
      if (!found) return;
      room().catch(say);
      // On a hub the cookie tells who is signed in now; the page's own token would be as old as the page.
      const door = httpDoor({ base: config.baseUrl, token: config.hubPrefix ? "" : config.token });
      // Who somebody is, is known before anything is drawn: their drafts lie under their name.
      await Promise.all([getReady(kindsIn(panel), found.language), door.load(found.lesson).catch(() => {})]);
      if (panel.isDisposed) return;
      const files = besideOf(ctx.path, config);
      const draw = (shown) => {
        const ends = [drawCells(panel, ctx, { lesson: shown, door, files })];
        if (config.openpracticeCourse === "on") ends.push(drawBar(panel, { lesson: shown, door }));
        return () => ends.forEach((one) => one());
      };
      end = draw(found);
      if (!(await wasCorrected(ctx, found, door)) || panel.isDisposed) return;
      end();
      await ctx.revert();
      const now = lesson();
      if (now && !panel.isDisposed) end = draw(now);
    })
    .catch(say);
  return {
    isDisposed: false,
    dispose() {
      if (this.isDisposed) return;
      this.isDisposed = true;
      end();
    },
  };
}

/**
 * Whether the released text was corrected since this notebook was loaded, so that the file has it now.
 * Where nobody answers, what is on the page stays.
 */
async function wasCorrected(ctx, { lesson }, door) {
  const { path, changed } = await door.openAgain(lesson).catch(() => ({ path: "", changed: false }));
  return changed && ctx.path.endsWith(path);
}

/** Where Jupyter gives the files that lie beside a notebook. */
function besideOf(path, config) {
  const folder = path.split("/").slice(0, -1).map((part) => `${encodeURIComponent(part)}/`);
  return `${config.baseUrl}files/${folder.join("")}`;
}

/** The settings Jupyter wrote into the page: base address, token, kind of page. */
function pageConfig() {
  const node = document.getElementById("jupyter-config-data");
  return node ? JSON.parse(node.textContent) : {};
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

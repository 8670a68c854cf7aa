/** A card in JupyterLab's launcher that leads to the course. */
import { speaker } from "./words.js";

const COMMAND = "openpractice:course";

/**
 * @param {any} app @param {Record<string, any>} shared @param {any} config
 * @returns {Promise<void>} does nothing where there is no launcher, as in Notebook 7, or no course for this person
 */
export async function addCard(app, shared, config) {
  if (config.openpracticeCourse !== "on") return;
  const versions = Object.values(shared["@jupyterlab/launcher"] || {});
  if (!versions.length || !app.resolveOptionalService) return;
  const { ILauncher } = (await (versions.find((one) => one.loaded) || versions[0]).get())();
  const launcher = await app.resolveOptionalService(ILauncher);
  if (!launcher) return;
  const say = speaker(document.documentElement.lang);
  app.commands.addCommand(COMMAND, {
    label: say("course"),
    caption: say("course-caption"),
    execute: () => void window.open(`${config.baseUrl}openpractice/`, "_blank", "noopener"),
  });
  launcher.add({ command: COMMAND, category: say("launcher"), rank: 0 });
}

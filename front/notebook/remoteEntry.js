/*
 * The whole of what Jupyter itself loads: a module-federation container, written
 * by hand. It stays this small
 * because a fault here would leave every page of Jupyter blank: whatever goes
 * wrong further in is caught, said once in the console, and Jupyter goes on.
 */
(() => {
  const NAME = "openpractice";
  const say = (fault) => console.error("Open Practice could not start on this page:", fault);
  const here = document.currentScript instanceof HTMLScriptElement && document.currentScript.src;
  let shared = {};

  const page = here
    ? import(new URL("notebook/index.js", here).href).catch(say)
    : Promise.resolve(say("its own address is unknown"));

  const plugin = {
    id: "openpractice:lesson",
    description: "Draws the prompts of lessons in notebooks",
    autoStart: true,
    activate: async (app) => {
      try {
        const module = await page;
        if (module) module.activate(app, shared);
      } catch (fault) {
        say(fault);
      }
    },
  };

  const jupyter = /** @type {any} */ (window);
  jupyter._JUPYTERLAB = jupyter._JUPYTERLAB || {};
  jupyter._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    // Without __esModule Jupyter takes the module itself for a plugin and stops.
    get: async () => () => ({ __esModule: true, default: [plugin] }),
  };
})();

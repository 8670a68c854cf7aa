// All that each ipywidget carries: it asks for the prompts' module and style once a page, whoever comes first.
// "VERSION" is filled in when it is sent, so that two versions of the kit on one page do not mix.

const KEY = Symbol.for("openpractice.module.VERSION");

function askForModule(model) {
  return new Promise((resolve, reject) => {
    const id = `module-${Math.random()}`;
    const timer = setTimeout(() => { model.off("msg:custom", hear); reject(new Error("no answer")); }, 30000);
    function hear(content) {
      if (content?.id !== id) return;
      model.off("msg:custom", hear);
      clearTimeout(timer);
      const url = URL.createObjectURL(new Blob([content.ok.module], { type: "text/javascript" }));
      import(/* webpackIgnore: true */ url).then((module) => resolve({ module, css: content.ok.css }), reject);
    }
    model.on("msg:custom", hear);
    model.send({ id, call: "module" });
  });
}

function styleOnce(el, css) {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  if (home.querySelector("style[data-openpractice='VERSION']")) return;
  const style = document.createElement("style");
  style.dataset.openpractice = "VERSION";
  style.textContent = css;
  home.append(style);
}

export default {
  async render({ model, el }) {
    globalThis[KEY] ??= askForModule(model);
    try {
      const { module, css } = await globalThis[KEY];
      styleOnce(el, css);
      return module.default.render({ model, el });
    } catch (error) {
      delete globalThis[KEY];
      throw error;
    }
  },
};

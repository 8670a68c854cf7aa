// All that each ipywidget carries: it asks the kernel for the prompts' files, each once a page.
// "VERSION" is filled in when it is sent: two versions of the kit on one page do not mix.

const KEY = Symbol.for("openpractice.files.VERSION");

function askFor(model, file) {
  return new Promise((resolve, reject) => {
    const id = `file-${Math.random()}`;
    const hear = (content) => {
      if (content?.id !== id) return;
      model.off("msg:custom", hear);
      if (content.ok) resolve(content.ok.text);
      else reject(new Error(`${file} did not come`));
    };
    setTimeout(hear, 30000, { id });
    model.on("msg:custom", hear);
    model.send({ id, call: "file", file });
  });
}

// One prompt asks for all. Its kernel may have died: whoever still waits after a while asks a kernel of its own.
function once(file, get) {
  const files = (globalThis[KEY] ??= new Map());
  const ask = () => {
    const one = { coming: get() };
    files.set(file, one);
    one.coming.then(() => { one.here = true; }, () => { if (files.get(file) === one) files.delete(file); });
    return one.coming;
  };
  const held = files.get(file);
  if (!held || held.here) return held?.coming ?? ask();
  return Promise.any([held.coming, new Promise((go) => setTimeout(go, 3000)).then(() => {
    const now = files.get(file);
    return now?.here || (now && now !== held) ? now.coming : ask();
  })]);
}

const address = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

/** A module's address on this page; those beside it import from the first by its address here. */
const addressOf = (model, file) => once(`address ${file}`, async () => {
  const text = await askFor(model, file);
  return address(file === "prompt.js" ? text : text.replaceAll('"./prompt.js"', JSON.stringify(await addressOf(model, "prompt.js"))));
});

const moduleOf = async (model, file) => import(/* webpackIgnore: true */ await addressOf(model, file));

function styleOnce(el, file, css) {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  if (home.querySelector(`style[data-openpractice='${file} VERSION']`)) return;
  const style = document.createElement("style");
  style.dataset.openpractice = `${file} VERSION`;
  style.textContent = css;
  home.append(style);
}

export default {
  async render({ model, el }) {
    const style = async (file) => styleOnce(el, file, await once(file, () => askFor(model, file)));
    const [host] = await Promise.all([moduleOf(model, "widget.js"), style("prompt.css")]);
    return host.renderPart(model, el, (file) => (file.endsWith(".css") ? style(file) : moduleOf(model, file)));
  },
};

// All that each ipywidget carries: it asks the kernel for the prompts' files, each once a page, whoever comes first.
// "VERSION" is filled in when it is sent, so that two versions of the kit on one page do not mix.

const PATIENCE_MS = 3000;
const KEY = Symbol.for("openpractice.files.VERSION");

function askFor(model, file) {
  return new Promise((resolve, reject) => {
    const id = `file-${Math.random()}`;
    const timer = setTimeout(() => { model.off("msg:custom", hear); reject(new Error("no answer")); }, 30000);
    function hear(content) {
      if (content?.id !== id) return;
      model.off("msg:custom", hear);
      clearTimeout(timer);
      if (content.ok) resolve(content.ok.text);
      else reject(new Error(`${file} did not come`));
    }
    model.on("msg:custom", hear);
    model.send({ id, call: "file", file });
  });
}

// One prompt asks for all. Its kernel may have died meanwhile: whoever still waits after a while asks a kernel of its own,
// and a file that did not come is asked for again by the next prompt.
function once(file, get) {
  const files = (globalThis[KEY] ??= new Map());
  const ask = () => {
    const one = { coming: get(), here: false };
    files.set(file, one);
    one.coming.then(() => { one.here = true; }, () => { if (files.get(file) === one) files.delete(file); });
    return one.coming;
  };
  const held = files.get(file);
  if (!held) return ask();
  if (held.here) return held.coming;
  const later = new Promise((go) => setTimeout(go, PATIENCE_MS)).then(() => {
    const now = files.get(file);
    return now && (now.here || now !== held) ? now.coming : ask();
  });
  return Promise.any([held.coming, later]);
}

const address = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

/** A module's address on this page; those beside it import from the first by its address here. */
const addressOf = (model, file) => once(`address ${file}`, async () => {
  const text = await askFor(model, file);
  return address(file === "prompt.js" ? text : text.replace('"./prompt.js"', JSON.stringify(await addressOf(model, "prompt.js"))));
});

const moduleOf = async (model, file) => import(/* webpackIgnore: true */ await addressOf(model, file));

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
    const [css, host] = await Promise.all([once("prompt.css", () => askFor(model, "prompt.css")), moduleOf(model, "widget.js")]);
    styleOnce(el, css);
    return host.renderPart(model, el, (file) => moduleOf(model, file));
  },
};

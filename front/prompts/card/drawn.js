// What the kit has drawn of an author's Markdown, as elements. A notebook may come from anybody, so nothing
// is set as HTML: the tags and addresses of this list are copied one by one, and of all else only the words.

const TAGS = /^(p|br|hr|h[1-6]|strong|em|s|code|pre|blockquote|[uo]l|li|a|img|table|thead|tbody|t[rhd])$/;
// A file beside the notebook, as the build writes its name: never a way up or elsewhere.
const BESIDE = /^(?!.*(\.|%2e){2})[\w%][\w%.()+,/-]*\.(png|jpe?g|webp|svg|pdf)$/i;
/** @type {[RegExp, string, RegExp][]} what stays: of which tag, which attribute, like what */
const KEPT = [
  [/^a$/, "href", /^\s*(https?:|mailto:|#)/i],
  [/^img$/, "alt", /^/],
  [/^(a|img)$/, "title", /^/],
  [/^ol$/, "start", /^\d{1,9}$/],
  [/^t[hd]$/, "class", /^to-(left|right|center)$/],
];

/** @param {string} html @param {string} [files] the address below which the lesson's files lie @returns {(Node | string)[]} */
export function drawnText(html, files = "") {
  // A document of its own: nothing in it is loaded, and nothing runs.
  return copies(new DOMParser().parseFromString(html, "text/html").body, files);
}

/** An author's text as it was drawn; from a lesson of an older kit, which holds no drawing, its words. @param {string | undefined} html @param {string} text @param {string} [files] */
export function drawnOr(html, text, files) {
  return html ? drawnText(html, files) : text.trim().split(/\n\s*\n/).map((block) => Object.assign(document.createElement("p"), { textContent: block }));
}

/** @param {Node} node @param {string} files @returns {(Node | string)[]} */
const copies = (node, files) => [...node.childNodes].flatMap((child) => {
  if (!(child instanceof Element)) return child instanceof Text ? [child.data] : [];
  const { localName: tag, namespaceURI: space } = child;
  const math = space.endsWith("MathML") && /^m[a-z]+$/.test(tag);
  if (!math && !TAGS.test(tag)) return copies(child, files);
  const el = math ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const { name, value } of child.attributes) {
    const beside = files && /^(a href|img src)$/.test(`${tag} ${name}`) && BESIDE.test(value);
    if (beside) el.setAttribute(name, files + value);
    // Of mathematics all that is only a measure or a form.
    else if (math ? /^(?!on|href|src|style|id|class|action)[a-z]+$/.test(name) : KEPT.some(([on, as, like]) => on.test(tag) && as === name && like.test(value))) el.setAttribute(name, value);
  }
  if (tag === "img" && !el.hasAttribute("src")) return [el.getAttribute("alt") ?? ""];
  if (/^\s*\w/.test(el.getAttribute("href") ?? "")) Object.assign(el, { rel: "noopener noreferrer", target: "_blank" });
  el.append(...copies(child, files));
  return [el];
});

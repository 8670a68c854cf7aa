// What the kit has drawn of an author's Markdown, as elements. A notebook may come from anybody, so nothing
// is set as HTML: the tags and addresses of this list are copied one by one, and of all else only the words.

const TAGS = /^(p|br|hr|h[1-6]|strong|em|s|code|pre|blockquote|[uo]l|li|a|img|table|thead|tbody|t[rhd])$/;
/** @type {[RegExp, string, RegExp][]} what stays: of which tag, which attribute, like what */
const KEPT = [
  [/^a$/, "href", /^\s*(https?:|mailto:|#)/i],
  [/^img$/, "src", /^data:image\/(png|jpeg|gif|webp);base64,/i],
  [/^img$/, "alt", /^/],
  [/^(a|img)$/, "title", /^/],
  [/^ol$/, "start", /^\d{1,9}$/],
  [/^t[hd]$/, "class", /^to-(left|right|center)$/],
];

/** @param {string} html @returns {(Node | string)[]} */
export function drawnText(html) {
  // A document of its own: nothing in it is loaded, and nothing runs.
  return copies(new DOMParser().parseFromString(html, "text/html").body);
}

/** An author's text as it was drawn; from a lesson of an older kit, which holds no drawing, its words. @param {string | undefined} html @param {string} text */
export function drawnOr(html, text) {
  return html ? drawnText(html) : text.trim().split(/\n\s*\n/).map((block) => Object.assign(document.createElement("p"), { textContent: block }));
}

/** @param {Node} node @returns {(Node | string)[]} */
const copies = (node) => [...node.childNodes].flatMap((child) => {
  if (!(child instanceof Element)) return child instanceof Text ? [child.data] : [];
  const { localName: tag, namespaceURI: space } = child;
  const math = space.endsWith("MathML") && /^m[a-z]+$/.test(tag);
  if (!math && !TAGS.test(tag)) return copies(child);
  const el = math ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const { name, value } of child.attributes) {
    // Of mathematics all that is only a measure or a form.
    if (math ? /^(?!on|href|src|style|id|class|action)[a-z]+$/.test(name) : KEPT.some(([on, as, like]) => on.test(tag) && as === name && like.test(value))) el.setAttribute(name, value);
  }
  if (tag === "img" && !el.hasAttribute("src")) return [el.getAttribute("alt") ?? ""];
  if (/^\s*\w/.test(el.getAttribute("href") ?? "")) Object.assign(el, { rel: "noopener noreferrer", target: "_blank" });
  el.append(...copies(child));
  return [el];
});

// The little Markdown a question uses, as elements: paragraphs, lists, emphasis, code, links. All else stays text.

import { h } from "./dom.js";

const INLINE = /\*\*(.+?)\*\*|\*([^*\s][^*]*?)\*|_([^_\s][^_]*?)_(?![\p{L}\p{N}])|\x60([^\x60]+)\x60|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/u;

/** @param {string} text @returns {any[]} */
export function markdownBlocks(text) {
  return text.trim().split(/\n\s*\n/).filter(Boolean).map((block) => {
    const lines = block.split("\n");
    if (lines.every((line) => /^\s*[-*] /.test(line))) return h("ul", {}, lines.map((line) => h("li", {}, markdownInline(line.replace(/^\s*[-*] /, "")))));
    if (lines.every((line) => /^\s*\d+[.)] /.test(line))) return h("ol", {}, lines.map((line) => h("li", {}, markdownInline(line.replace(/^\s*\d+[.)] /, "")))));
    return h("p", {}, markdownInline(lines.join(" ")));
  });
}

function markdownInline(text) {
  const found = INLINE.exec(text);
  if (!found) return [text];
  const [whole, strong, star, line, code, label, href] = found;
  const part = strong ? h("strong", {}, markdownInline(strong))
    : star || line ? h("em", {}, markdownInline(star || line))
      : code ? h("code", {}, code)
        : h("a", { href, rel: "noopener noreferrer", target: "_blank" }, label);
  return [text.slice(0, found.index), part, ...markdownInline(text.slice(found.index + whole.length))];
}

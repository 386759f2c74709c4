/** A message's text as HTML: links, bold, italic, strike-through, code, lists, quotes. Always sanitised. */

import "../../vendor/dompurify.js";
import { Marked } from "../../vendor/marked.js";

const ADDRESS = /^(?:https?|mailto):/i;
const SANITISE = {
  ALLOWED_TAGS: ["a", "blockquote", "br", "code", "del", "em", "li", "ol", "p", "pre", "strong", "ul"],
  ALLOWED_ATTR: ["href", "start"],
  ALLOWED_URI_REGEXP: ADDRESS,
  RETURN_DOM_FRAGMENT: true,
};

const marked = new Marked({ gfm: true, breaks: true });
marked.use({
  // A chat has no headings, rules, tables or images, and no HTML: what looks like them is text.
  tokenizer: { heading: ignore, lheading: ignore, hr: ignore, table: ignore, html: ignore, tag: ignore, def: ignore },
  renderer: {
    image: ({ raw }) => escapeHtml(raw),
    // What leads nowhere we would go is shown as it was written; `false` is marked's word for "as usual".
    link: ({ raw, href }) => (ADDRESS.test(href) ? false : escapeHtml(raw)),
  },
});

// Its module form is three times as long as the one that leaves a global name behind.
const purifier = globalThis.DOMPurify(window);
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

/**
 * @param {string} content
 * @returns {DocumentFragment}
 */
export function markdown(content) {
  return purifier.sanitize(marked.parse(content), SANITISE);
}

const MARKS = /(\*\*|__|~~|`+|^\s*[-*>]\s+|^\s*\d+\.\s+)/gm;

/** The same text in one line without its marks, for lists and notices. */
export function plainLine(content) {
  return content
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replace(MARKS, "")
    .replace(/\s+/g, " ")
    .trim();
}

function ignore() {
  return undefined;
}

function escapeHtml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

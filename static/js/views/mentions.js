/** Mentions in a message that is shown: the name stands out, one's own more. */

import { element, html } from "../lib/html.js";
import { findMentions } from "../store/mentions.js";

/**
 * @param {DocumentFragment} text Changed in place.
 * @param {Map<string, string>} people Names by id.
 * @param {string} myId
 */
export function markMentions(text, people, myId) {
  const named = [...people].map(([_id, name]) => ({ _id, name }));
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) if (!node.parentElement?.closest("a, code")) markIn(node, named, myId);
}

function markIn(node, people, myId) {
  // From the end, so that what comes before keeps its place.
  for (const { start, end, userId } of findMentions(node.data, people).toReversed()) {
    const name = node.splitText(start);
    name.splitText(end - start);
    const isMe = userId === myId;
    name.replaceWith(element(html`<span class="mention ${isMe && "mention--me"}">${name.data}</span>`));
  }
}

/**
 * Mentions: `@` and the whole name of somebody in the conversation, as plain text. The wire knows nothing of them, so
 * that whoever reads the message elsewhere reads the name.
 */

import { folded } from "./selectors.js";

const MOST_OFFERED = 8;
/** Names are shorter; whatever is longer after an `@` is no name being written. */
const LONGEST_QUERY = 40;

const WORD = /[\p{L}\p{N}_]/u;

/**
 * The mention that is being written where the cursor stands.
 *
 * @param {string} text
 * @param {number} caret Its place in UTF-16 units, as a field tells it.
 * @returns {{start: number, query: string}|null} `start` is the place of the `@`; null where none is begun.
 */
export function mentionAt(text, caret) {
  const start = text.lastIndexOf("@", caret - 1);
  if (start < 0 || !startsFreely(text, start)) return null;
  const query = text.slice(start + 1, caret);
  return query.length > LONGEST_QUERY || /^\s|\n/.test(query) ? null : { start, query };
}

/**
 * Who may be meant: those with a word in their name that begins so, first by the beginning of the whole name.
 *
 * @param {Array<{_id: string, name: string}>} people
 */
export function mentionCandidates(people, query) {
  const wanted = folded(query);
  const rank = ({ name }) => (folded(name).startsWith(wanted) ? 0 : 1);
  return people
    .filter(({ name }) => ` ${folded(name)}`.includes(` ${wanted}`))
    .sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name))
    .slice(0, MOST_OFFERED);
}

/**
 * Where a text mentions whom. Of two names that both fit the longer one is meant.
 *
 * @param {Iterable<{_id: string, name: string}>} people
 * @returns {Array<{start: number, end: number, userId: string}>} In the order of the text; `start` is the `@`.
 */
export function findMentions(text, people) {
  if (!text.includes("@")) return [];
  const longestFirst = [...people].filter(({ name }) => name).sort((one, other) => other.name.length - one.name.length);
  const found = [];
  for (let start = text.indexOf("@"); start >= 0; start = text.indexOf("@", start + 1)) {
    if (!startsFreely(text, start)) continue;
    const meant = longestFirst.find(({ name }) => isNameAt(text, start + 1, name));
    if (meant) found.push({ start, end: start + 1 + meant.name.length, userId: meant._id });
  }
  return found;
}

/** Whether a message by somebody else names me. */
export function mentionsMe(state, { content = "", sender, deleted }) {
  if (!state.me || deleted || sender?._id === state.me._id) return false;
  return findMentions(content, [state.me]).length > 0;
}

function isNameAt(text, start, name) {
  const end = start + name.length;
  const isSame = text.slice(start, end).toLocaleLowerCase() === name.toLocaleLowerCase();
  return isSame && !WORD.test(text.charAt(end));
}

// "ada@example.org" names nobody.
function startsFreely(text, start) {
  return start === 0 || !WORD.test(text.charAt(start - 1));
}

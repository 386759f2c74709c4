/**
 * Messages that are not held but quoted by one that is. What happens to them in the meantime happens to the quote; a
 * fetched one may be older than that, so what happened while it was on its way is said again over it.
 */

import { threadOf, updateThread, without } from "./state.js";

/** A quoted message is asked for. */
export function quoteAsked(state, conversationId, messageId) {
  return withQuote(state, conversationId, messageId, { changes: [] });
}

/** It has come. */
export function quoteLoaded(state, message) {
  const { conversationId, _id } = message;
  const asked = threadOf(state, conversationId).quotes[_id];
  if (!asked?.changes) return state;
  const shown = asked.changes.reduce((each, change) => change(each), message);
  return withQuote(state, conversationId, _id, shown);
}

/** It did not come, and may be asked for again. */
export function quoteForgotten(state, conversationId, messageId) {
  if (!state.threads[conversationId]) return state;
  return updateThread(state, conversationId, (thread) => ({ ...thread, quotes: without(thread.quotes, messageId) }));
}

/** Whether a quoted message was asked for already. */
export function isQuoteKnown(state, conversationId, messageId) {
  return messageId in threadOf(state, conversationId).quotes;
}

/** @returns {object|undefined} The quoted message; undefined while it has not come. */
export function quotedMessage(thread, messageId) {
  const quoted = thread.quotes[messageId];
  return quoted?.changes ? undefined : quoted;
}

/** Something happens to a message that is quoted, or on its way to be. */
export function changeQuote(thread, messageId, change) {
  const quoted = thread.quotes[messageId];
  if (!quoted) return thread;
  const changed = quoted.changes ? { changes: [...quoted.changes, change] } : change(quoted);
  return { ...thread, quotes: { ...thread.quotes, [messageId]: changed } };
}

function withQuote(state, conversationId, messageId, quoted) {
  if (!state.threads[conversationId]) return state;
  return updateThread(state, conversationId, (thread) => ({
    ...thread,
    quotes: { ...thread.quotes, [messageId]: quoted },
  }));
}

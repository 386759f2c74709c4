/**
 * The one door for everything that carries a `seq`. Each conversation counts densely, so what is next is applied,
 * what was seen is dropped, and what comes too early is held until the gap before it is healed.
 */

import { applyEffect } from "./effects.js";
import { updateThread, threadOf } from "./state.js";

export const SEQUENCED_EVENTS = new Set([
  "receive-message",
  "message-edited",
  "message-deleted",
  "reaction-added",
  "reaction-removed",
  "group-user-added",
  "group-user-removed",
  "group-updated",
]);

/** Takes in one event of a conversation, in whatever order it comes. */
export function receiveInOrder(state, event, data) {
  const { conversationId, seq } = data;
  const { cursor } = threadOf(state, conversationId);
  if (cursor !== null && seq <= cursor) return state;
  const held = updateThread(state, conversationId, (thread) => ({
    ...thread,
    held: { ...thread.held, [seq]: { event, data } },
    target: Math.max(thread.target, seq),
  }));
  return releaseHeld(held, conversationId);
}

/** Applies what was held for as long as it follows on. */
export function releaseHeld(state, conversationId) {
  let next = state;
  for (;;) {
    const { cursor, held } = threadOf(next, conversationId);
    const entry = cursor === null ? undefined : held[cursor + 1];
    if (!entry) return next;
    next = applyEffect(next, entry.event, entry.data);
  }
}

/** Takes in the answer of `get-changes`. When it is the last page, nothing before `lastSeq` is waited for any more. */
export function changesReceived(state, conversationId, { changes, hasMore, lastSeq }) {
  let next = state;
  for (const { seq, event, data } of changes) {
    next = receiveInOrder(next, event, { ...data, conversationId, seq });
  }
  return hasMore ? next : seqSeen(next, conversationId, lastSeq);
}

/** Notes that the server has given out a `seq`, whether or not its event has come. */
export function seqSeen(state, conversationId, seq) {
  if (!state.threads[conversationId] || threadOf(state, conversationId).target >= seq) return state;
  return updateThread(state, conversationId, (thread) => ({ ...thread, target: seq }));
}

/** @returns {Array<{conversationId: string, afterSeq: number}>} Where changes are missing, and since when. */
export function gaps(state) {
  return Object.entries(state.threads)
    .filter(([id, { cursor, target }]) => state.conversations[id] && cursor !== null && cursor < target)
    .map(([conversationId, { cursor }]) => ({ conversationId, afterSeq: cursor }));
}

/** Conversations of which events have come but no snapshot. */
export function unknownConversations(state) {
  return Object.keys(state.threads).filter((id) => !state.conversations[id]);
}

/** @returns {Object<string, number>} The last `seq` taken in of every conversation. */
export function cursorsOf(state) {
  const known = Object.entries(state.threads).filter(([, { cursor }]) => cursor !== null);
  return Object.fromEntries(known.map(([id, { cursor }]) => [id, cursor]));
}

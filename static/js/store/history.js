/** Pages of history: fetched by the page, folded under what live events have done meanwhile. */

import { applyToThread } from "./effects.js";
import { foldMessages } from "./messages.js";
import { settleOutgoing } from "./outgoing.js";
import { refreshUnread } from "./receipts.js";
import { updateThread } from "./state.js";

/** A page is asked for. From now on every applied event is remembered: the page may be older than it. */
export function historyAsked(state, conversationId) {
  return updateThread(state, conversationId, (thread) => ({ ...thread, loading: true, replay: [] }));
}

/** A page has come: fold it in, then say again what happened while it was on its way. */
export function historyLoaded(state, conversationId, { messages, hasMore }) {
  let next = updateThread(state, conversationId, (thread) => {
    const folded = foldMessages({ ...thread, loaded: true, hasOlder: hasMore }, messages);
    const replayed = thread.replay.reduce((each, { event, data }) => applyToThread(each, event, data), folded);
    const newest = messages.at(-1)?.seq ?? 0;
    return { ...replayed, loading: false, replay: [], target: Math.max(thread.target, newest) };
  });
  for (const { clientMessageId } of messages) {
    if (clientMessageId) next = settleOutgoing(next, conversationId, clientMessageId);
  }
  return refreshUnread(next, conversationId);
}

/** The page did not come. */
export function historyFailed(state, conversationId) {
  return updateThread(state, conversationId, (thread) => ({ ...thread, loading: false, replay: [] }));
}

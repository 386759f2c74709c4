/** Every event the server sends, and the function that takes it in. */

import { conversationGone, conversationReceived } from "./conversations.js";
import { userUpdated } from "./people.js";
import { userStatus, userTyping, viewerJoined, viewerLeft } from "./presence.js";
import { messageDelivered, messagesRead } from "./receipts.js";
import { SEQUENCED_EVENTS, receiveInOrder } from "./sequence.js";
import { sessionEnded, sessionStarted } from "./session.js";

const handlers = {
  "session-started": sessionStarted,
  "session-ended": sessionEnded,
  "message-delivered": messageDelivered,
  "messages-read": messagesRead,
  "user-status": userStatus,
  "user-updated": userUpdated,
  "user-typing": userTyping,
  "user-joined-conversation": viewerJoined,
  "user-left-conversation": viewerLeft,
  "conversation-created": (state, conversation) => conversationReceived(state, conversation),
  "removed-from-group": (state, { conversationId }) => conversationGone(state, conversationId),
  "missed-messages": (state, { messages }) =>
    messages.reduce((next, message) => receiveInOrder(next, "receive-message", message), state),
};

export const SERVER_EVENTS = [...Object.keys(handlers), ...SEQUENCED_EVENTS];

/**
 * Folds one server event into the state. Any order, any number of times.
 *
 * @param {object} state
 * @param {string} event
 * @param {object} data
 * @param {number} now Milliseconds; only typing looks at it.
 */
export function serverEvent(state, event, data, now = 0) {
  if (SEQUENCED_EVENTS.has(event)) return receiveInOrder(state, event, data);
  return handlers[event]?.(state, data, now) ?? state;
}

/** Who has got and who has read what. Cursors only ever move forward. */

import { raiseStatus } from "./messages.js";
import { findParticipant, threadOf, updateConversation, updateThread } from "./state.js";

/** `message-delivered`: one message of mine has reached everybody it was for. */
export function messageDelivered(state, { conversationId, messageId, status }) {
  return updateThread(state, conversationId, (thread) => raiseStatus(thread, messageId, status));
}

/** `messages-read`: somebody, perhaps I on another device, has read up to a `seq`. */
export function messagesRead(state, { conversationId, readerId, lastReadSeq }) {
  const moved = moveCursors(state, conversationId, readerId, { lastReadSeq, lastDeliveredSeq: lastReadSeq });
  return readerId === state.me?._id ? refreshUnread(moved, conversationId) : moved;
}

/** My own device has told the server what has reached it. */
export function deliveryReported(state, conversationId, seq) {
  return moveCursors(state, conversationId, state.me?._id, { lastDeliveredSeq: seq });
}

/** @returns {number} How far I have read; 0 where I am not (yet) a participant. */
export function myReadSeq(state, conversationId) {
  const conversation = state.conversations[conversationId];
  return (conversation && findParticipant(conversation, state.me?._id)?.lastReadSeq) ?? 0;
}

/**
 * Conversations of which something by others has reached this device without its being told.
 *
 * @returns {Array<{conversationId: string, seq: number}>}
 */
export function undeliveredReceipts(state) {
  return Object.values(state.conversations)
    .filter(({ _id, lastMessage, participants }) => {
      const mine = participants.find((each) => each._id === state.me?._id);
      const isFromOther = lastMessage && lastMessage.sender?._id !== state.me?._id;
      const reached = Math.max(mine?.lastDeliveredSeq ?? 0, mine?.lastReadSeq ?? 0);
      return mine && isFromOther && lastMessage.seq > reached && state.threads[_id];
    })
    .map(({ _id, lastMessage }) => ({ conversationId: _id, seq: lastMessage.seq }));
}

/** Whether a message that has just come makes its conversation unread for me. */
export function countsAsUnread(message, conversation, myId) {
  const readSeq = findParticipant(conversation, myId)?.lastReadSeq ?? 0;
  return isUnreadAfter(message, readSeq, myId);
}

/** Brings the unread count in line with my read cursor, as far as what is held allows. */
export function refreshUnread(state, conversationId) {
  const readSeq = myReadSeq(state, conversationId);
  const thread = threadOf(state, conversationId);
  return updateConversation(state, conversationId, (conversation) => {
    const unreadCount = countUnread(conversation, thread, readSeq, state.me?._id);
    return unreadCount === conversation.unreadCount ? conversation : { ...conversation, unreadCount };
  });
}

function countUnread(conversation, thread, readSeq, myId) {
  if ((conversation.lastMessage?.seq ?? 0) <= readSeq) return 0;
  const isCovered = thread.loaded && thread.cursor >= conversation.asOf &&
    (!thread.hasOlder || (thread.messages[0]?.seq ?? Infinity) <= readSeq + 1);
  if (!isCovered) return conversation.unreadCount;
  return thread.messages.filter((message) => isUnreadAfter(message, readSeq, myId)).length;
}

function isUnreadAfter(message, readSeq, myId) {
  return message.seq > readSeq && message.type !== "system" && !message.deleted && message.sender?._id !== myId;
}

function moveCursors(state, conversationId, userId, cursors) {
  return updateConversation(state, conversationId, (conversation) => ({
    ...conversation,
    participants: conversation.participants.map((each) => (each._id === userId ? forward(each, cursors) : each)),
  }));
}

function forward(participant, { lastReadSeq = 0, lastDeliveredSeq = 0 }) {
  return {
    ...participant,
    lastReadSeq: Math.max(participant.lastReadSeq ?? 0, lastReadSeq),
    lastDeliveredSeq: Math.max(participant.lastDeliveredSeq ?? 0, lastDeliveredSeq),
  };
}

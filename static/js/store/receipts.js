/** Who has got and who has read what. Cursors only ever move forward. */

import { raiseStatus } from "./messages.js";
import { findParticipant, furthestCursors, threadOf, updateConversation, updateThread } from "./state.js";

/** `message-delivered`: one message of mine has reached everybody it was for. */
export function messageDelivered(state, { conversationId, messageId, status }) {
  return updateThread(state, conversationId, (thread) => raiseStatus(thread, messageId, status));
}

/** `messages-read`: somebody, perhaps I on another device, has read up to a `seq`. */
export function messagesRead(state, { conversationId, readerId, lastReadSeq }) {
  const moved = moveCursors(state, conversationId, readerId, { lastReadSeq, lastDeliveredSeq: lastReadSeq });
  const isFurther = myReadSeq(moved, conversationId) > myReadSeq(state, conversationId);
  return isFurther ? recountUnread(refreshUnread(moved, conversationId), conversationId) : moved;
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
    .filter((conversation) => {
      const { lastMessage, unreadCount } = conversation;
      const mine = findParticipant(conversation, state.me?._id);
      const isFromOther = unreadCount > 0 || (lastMessage && lastMessage.sender?._id !== state.me?._id);
      const reached = Math.max(mine?.lastDeliveredSeq ?? 0, mine?.lastReadSeq ?? 0);
      return mine && isFromOther && lastMessage?.seq > reached;
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

/**
 * Of what counted as unread something was read, or the message at `messageSeq` deleted: that one counted only when it
 * had not been read. Which messages were mine cannot always be seen from here; then the server is asked.
 */
export function recountUnread(state, conversationId, messageSeq = Infinity) {
  const conversation = state.conversations[conversationId];
  const readSeq = myReadSeq(state, conversationId);
  if (!conversation || conversation.unreadCount === 0 || messageSeq <= readSeq) return state;
  if (holdsUnread(conversation, threadOf(state, conversationId), readSeq)) {
    return refreshUnread(state, conversationId);
  }
  return updateConversation(state, conversationId, (each) => ({ ...each, isIncomplete: true }));
}

function countUnread(conversation, thread, readSeq, myId) {
  if ((conversation.lastMessage?.seq ?? 0) <= readSeq) return 0;
  if (!holdsUnread(conversation, thread, readSeq)) return conversation.unreadCount;
  return thread.messages.filter((message) => isUnreadAfter(message, readSeq, myId)).length;
}

/** Whether every message that may be unread is held, and so can be counted. */
function holdsUnread({ asOf }, { loaded, cursor, hasOlder, messages }, readSeq) {
  return loaded && cursor >= asOf && (!hasOlder || (messages[0]?.seq ?? Infinity) <= readSeq + 1);
}

function isUnreadAfter(message, readSeq, myId) {
  return message.seq > readSeq && message.type !== "system" && !message.deleted && message.sender?._id !== myId;
}

function moveCursors(state, conversationId, userId, cursors) {
  // A receipt takes no `seq`: it may overtake the conversation itself, or the event that makes its reader a member.
  if (!state.conversations[conversationId]) {
    return updateThread(state, conversationId, (thread) => withEarlyCursors(thread, userId, cursors));
  }
  return updateConversation(state, conversationId, (conversation) => {
    if (!findParticipant(conversation, userId)) return withEarlyCursors(conversation, userId, cursors);
    const { participants } = conversation;
    const moved = participants.map((each) => (each._id === userId ? furthestCursors(each, cursors) : each));
    return { ...conversation, participants: moved };
  });
}

function withEarlyCursors(holder, userId, cursors) {
  const { earlyCursors } = holder;
  return { ...holder, earlyCursors: { ...earlyCursors, [userId]: furthestCursors(cursors, earlyCursors?.[userId]) } };
}

/**
 * What an event does once its turn has come. Its effect on the messages is always applied; its effect on the
 * conversation only when the last snapshot did not hold it already (`asOf`), or an unread message would count twice.
 */

import { addParticipant, changeGroup, removeParticipant } from "./members.js";
import { threadEffects } from "./messages.js";
import { countsAsUnread, recountUnread } from "./receipts.js";
import { emptyThread, updateConversation, updateThread, without } from "./state.js";
import { settleOutgoing } from "./outgoing.js";

/** Applies one event of a conversation and moves its cursor to the event's `seq`. */
export function applyEffect(state, event, data) {
  const { conversationId, seq } = data;
  let next = updateThread(state, conversationId, (thread) => ({
    ...(thread.loaded ? applyToThread(thread, event, data) : thread),
    cursor: seq,
    held: without(thread.held, seq),
    replay: thread.loading ? [...thread.replay, { event, data }] : thread.replay,
  }));
  next = updateConversation(next, conversationId, (conversation) =>
    seq > conversation.asOf
      ? { ...applyToConversation(conversation, event, data, state.me?._id), lastSeq: seq, asOf: seq }
      : conversation,
  );
  next = settleOutgoing(next, conversationId, data.clientMessageId ?? data.message?.clientMessageId, seq);
  if (event === "message-deleted") return recountUnread(next, conversationId, data.messageSeq);
  return event === "receive-message" ? stopTyping(next, data) : next;
}

export function applyToThread(thread, event, data) {
  return threadEffects[event]?.(thread, data) ?? thread;
}

function applyToConversation(conversation, event, data, myId) {
  const change = conversationEffects[event];
  return change ? change(conversation, data, myId) : changeLast(conversation, event, data);
}

const conversationEffects = {
  "receive-message": arrive,
  "group-user-added": (conversation, data, myId) => arriveWith(addParticipant(conversation, data), data, myId),
  "group-user-removed": (conversation, data, myId) => arriveWith(removeParticipant(conversation, data), data, myId),
  "group-updated": (conversation, data, myId) => arriveWith(changeGroup(conversation, data), data, myId),
};

function arriveWith(conversation, { message }, myId) {
  return message ? arrive(conversation, message, myId) : conversation;
}

function arrive(conversation, message, myId) {
  const unreadCount = conversation.unreadCount + (countsAsUnread(message, conversation, myId) ? 1 : 0);
  return { ...conversation, lastMessage: message, unreadCount, updatedAt: message.createdAt };
}

// The last message is a thread of one: what happens to messages happens to it.
function changeLast(conversation, event, data) {
  const { lastMessage } = conversation;
  if (lastMessage?._id !== data.messageId) return conversation;
  const { messages } = applyToThread({ ...emptyThread(), messages: [lastMessage] }, event, data);
  return { ...conversation, lastMessage: messages[0] };
}

function stopTyping(state, { conversationId, sender }) {
  const typing = state.typing[conversationId];
  if (!typing?.[sender?._id]) return state;
  return { ...state, typing: { ...state.typing, [conversationId]: without(typing, sender._id) } };
}

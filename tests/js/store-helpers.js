/** Short ways to bring a state about, and to say what of it a person sees. */

import { conversationReceived } from "../../static/js/store/conversations.js";
import { historyAsked, historyLoaded } from "../../static/js/store/history.js";
import { changesReceived, gaps } from "../../static/js/store/sequence.js";
import { serverEvent } from "../../static/js/store/server-events.js";
import { meLoaded, sessionStarted } from "../../static/js/store/session.js";
import { initialState } from "../../static/js/store/state.js";
import { statusOf } from "../../static/js/store/status.js";
import { ME } from "./conversation-simulator.js";

export function signedIn(epoch = "epoch-1") {
  const state = meLoaded(initialState(), { _id: ME, name: "Me" });
  return sessionStarted(state, { sessionId: "s-1", epoch });
}

/** A state that has a conversation open: its snapshot and a page of its history. */
export function opened(server, state = signedIn()) {
  const known = conversationReceived(state, server.snapshot());
  return historyLoaded(historyAsked(known, server.id), server.id, server.page());
}

export function fed(state, events) {
  return events.reduce((next, { event, data }) => serverEvent(next, event, structuredClone(data)), state);
}

/** Asks for changes until nothing is missing any more. */
export function healed(state, server, limit = 200) {
  let next = state;
  for (;;) {
    const gap = gaps(next).find(({ conversationId }) => conversationId === server.id);
    if (!gap) return next;
    next = changesReceived(next, server.id, server.changes(gap.afterSeq, limit));
  }
}

/** What can be seen of a conversation: the same for two states that have converged. */
export function seen(state, conversationId) {
  const conversation = state.conversations[conversationId];
  const { messages, cursor, held } = state.threads[conversationId];
  return {
    cursor,
    held,
    name: conversation.name,
    participants: conversation.participants.map(({ _id, role, lastReadSeq }) => ({ _id, role, lastReadSeq })),
    lastMessage: comparable(conversation.lastMessage),
    unreadCount: conversation.unreadCount,
    messages: messages.map((message) => ({ ...comparable(message), status: statusOf(message, conversation) })),
  };
}

function comparable(message) {
  if (!message) return null;
  const { _id, seq, content, deleted, deletedAt, edited, editedAt, reactions } = message;
  const sorted = reactions
    .map(({ emoji, userIds }) => ({ emoji, userIds: [...userIds].sort() }))
    .sort((one, other) => one.emoji.localeCompare(other.emoji));
  return { _id, seq, content, deleted, deletedAt, edited, editedAt, reactions: sorted };
}

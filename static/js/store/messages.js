/** Messages of one thread: thread and event in, thread out. Nothing here knows of unread counts or lists. */

import { changeQuote } from "./quotes.js";
import { furthest } from "./status.js";

/** Puts a message in its place by `seq`; one that is there already is replaced, its status never goes back. */
export function foldMessage(thread, message) {
  return foldMessages(thread, [message]);
}

/** The same for a page of messages in rising `seq`, in one walk. */
export function foldMessages(thread, page) {
  const messages = [];
  let next = 0;
  for (const message of page) {
    while (thread.messages[next]?.seq < message.seq) messages.push(thread.messages[next++]);
    const known = thread.messages[next]?.seq === message.seq ? thread.messages[next++] : undefined;
    messages.push(withFurthestStatus(thread, message, known));
  }
  return { ...thread, messages: messages.concat(thread.messages.slice(next)) };
}

export function editMessage(thread, { messageId, content, editedAt }) {
  return changeMessage(thread, messageId, (message) =>
    message.deleted ? message : { ...message, content, editedAt, edited: true },
  );
}

export function deleteMessage(thread, { messageId, deletedAt, timestamp }) {
  return changeMessage(thread, messageId, (message) => emptied(message, deletedAt ?? timestamp));
}

export function addReaction(thread, { messageId, userId, emoji }) {
  return changeMessage(thread, messageId, (message) => ({
    ...message,
    reactions: withReaction(message.reactions ?? [], userId, emoji),
  }));
}

export function removeReaction(thread, { messageId, userId, emoji }) {
  return changeMessage(thread, messageId, (message) => ({
    ...message,
    reactions: (message.reactions ?? [])
      .map((each) => (each.emoji === emoji ? { ...each, userIds: each.userIds.filter((id) => id !== userId) } : each))
      .filter((each) => each.userIds.length > 0),
  }));
}

/** Raises a message's status; for one that is not held yet, remembers it. */
export function raiseStatus(thread, messageId, status) {
  const isHeld = thread.messages.some((message) => message._id === messageId);
  if (!isHeld) {
    const statuses = { ...thread.statuses, [messageId]: furthest(thread.statuses[messageId], status) };
    return { ...thread, statuses };
  }
  return changeMessage(thread, messageId, (message) => ({ ...message, status: furthest(message.status, status) }));
}

/** What each event does to the messages themselves. Events that only add a system message fold it in. */
export const threadEffects = {
  "receive-message": foldMessage,
  "message-edited": editMessage,
  "message-deleted": deleteMessage,
  "reaction-added": addReaction,
  "reaction-removed": removeReaction,
  "group-user-added": foldSystemMessage,
  "group-user-removed": foldSystemMessage,
  "group-updated": foldSystemMessage,
};

function foldSystemMessage(thread, { message }) {
  return message ? foldMessage(thread, message) : thread;
}

// What stays of a deleted message: its place and its author.
function emptied({ replyTo: _, ...message }, deletedAt) {
  const nothing = { content: "", attachments: [], reactions: [], edited: false, editedAt: null };
  return { ...message, ...nothing, deleted: true, deletedAt };
}

function changeMessage(thread, messageId, change) {
  const index = thread.messages.findLastIndex((message) => message._id === messageId);
  if (index < 0) return changeQuote(thread, messageId, change);
  return { ...thread, messages: thread.messages.with(index, change(thread.messages[index])) };
}

function withReaction(reactions, userId, emoji) {
  const known = reactions.find((each) => each.emoji === emoji);
  if (!known) return [...reactions, { emoji, userIds: [userId] }];
  if (known.userIds.includes(userId)) return reactions;
  return reactions.map((each) => (each === known ? { ...each, userIds: [...each.userIds, userId] } : each));
}

function withFurthestStatus({ statuses }, message, known) {
  return { ...message, status: furthest(message.status, furthest(known?.status, statuses[message._id])) };
}

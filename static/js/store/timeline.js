/** What stands one below the other in an open conversation: days, the "new" line, messages grouped by sender. */

import { quotedMessage } from "./quotes.js";
import { myReadSeq } from "./receipts.js";
import { threadOf } from "./state.js";
import { statusOf } from "./status.js";

/** Messages of one sender closer together than this stand in one group. */
const GROUP_WITHIN_MS = 5 * 60 * 1000;

/**
 * @param {object} state
 * @param {string} conversationId
 * @param {number} newAfterSeq Where the "new messages" line stands: before the first message by another after it.
 * @returns {Array<{kind: "day"|"new"|"system"|"message", key: string}>} A message that answers another has that one as
 *   `quoted`, as far as it is known; `sender` is its author as they are now.
 */
export function timeline(state, conversationId, newAfterSeq = Infinity) {
  const conversation = state.conversations[conversationId];
  if (!conversation) return [];
  const myId = state.me?._id;
  const thread = threadOf(state, conversationId);
  const stored = thread.messages;
  const waiting = (state.outgoing[conversationId] ?? []).map((entry) => ({
    ...entry,
    type: "text",
    sender: state.me,
    reactions: [],
  }));

  const byId = hasReplies(stored, waiting) ? new Map(stored.map((message) => [message._id, message])) : new Map();
  const rows = [];
  let day = null;
  let isNewShown = false;
  for (const message of [...stored, ...waiting]) {
    const itsDay = momentOf(message).day;
    if (itsDay !== day) rows.push({ kind: "day", key: `day:${keyOf(message)}`, date: message.createdAt });
    day = itsDay;
    const isNew = message.seq > newAfterSeq && message.sender?._id !== myId && !hasNothingToRead(message);
    if (isNew && !isNewShown) {
      rows.push({ kind: "new", key: "new" });
      isNewShown = true;
    }
    if (message.type === "system") rows.push(systemRow(message));
    else {
      const quoted = byId.get(message.replyTo) ?? quotedMessage(thread, message.replyTo);
      const row = messageRow(message, conversation, myId, quoted);
      joinGroup(rows.at(-1), row);
      rows.push(row);
    }
  }
  return rows;
}

/** Where the "new messages" line belongs when a conversation is opened now; Infinity for nowhere. */
export function newLineFor(state, conversationId) {
  const { unreadCount } = state.conversations[conversationId] ?? { unreadCount: 0 };
  return unreadCount > 0 ? myReadSeq(state, conversationId) : Infinity;
}

const moments = new WeakMap();

// Asked of every message at every change; finding the day of ten thousand takes longer than a frame.
function momentOf(message) {
  const known = moments.get(message);
  if (known) return known;
  const date = new Date(message.createdAt);
  const moment = { day: date.toDateString(), ms: date.getTime() };
  moments.set(message, moment);
  return moment;
}

function hasReplies(...lists) {
  return lists.some((messages) => messages.some(({ replyTo }) => replyTo));
}

function hasNothingToRead({ type, deleted }) {
  return type === "system" || deleted;
}

function systemRow(message) {
  return { kind: "system", key: message._id, message };
}

function messageRow(message, conversation, myId, quoted) {
  const isOwn = message.sender?._id === myId;
  const status = message.seq ? statusOf(message, conversation) : message.status;
  const sender = peopleOf(conversation).get(message.sender?._id) ?? message.sender;
  const { isGroup } = conversation;
  const place = { isFirst: true, isLast: true };
  return { kind: "message", key: keyOf(message), message, sender, isOwn, status, isGroup, quoted, ...place };
}

const people = new WeakMap();

// Names and faces as they are now; a message tells those of the day it was fetched.
function peopleOf({ participants }) {
  if (!people.has(participants)) people.set(participants, new Map(participants.map((each) => [each._id, each])));
  return people.get(participants);
}

// A message keeps its key from pending to sent, so that its element stays where it is.
function keyOf(message) {
  return message.clientMessageId ?? message._id;
}

function joinGroup(before, row) {
  if (!isSameGroup(before, row)) return;
  before.isLast = false;
  row.isFirst = false;
}

function isSameGroup(one, other) {
  if (one?.kind !== "message" || one.message.sender?._id !== other.message.sender?._id) return false;
  return momentOf(other.message).ms - momentOf(one.message).ms < GROUP_WITHIN_MS;
}

// Lets a Python test keep pages in the browser's own store. One JSON object a line: in {do, page, …}, out {result} or
// {error}. A page is a state under a name of the test's choice.

import { createInterface } from "node:readline";
import {
  askedOf,
  conversationGone,
  conversationReceived,
  conversationsLoaded,
} from "../../static/js/store/conversations.js";
import { historyAsked, historyLoaded } from "../../static/js/store/history.js";
import { incompleteConversations } from "../../static/js/store/members.js";
import { changesReceived, gaps, seqSeen, unknownConversations } from "../../static/js/store/sequence.js";
import { serverEvent } from "../../static/js/store/server-events.js";
import { meLoaded } from "../../static/js/store/session.js";
import { initialState } from "../../static/js/store/state.js";
import { statusOf } from "../../static/js/store/status.js";

const pages = new Map();

/** From a page's state and what came with the command to its next state, as `app/sync.js` would bring it about. */
const changes = {
  start: (_, { me }) => conversationsLoaded(meLoaded(initialState(), me), []),
  copy: (_, { from }) => pages.get(from),
  events: (state, { events }) => events.reduce((next, { event, data }) => serverEvent(next, event, data), state),
  list: (state, { conversations }) => conversationsLoaded(state, conversations, askedOf(state)),
  conversation: (state, { id, conversation }) =>
    conversation ? conversationReceived(state, conversation) : conversationGone(state, id),
  history: (state, { id, messages, hasMore }) => historyLoaded(historyAsked(state, id), id, { messages, hasMore }),
  seen: (state, { id, seq }) => seqSeen(state, id, seq),
  changes: (state, { id, answer }) => changesReceived(state, id, answer),
};

const questions = {
  /** What the page would ask the server for now. */
  wants: (state) => ({
    gaps: gaps(state),
    conversations: [...unknownConversations(state), ...incompleteConversations(state)],
  }),
  /** What can be seen of a conversation: the same for two pages that have converged. */
  dump: (state, { id }) => dump(state, id),
};

function dump(state, id) {
  const conversation = state.conversations[id];
  if (!conversation) return null;
  const { messages, loaded, cursor, held } = state.threads[id];
  const { name, avatar, description, isGroup, lastSeq, unreadCount, muted, archived, updatedAt } = conversation;
  return {
    ...{ name, avatar, description, isGroup, lastSeq, unreadCount, muted, archived, updatedAt },
    cursor,
    held: Object.keys(held),
    participants: Object.fromEntries(conversation.participants.map((each) => [each._id, seenParticipant(each)])),
    lastMessage: conversation.lastMessage && seenMessage(conversation.lastMessage),
    isOpen: loaded,
    messages: messages.map((message) => ({ ...seenMessage(message), ...seenStatus(message, state, conversation) })),
  };
}

// `isOnline` and `lastSeen` change by themselves. No event tells others' `lastDeliveredSeq`: what follows from it for
// the status of a message is told to its sender, and is compared there.
function seenParticipant({ name, avatar, role, joinedSeq, lastReadSeq }) {
  return { name, avatar, role, joinedSeq, lastReadSeq };
}

// `deliveredCount`, `readCount` and `recipientCount` are numbers of the moment of the fetch: no event brings them up to
// date, and the store does not count them.
function seenMessage(message) {
  const { _id, seq, clientMessageId, sender, content, type, attachments, replyTo, system } = message;
  const { edited, editedAt, deleted, deletedAt, createdAt } = message;
  return {
    ...{ _id, seq, clientMessageId, sender, content, type, attachments, replyTo, system },
    ...{ edited, editedAt, deleted, deletedAt, createdAt },
    reactions: Object.fromEntries(message.reactions.map(({ emoji, userIds }) => [emoji, [...userIds].sort()])),
  };
}

// Only its sender is told how far a message has come, and only they are shown it.
function seenStatus(message, state, conversation) {
  const isOwn = message.sender._id === state.me._id && message.type !== "system";
  return isOwn ? { status: statusOf(message, conversation) } : {};
}

function answer({ do: command, page, ...rest }) {
  if (command in questions) return questions[command](pages.get(page), rest);
  if (command === "closeAll") pages.clear();
  else pages.set(page, changes[command](pages.get(page), rest));
  return null;
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    let said;
    try {
      said = { result: answer(JSON.parse(line)) };
    } catch (error) {
      said = { error: error.stack };
    }
    process.stdout.write(`${JSON.stringify(said)}\n`);
  })
  .on("close", () => process.exit());

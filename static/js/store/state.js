/**
 * The shape of what the page knows, and the few helpers every part of the store leans on.
 *
 * @typedef {object} Thread The messages of one conversation as far as this page holds them.
 * @property {number|null} cursor Last `seq` taken in; null until a snapshot of the conversation has come.
 * @property {number} target Highest `seq` the server is known to have given out.
 * @property {Object<number, {event: string, data: object}>} held Events that came too early, by `seq`.
 * @property {object[]} messages In rising `seq`, without holes from the first one on.
 * @property {boolean} loaded Whether a page of history was ever taken in.
 * @property {boolean} loading Whether a page of history is on its way.
 * @property {boolean} hasOlder Whether the server has messages before the first one held.
 * @property {Array<{event: string, data: object}>} replay What was applied while a page was on its way.
 * @property {Object<string, string>} statuses Receipts for messages that are not held yet, by message id.
 * @property {Object<string, object>} quotes Messages that are not held but quoted, by id; `quotes.js` knows more.
 * @property {Object<string, object>} earlyCursors Readers' cursors told before the conversation was known.
 */

/** @returns {object} The state of a page that knows nothing yet. */
export function initialState() {
  return {
    me: null,
    epoch: null,
    sessionId: null,
    endedBy: null,
    connection: { phase: "connecting", attempt: 0 },
    isListLoaded: false,
    isListKept: false,
    conversations: {},
    // How often each conversation was forgotten: a snapshot asked for before that does not bring it back.
    removals: {},
    threads: {},
    outgoing: {},
    presence: {},
    presenceRevision: 0,
    typing: {},
    viewers: {},
  };
}

/** @returns {Thread} */
export function emptyThread() {
  return {
    cursor: null,
    target: 0,
    held: {},
    messages: [],
    loaded: false,
    loading: false,
    hasOlder: true,
    replay: [],
    statuses: {},
    quotes: {},
    earlyCursors: {},
  };
}

/** The thread of a conversation, an empty one when there is none yet. */
export function threadOf(state, conversationId) {
  return state.threads[conversationId] ?? emptyThread();
}

export function updateThread(state, conversationId, change) {
  const thread = change(threadOf(state, conversationId));
  return { ...state, threads: { ...state.threads, [conversationId]: thread } };
}

/** Changes a known conversation; what is said of an unknown one is left to its snapshot. */
export function updateConversation(state, conversationId, change) {
  const conversation = state.conversations[conversationId];
  if (!conversation) return state;
  const changed = change(conversation);
  if (changed === conversation) return state;
  return { ...state, conversations: { ...state.conversations, [conversationId]: changed } };
}

export function without(record, key) {
  const { [key]: _, ...rest } = record;
  return rest;
}

export function findParticipant(conversation, userId) {
  return conversation.participants.find((participant) => participant._id === userId);
}

/** A participant, or the cursors of one, moved forward by other cursors of theirs; never back. */
export function furthestCursors(one, other) {
  return {
    ...one,
    lastReadSeq: Math.max(one.lastReadSeq ?? 0, other?.lastReadSeq ?? 0),
    lastDeliveredSeq: Math.max(one.lastDeliveredSeq ?? 0, other?.lastDeliveredSeq ?? 0),
  };
}

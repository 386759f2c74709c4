/** Conversations as snapshots from the server: the list, one just created, one that is gone. */

import { refreshUnread } from "./receipts.js";
import { releaseHeld } from "./sequence.js";
import { emptyThread, furthestCursors, threadOf, updateConversation, updateThread, without } from "./state.js";

/**
 * What is known when a snapshot is asked for. Whatever is told while it is on its way is newer than the snapshot.
 *
 * @returns {{knownIds: string[], presenceRevision: number, removals: Object<string, number>}}
 */
export function askedOf({ conversations, presenceRevision, removals }) {
  return { knownIds: Object.keys(conversations), presenceRevision, removals };
}

/**
 * Takes in a fetched list.
 *
 * @param {object} state
 * @param {object[]} conversations
 * @param {Partial<ReturnType<typeof askedOf>>} [asked] Of the state when the list was asked for. Conversations known
 *   then that the list lacks are gone.
 */
export function conversationsLoaded(state, conversations, asked = {}) {
  const listed = new Set(conversations.map((conversation) => conversation._id));
  const gone = (asked.knownIds ?? []).filter((id) => !listed.has(id));
  const kept = gone.reduce(conversationGone, state);
  const next = conversations.reduce((each, conversation) => conversationReceived(each, conversation, asked), kept);
  return { ...next, isListLoaded: true, isListKept: false };
}

/**
 * Takes in one whole conversation, from `conversation-created`, a fetch, or an entry of the list.
 *
 * @param {object} state
 * @param {object} conversation
 * @param {Partial<ReturnType<typeof askedOf>>} [asked] Of the state when it was asked for; nothing when it was told.
 */
export function conversationReceived(state, conversation, { presenceRevision = Infinity, removals } = {}) {
  const id = conversation._id;
  const isGoneSince = removals && removals[id] !== state.removals[id];
  if (isGoneSince) return state;
  const known = state.conversations[id];
  const thread = threadOf(state, id);
  const early = Object.entries(thread.earlyCursors).map(([_id, cursors]) => ({ _id, ...cursors }));
  const isStale = known && conversation.lastSeq < thread.cursor;
  const merged = isStale
    ? { ...known, participants: withFurtherCursors(known.participants, conversation.participants) }
    : {
        ...conversation,
        participants: withFurtherCursors(conversation.participants, [...(known?.participants ?? []), ...early]),
        earlyCursors: { ...known?.earlyCursors, ...thread.earlyCursors },
        asOf: conversation.lastSeq,
      };
  let next = { ...state, conversations: { ...state.conversations, [id]: merged } };
  next = withPresence(next, conversation.participants, presenceRevision);
  next = updateThread(next, id, (each) => adoptSnapshot(each, conversation.lastSeq));
  return refreshUnread(releaseHeld(next, id), id);
}

/** I have muted, archived, or brought back a conversation. */
export function preferencesChanged(state, conversationId, { muted, archived }) {
  return updateConversation(state, conversationId, (conversation) => ({ ...conversation, muted, archived }));
}

/** Forgets a conversation one is no longer part of. */
export function conversationGone(state, conversationId) {
  return {
    ...state,
    conversations: without(state.conversations, conversationId),
    threads: without(state.threads, conversationId),
    typing: without(state.typing, conversationId),
    viewers: without(state.viewers, conversationId),
    removals: { ...state.removals, [conversationId]: (state.removals[conversationId] ?? 0) + 1 },
  };
}

// A thread nobody has opened has nothing to heal: it starts where the snapshot stands.
function adoptSnapshot(thread, lastSeq) {
  const isOpen = thread.loaded || thread.loading;
  const cursor = isOpen && thread.cursor !== null ? thread.cursor : Math.max(thread.cursor ?? 0, lastSeq);
  const held = Object.fromEntries(Object.entries(thread.held).filter(([seq]) => Number(seq) > cursor));
  return { ...emptyThread(), ...thread, cursor, held, target: Math.max(thread.target, lastSeq) };
}

function withFurtherCursors(participants, others) {
  return participants.map((participant) =>
    others.filter(({ _id }) => _id === participant._id).reduce(furthestCursors, participant),
  );
}

function withPresence(state, participants, presenceRevision) {
  const presence = { ...state.presence };
  for (const { _id, isOnline, lastSeen } of participants) {
    const isNewer = (presence[_id]?.revision ?? 0) > presenceRevision;
    if (isOnline !== undefined && !isNewer) presence[_id] = { ...presence[_id], isOnline, lastSeen };
  }
  return { ...state, presence };
}

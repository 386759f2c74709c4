/**
 * What is kept of a page for the next time it is opened, with a line or without: the list, and the newest messages of the
 * conversations opened last. It is a state like any other that was away for a while: `gaps` says what it misses.
 */

import { emptyThread } from "./state.js";

const MOST_CONVERSATIONS = 200;
const MOST_MESSAGES = 100;
/** Conversations whose messages are kept. */
export const MOST_THREADS = 20;

/**
 * @param {object} state
 * @param {string[]} openedIds Conversations that have been opened, the latest first.
 * @returns {{page: object, conversations: object[], threads: object[]}|null} Null as long as there is nothing sure to
 *   keep. A part that has not changed is the same object as the last time.
 */
export function keepsakeOf(state, openedIds) {
  const { me, epoch, isListLoaded, isListKept } = state;
  if (!me || !isListLoaded || isListKept || epoch === null) return null;
  const conversations = Object.values(state.conversations).sort(latestFirst).slice(0, MOST_CONVERSATIONS);
  const listed = new Set(conversations.map(({ _id }) => _id));
  const threads = openedIds
    .filter((id) => listed.has(id) && state.threads[id]?.loaded)
    .slice(0, MOST_THREADS)
    .map((id) => keptThread(id, state.threads[id]));
  return { page: keptPage(me, epoch), conversations, threads };
}

/**
 * The state of a page that knows what was kept. Until the list has been fetched, `isListKept` says where it is from.
 *
 * @param {object} state
 * @param {ReturnType<typeof keepsakeOf>} keepsake
 */
export function keepsakeRestored(state, { page: { me, epoch }, conversations, threads }) {
  const known = Object.fromEntries(conversations.map((conversation) => [conversation._id, conversation]));
  const held = threads.filter(({ conversationId }) => known[conversationId]);
  return {
    ...state,
    me,
    epoch,
    isListLoaded: true,
    isListKept: true,
    conversations: known,
    threads: Object.fromEntries(held.map((each) => [each.conversationId, restoredThread(each, known)])),
  };
}

/** Whether what is shown of a conversation is all that the server has told, or only what was kept. */
export function isThreadUpToDate({ isListKept }, { cursor, target }) {
  return !isListKept && cursor >= target;
}

const keptThreads = new WeakMap();

function keptThread(conversationId, thread) {
  if (!keptThreads.has(thread)) {
    const messages = thread.messages.slice(-MOST_MESSAGES);
    const hasOlder = thread.hasOlder || messages.length < thread.messages.length;
    keptThreads.set(thread, { conversationId, cursor: thread.cursor, messages, hasOlder });
  }
  return keptThreads.get(thread);
}

const keptPages = new WeakMap();

function keptPage(me, epoch) {
  if (keptPages.get(me)?.epoch !== epoch) keptPages.set(me, { me, epoch });
  return keptPages.get(me);
}

function restoredThread({ conversationId, cursor, messages, hasOlder }, known) {
  const target = Math.max(cursor, known[conversationId].lastSeq, messages.at(-1)?.seq ?? 0);
  return { ...emptyThread(), cursor, target, messages, hasOlder, loaded: true };
}

function latestFirst(one, other) {
  return (other.lastMessage?.createdAt ?? "").localeCompare(one.lastMessage?.createdAt ?? "");
}

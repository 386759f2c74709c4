/**
 * Messages written here that the server's broadcast has not brought back yet. The outbox owns them; this is what
 * the page shows of them. Ack and broadcast may come in either order.
 */

import { threadOf } from "./state.js";

/** Takes in all that the outbox holds; what was acked and waits for its broadcast stays. */
export function outgoingLoaded(state, entries) {
  const acked = Object.values(state.outgoing)
    .flat()
    .filter((entry) => entry.status === "sent");
  const next = { ...state, outgoing: {} };
  return [...acked, ...entries].reduce(outgoingQueued, next);
}

/** A message was written, or changed its state in the outbox. Says nothing about one that is through already. */
export function outgoingQueued(state, entry) {
  const { conversationId, clientMessageId } = entry;
  const entries = state.outgoing[conversationId] ?? [];
  const isThrough =
    findStored(state, conversationId, clientMessageId) ||
    entries.some((each) => each.clientMessageId === clientMessageId && each.status === "sent");
  if (isThrough) return state;
  const known = entries.find((each) => each.clientMessageId === clientMessageId);
  const shown = { status: "pending", error: null, pictures: known?.pictures, ...entry };
  return withEntries(
    state,
    conversationId,
    known ? entries.map((each) => (each === known ? shown : each)) : [...entries, shown],
  );
}

/** So much of a message's files is on the server. @param {number} percent */
export function outgoingProgressed(state, entry, percent) {
  return changeEntry(state, entry, (known) => ({ ...known, percent }));
}

/** What one of a message's files looks like. @param {Blob} picture */
export function outgoingPictured(state, entry, fileId, picture) {
  return changeEntry(state, entry, (known) => ({ ...known, pictures: { ...known.pictures, [fileId]: picture } }));
}

/** The server has stored it. It goes on being shown from here until its own event has come. */
export function outgoingAcked(state, entry, { messageId, seq, createdAt }) {
  const { conversationId, clientMessageId } = entry;
  const { cursor } = threadOf(state, conversationId);
  const hasCome = findStored(state, conversationId, clientMessageId) || (cursor !== null && seq <= cursor);
  if (hasCome) return outgoingDiscarded(state, entry);
  const acked = { status: "sent", error: null, _id: messageId, seq, createdAt };
  return changeEntry(outgoingQueued(state, entry), entry, (known) => ({ ...known, ...acked }));
}

/** The person gave it up, or it is stored and shown as a message. */
export function outgoingDiscarded(state, { conversationId, clientMessageId }) {
  const entries = state.outgoing[conversationId];
  if (!entries) return state;
  return withEntries(
    state,
    conversationId,
    entries.filter((each) => each.clientMessageId !== clientMessageId),
  );
}

/** Drops what an event has brought back: by its own id, or because the conversation has gone past it. */
export function settleOutgoing(state, conversationId, clientMessageId, seq) {
  const entries = state.outgoing[conversationId];
  if (!entries?.length) return state;
  const left = entries.filter((each) => each.clientMessageId !== clientMessageId && !(each.seq <= seq));
  return left.length === entries.length ? state : withEntries(state, conversationId, left);
}

function findStored(state, conversationId, clientMessageId) {
  return threadOf(state, conversationId).messages.find((message) => message.clientMessageId === clientMessageId);
}

function changeEntry(state, { conversationId, clientMessageId }, change) {
  const entries = state.outgoing[conversationId] ?? [];
  if (!entries.some((each) => each.clientMessageId === clientMessageId)) return state;
  return withEntries(
    state,
    conversationId,
    entries.map((each) => (each.clientMessageId === clientMessageId ? change(each) : each)),
  );
}

function withEntries(state, conversationId, entries) {
  return { ...state, outgoing: { ...state.outgoing, [conversationId]: entries } };
}

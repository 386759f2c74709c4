/** A message written here: shown once, whatever comes first, and its status never goes back. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { conversationReceived } from "../../static/js/store/conversations.js";
import { historyAsked, historyLoaded } from "../../static/js/store/history.js";
import { outgoingAcked, outgoingDiscarded, outgoingLoaded, outgoingQueued } from "../../static/js/store/outgoing.js";
import { gaps, seqSeen } from "../../static/js/store/sequence.js";
import { serverEvent } from "../../static/js/store/server-events.js";
import { timeline } from "../../static/js/store/timeline.js";
import { ConversationSimulator, ME } from "./conversation-simulator.js";
import { fed, healed, opened } from "./store-helpers.js";

const ENTRY = {
  clientMessageId: "cm-1",
  conversationId: "c-1",
  content: "hello",
  createdAt: "2026-01-01T12:00:00.000Z",
};

function story() {
  const server = new ConversationSimulator();
  server.send("u-ada");
  const before = outgoingQueued(opened(server), ENTRY);
  const sent = server.send(ME, ENTRY.content, ENTRY.clientMessageId);
  const ack = { messageId: sent.data._id, seq: sent.data.seq, createdAt: sent.data.createdAt };
  return { server, before, sent, ack };
}

function shown(state) {
  return timeline(state, "c-1")
    .filter(({ kind, message }) => kind === "message" && message.clientMessageId === ENTRY.clientMessageId)
    .map(({ status }) => status);
}

test("a message is shown as pending as soon as it is written", () => {
  assert.deepEqual(shown(story().before), ["pending"]);
});

test("ack before broadcast: shown once, as sent, all the way", () => {
  const { before, sent, ack } = story();
  const acked = outgoingAcked(before, ENTRY, ack);
  assert.deepEqual(shown(acked), ["sent"]);
  const told = fed(acked, [sent]);
  assert.deepEqual(shown(told), ["sent"]);
  assert.deepEqual(told.outgoing["c-1"], []);
});

test("broadcast before ack: shown once, as sent, all the way", () => {
  const { before, sent, ack } = story();
  const told = fed(before, [sent]);
  assert.deepEqual(shown(told), ["sent"]);
  const acked = outgoingAcked(told, ENTRY, ack);
  assert.deepEqual(shown(acked), ["sent"]);
  assert.deepEqual(acked.outgoing["c-1"], []);
});

test("the row keeps its key from pending to sent, so that its element stays", () => {
  const { before, sent, ack } = story();
  const keys = [before, outgoingAcked(before, ENTRY, ack), fed(before, [sent])].map(
    (state) => timeline(state, "c-1").findLast(({ kind }) => kind === "message").key,
  );
  assert.deepEqual(keys, ["cm-1", "cm-1", "cm-1"]);
});

test("a lost broadcast is asked for once the ack has told its seq", () => {
  const { server, before, ack } = story();
  const acked = seqSeen(outgoingAcked(before, ENTRY, ack), "c-1", ack.seq);
  assert.equal(gaps(acked).length, 1);
  assert.deepEqual(shown(healed(acked, server)), ["sent"]);
});

test("after a reload the outbox's repeat does not show a stored message twice", () => {
  const { server, ack } = story();
  const reloaded = outgoingLoaded(opened(server), [ENTRY]);
  assert.deepEqual(shown(reloaded), ["sent"]);
  assert.deepEqual(shown(outgoingAcked(reloaded, ENTRY, { ...ack, duplicate: true })), ["sent"]);
});

test("history that arrives after the outbox was read folds what it holds", () => {
  const { server } = story();
  const known = outgoingLoaded(
    conversationReceived(opened(new ConversationSimulator({ id: "c-2" })), server.snapshot()),
    [ENTRY],
  );
  assert.deepEqual(shown(known), ["pending"]);
  assert.deepEqual(shown(historyLoaded(historyAsked(known, "c-1"), "c-1", server.page())), ["sent"]);
});

test("the status walks to read and never back, in whatever order the receipts come", () => {
  const { before, sent, ack } = story();
  const { seq } = sent.data;
  const delivered = {
    event: "message-delivered",
    data: { conversationId: "c-1", messageId: ack.messageId, status: "delivered" },
  };
  const reads = ["u-ada", "u-bob"].map((readerId) => ({
    event: "messages-read",
    data: { conversationId: "c-1", readerId, lastReadSeq: seq },
  }));
  const told = fed(before, [sent]);
  assert.deepEqual(shown(fed(told, [delivered])), ["delivered"]);
  assert.deepEqual(shown(fed(told, [delivered, reads[0]])), ["delivered"]);
  assert.deepEqual(shown(fed(told, [...reads, delivered, delivered])), ["read"]);
  assert.deepEqual(shown(fed(before, [delivered, sent])), ["delivered"]);
  assert.deepEqual(shown(fed(before, [...reads, delivered, sent])), ["read"]);
  const late = outgoingQueued(outgoingAcked(fed(told, reads), ENTRY, ack), ENTRY);
  assert.deepEqual(shown(late), ["read"]);
});

test("a page of history does not take a status back", () => {
  const { server, before, sent, ack } = story();
  const delivered = fed(before, [
    sent,
    { event: "message-delivered", data: { conversationId: "c-1", messageId: ack.messageId, status: "delivered" } },
  ]);
  assert.deepEqual(shown(historyLoaded(historyAsked(delivered, "c-1"), "c-1", server.page())), ["delivered"]);
});

test("a refused message shows its reason, can be tried again, and goes when discarded", () => {
  const { before } = story();
  const failed = outgoingQueued(before, { ...ENTRY, status: "failed", error: "no" });
  assert.deepEqual(shown(failed), ["failed"]);
  assert.deepEqual(shown(outgoingQueued(failed, { ...ENTRY, status: "pending" })), ["pending"]);
  assert.deepEqual(shown(outgoingDiscarded(failed, ENTRY)), []);
});

test("one's own message is not unread, and does not count as from another", () => {
  const { before, sent } = story();
  assert.equal(fed(before, [sent]).conversations["c-1"].unreadCount, 1);
  const read = serverEvent(before, "messages-read", { conversationId: "c-1", readerId: ME, lastReadSeq: 1 });
  assert.equal(fed(read, [sent]).conversations["c-1"].unreadCount, 0);
});

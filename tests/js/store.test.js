/** What is neither order nor outgoing: epochs, presence, typing, reading, coming and going. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { askedOf, conversationReceived, conversationsLoaded } from "../../static/js/store/conversations.js";
import { incompleteConversations } from "../../static/js/store/members.js";
import { deleteMessage } from "../../static/js/store/messages.js";
import { outgoingQueued } from "../../static/js/store/outgoing.js";
import { TYPING_EXPIRES_MS, expireTyping } from "../../static/js/store/presence.js";
import { deliveryReported, undeliveredReceipts } from "../../static/js/store/receipts.js";
import { conversationRows, shownCount, titleOf, typingNames, unreadTotal } from "../../static/js/store/selectors.js";
import { cursorsOf, unknownConversations } from "../../static/js/store/sequence.js";
import { SERVER_EVENTS, serverEvent } from "../../static/js/store/server-events.js";
import { connectionChanged, sessionStarted } from "../../static/js/store/session.js";
import { statusOf } from "../../static/js/store/status.js";
import { newLineFor, timeline } from "../../static/js/store/timeline.js";
import { ConversationSimulator, ME } from "./conversation-simulator.js";
import { fed, opened, signedIn } from "./store-helpers.js";

function conversation() {
  const server = new ConversationSimulator();
  server.send("u-ada");
  server.send("u-bob");
  return server;
}

test("the same epoch keeps cursors, another one drops them and all that was known, but not what is still to send", () => {
  const waiting = {
    clientMessageId: "cm-1",
    conversationId: "c-1",
    content: "x",
    createdAt: "2026-01-01T12:00:00.000Z",
  };
  const state = outgoingQueued(opened(conversation()), waiting);
  assert.deepEqual(cursorsOf(sessionStarted(state, { epoch: "epoch-1" })), { "c-1": 2 });
  const restored = sessionStarted(state, { epoch: "epoch-2", sessionId: "s-2" });
  assert.deepEqual(cursorsOf(restored), {});
  assert.deepEqual(restored.conversations, {});
  assert.equal(restored.epoch, "epoch-2");
  assert.equal(restored.me._id, ME);
  assert.equal(restored.outgoing["c-1"].length, 1);
});

test("after a restored backup lower numbers are taken in again", () => {
  const server = conversation();
  const state = sessionStarted(opened(server), { epoch: "epoch-2" });
  const restored = new ConversationSimulator();
  restored.send("u-ada", "from the backup");
  assert.deepEqual(timeline(opened(restored, state), "c-1").at(-1).message.content, "from the backup");
});

test("every event of the contract is listened for", () => {
  const contract = [
    "session-started",
    "receive-message",
    "message-delivered",
    "messages-read",
    "message-edited",
    "message-deleted",
    "reaction-added",
    "reaction-removed",
    "user-status",
    "user-updated",
    "user-typing",
    "user-joined-conversation",
    "user-left-conversation",
    "conversation-created",
    "group-user-added",
    "group-user-removed",
    "removed-from-group",
    "group-updated",
    "missed-messages",
    "session-ended",
  ];
  assert.deepEqual([...SERVER_EVENTS].sort(), contract.sort());
});

test("an unknown event changes nothing", () => {
  const state = signedIn();
  assert.equal(serverEvent(state, "something-new", {}), state);
});

test("presence: the later word stands, and a list asked for before it does not undo it", () => {
  const server = conversation();
  const before = opened(server);
  const online = serverEvent(before, "user-status", {
    userId: "u-ada",
    isOnline: true,
    lastSeen: null,
    timestamp: "2026-01-01T10:00:01.000Z",
  });
  const stale = serverEvent(online, "user-status", {
    userId: "u-ada",
    isOnline: false,
    lastSeen: null,
    timestamp: "2026-01-01T10:00:00.000Z",
  });
  assert.equal(stale.presence["u-ada"].isOnline, true);
  const snapshot = server.snapshot();
  snapshot.participants.forEach((each) => (each.isOnline = false));
  const listed = conversationsLoaded(online, [snapshot], askedOf(before));
  assert.equal(listed.presence["u-ada"].isOnline, true);
  assert.equal(conversationsLoaded(online, [snapshot], askedOf(online)).presence["u-ada"].isOnline, false);
});

test("typing ends when told, after six seconds, with the message, and with the line", () => {
  const server = conversation();
  const typing = { conversationId: "c-1", senderId: "u-ada", userId: "u-ada", userName: "Ada", isTyping: true };
  const state = serverEvent(opened(server), "user-typing", typing, 1000);
  assert.deepEqual(typingNames(state, "c-1"), ["Ada"]);
  assert.deepEqual(typingNames(serverEvent(state, "user-typing", { ...typing, isTyping: false }, 2000), "c-1"), []);
  assert.deepEqual(typingNames(expireTyping(state, 999 + TYPING_EXPIRES_MS), "c-1"), ["Ada"]);
  assert.deepEqual(typingNames(expireTyping(state, 1000 + TYPING_EXPIRES_MS), "c-1"), []);
  assert.deepEqual(typingNames(fed(state, [server.send("u-ada")]), "c-1"), []);
  assert.deepEqual(typingNames(connectionChanged(state, { phase: "reconnecting", attempt: 1 }), "c-1"), []);
});

test("reading on another device clears the count here", () => {
  const state = opened(conversation());
  assert.equal(unreadTotal(state), 2);
  const half = serverEvent(state, "messages-read", { conversationId: "c-1", readerId: ME, lastReadSeq: 1 });
  assert.equal(unreadTotal(half), 1);
  const all = serverEvent(half, "messages-read", { conversationId: "c-1", readerId: ME, lastReadSeq: 2 });
  assert.equal(unreadTotal(all), 0);
  assert.equal(
    unreadTotal(serverEvent(all, "messages-read", { conversationId: "c-1", readerId: ME, lastReadSeq: 1 })),
    0,
  );
});

test("a number of unread messages that the server has not counted to its end is shown as such", () => {
  assert.deepEqual([1, 99, 100, 101].map(shownCount), ["1", "99", "99+", "99+"]);
});

test("the new line stands before the first unread message", () => {
  const state = serverEvent(opened(conversation()), "messages-read", {
    conversationId: "c-1",
    readerId: ME,
    lastReadSeq: 1,
  });
  const rows = timeline(state, "c-1", newLineFor(state, "c-1"));
  assert.deepEqual(
    rows.map(({ kind, message }) => message?.seq ?? kind),
    ["day", 1, "new", 2],
  );
  const read = serverEvent(state, "messages-read", { conversationId: "c-1", readerId: ME, lastReadSeq: 2 });
  assert.equal(newLineFor(read, "c-1"), Infinity);
});

test("the new line does not stand before what was deleted: there is nothing to read", () => {
  const server = conversation();
  const state = serverEvent(opened(server), "message-deleted", {
    conversationId: "c-1",
    seq: 3,
    messageId: server.page().messages[0]._id,
    messageSeq: 1,
  });
  const rows = timeline(state, "c-1", newLineFor(state, "c-1"));
  assert.deepEqual(
    rows.map(({ kind, message }) => message?.seq ?? kind),
    ["day", 1, "new", 2],
  );
});

test("what has reached this device is told once", () => {
  const state = opened(conversation());
  assert.deepEqual(undeliveredReceipts(state), [{ conversationId: "c-1", seq: 2 }]);
  assert.deepEqual(undeliveredReceipts(deliveryReported(state, "c-1", 2)), []);
});

test("a conversation left out of a later list, or that one is removed from, is gone", () => {
  const state = opened(conversation());
  assert.deepEqual(conversationsLoaded(state, [], askedOf(state)).conversations, {});
  assert.deepEqual(Object.keys(conversationsLoaded(state, [], askedOf(signedIn())).conversations), ["c-1"]);
  const removed = serverEvent(state, "removed-from-group", { conversationId: "c-1" });
  assert.deepEqual([removed.conversations, removed.threads], [{}, {}]);
});

test("a snapshot that was asked for before one was removed does not bring the conversation back, one told later does", () => {
  const server = conversation();
  const before = opened(server);
  const removed = serverEvent(before, "removed-from-group", { conversationId: "c-1" });
  assert.deepEqual(conversationsLoaded(removed, [server.snapshot()], askedOf(before)).conversations, {});
  assert.deepEqual(conversationReceived(removed, server.snapshot(), askedOf(before)).conversations, {});
  const back = serverEvent(removed, "conversation-created", server.snapshot());
  assert.deepEqual(Object.keys(back.conversations), ["c-1"]);
  assert.deepEqual(Object.keys(conversationsLoaded(removed, [server.snapshot()], askedOf(removed)).conversations), ["c-1"]);
});

test("an event of an unknown conversation asks for it", () => {
  const server = conversation();
  assert.deepEqual(unknownConversations(fed(signedIn(), server.events)), ["c-1"]);
  assert.deepEqual(unknownConversations(opened(server, fed(signedIn(), server.events))), []);
});

test("the list shows the latest first, by the name it goes by for me", () => {
  const older = new ConversationSimulator({ id: "c-1" });
  older.send("u-ada");
  const newer = new ConversationSimulator({ id: "c-2" });
  newer.send("u-ada");
  newer.send("u-ada");
  const state = opened(newer, opened(older));
  assert.deepEqual(
    conversationRows(state).map(({ id }) => id),
    ["c-2", "c-1"],
  );
  const unnamed = { ...state.conversations["c-1"], name: null };
  assert.equal(titleOf(state, unnamed), "u-ada, u-bob");
});

test("a new member comes with name, picture and role, and nothing is asked for", () => {
  const server = conversation();
  const data = {
    conversationId: "c-1",
    seq: 3,
    newUserId: "u-zoe",
    newUser: { _id: "u-zoe", name: "Zoé", avatar: "/api/attachments/a-1" },
    addedBy: "u-ada",
    message: {
      _id: "m-3",
      conversationId: "c-1",
      seq: 3,
      type: "system",
      system: { kind: "member_added", userId: "u-zoe", name: "Zoé", role: "moderator" },
      sender: { _id: "u-ada", name: "u-ada", avatar: null },
      content: "",
      createdAt: "2026-01-01T00:00:03.000Z",
    },
  };
  const state = serverEvent(opened(server), "group-user-added", data);
  assert.deepEqual(state.conversations["c-1"].participants.at(-1), {
    _id: "u-zoe",
    name: "Zoé",
    avatar: "/api/attachments/a-1",
    role: "moderator",
    joinedSeq: 3,
    lastReadSeq: 3,
    lastDeliveredSeq: 3,
  });
  assert.deepEqual(incompleteConversations(state), []);
  const { newUser: _, ...older } = { ...data, message: undefined };
  const nameless = serverEvent(opened(server), "group-user-added", older);
  assert.deepEqual(incompleteConversations(nameless), ["c-1"]);
});

test("the server is asked to count again only when what was deleted may have counted", () => {
  const snapshot = conversation().snapshot();
  snapshot.participants.find(({ _id }) => _id === ME).lastReadSeq = 1;
  const half = conversationsLoaded(signedIn(), [{ ...snapshot, unreadCount: 1 }]);
  const deleted = (messageSeq) => ({ conversationId: "c-1", seq: 3, messageId: "m-x", messageSeq });
  assert.deepEqual(incompleteConversations(serverEvent(half, "message-deleted", deleted(1))), []);
  assert.deepEqual(incompleteConversations(serverEvent(half, "message-deleted", deleted(2))), ["c-1"]);
});

test("of what was deleted only its place and its author are left", () => {
  const sender = { _id: "u-ada", name: "Ada", avatar: null };
  const message = { _id: "m-2", seq: 2, sender, content: "text", replyTo: "m-1", attachments: [], reactions: [] };
  const thread = { messages: [{ ...message, edited: true, editedAt: "2026-01-01T00:00:00.000Z" }], statuses: {} };
  const deletedAt = "2026-01-02T00:00:00.000Z";
  const [left] = deleteMessage(thread, { messageId: "m-2", deletedAt }).messages;
  const nothing = { content: "", attachments: [], reactions: [], edited: false, editedAt: null };
  assert.deepEqual(left, { _id: "m-2", seq: 2, sender, ...nothing, deleted: true, deletedAt });
});

test("the server is asked to count again when some of what is not held was read elsewhere, and only then", () => {
  const server = conversation();
  const known = conversationsLoaded(signedIn(), [server.snapshot()]);
  const read = (state, lastReadSeq) =>
    serverEvent(state, "messages-read", { conversationId: "c-1", readerId: ME, lastReadSeq });
  assert.deepEqual(incompleteConversations(read(known, 1)), ["c-1"]);
  assert.deepEqual(incompleteConversations(read(known, 2)), []);
  assert.deepEqual(incompleteConversations(read(opened(server), 1)), []);
  assert.deepEqual(incompleteConversations(read(read(known, 2), 1)), []);
});

test("what was written before anybody else was there has been read by nobody", () => {
  const others = [1, 2].map((number) => ({ _id: `u-${number}`, joinedSeq: 5, lastReadSeq: 7, lastDeliveredSeq: 7 }));
  const group = { participants: [{ _id: ME, joinedSeq: 0, lastReadSeq: 0, lastDeliveredSeq: 0 }, ...others] };
  const message = (seq) => ({ seq, sender: { _id: ME }, status: "sent" });
  assert.deepEqual([4, 6, 8].map((seq) => statusOf(message(seq), group)), ["sent", "read", "sent"]);
  assert.equal(statusOf(message(1), { participants: group.participants.slice(0, 1) }), "sent");
});

test("a receipt that is faster than the conversation it speaks of is kept for it", () => {
  const server = conversation();
  const early = serverEvent(signedIn(), "messages-read", { conversationId: "c-1", readerId: "u-ada", lastReadSeq: 2 });
  assert.deepEqual(unknownConversations(early), ["c-1"]);
  const { participants } = conversationsLoaded(early, [server.snapshot()]).conversations["c-1"];
  assert.equal(participants.find(({ _id }) => _id === "u-ada").lastReadSeq, 2);
});

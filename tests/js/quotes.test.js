/** What a message answers may not be held: the quote is fetched, and goes on living like the message itself. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { conversationReceived } from "../../static/js/store/conversations.js";
import { historyAsked, historyLoaded } from "../../static/js/store/history.js";
import { isQuoteKnown, quoteAsked, quoteForgotten, quoteLoaded } from "../../static/js/store/quotes.js";
import { serverEvent } from "../../static/js/store/server-events.js";
import { timeline } from "../../static/js/store/timeline.js";
import { ConversationSimulator } from "./conversation-simulator.js";
import { signedIn } from "./store-helpers.js";

const FAR_UP = { _id: "m-far", conversationId: "c-1", seq: 1, content: "Who brings cake?", sender: { _id: "u-ada" } };

function answered() {
  const server = new ConversationSimulator();
  server.send("u-ada");
  const answer = { ...server.send("u-bob").data, replyTo: FAR_UP._id };
  const listed = conversationReceived(signedIn(), server.snapshot());
  const state = historyLoaded(historyAsked(listed, "c-1"), "c-1", { messages: [answer], hasMore: true });
  return { state, seq: answer.seq + 1 };
}

const quoteIn = (state) => timeline(state, "c-1").find(({ message }) => message?.replyTo)?.quoted;
const edited = (seq, content) => ({ conversationId: "c-1", messageId: FAR_UP._id, seq, content, editedAt: "2026-01-01" });

test("a quote is unknown until its message has come", () => {
  const { state } = answered();
  assert.equal(quoteIn(state), undefined);
  const asked = quoteAsked(state, "c-1", FAR_UP._id);
  assert.equal(quoteIn(asked), undefined);
  assert.equal(quoteIn(quoteLoaded(asked, FAR_UP)).content, "Who brings cake?");
});

test("what happens to a quoted message happens to the quote", () => {
  const { state, seq } = answered();
  const loaded = quoteLoaded(quoteAsked(state, "c-1", FAR_UP._id), FAR_UP);
  const changed = serverEvent(loaded, "message-edited", edited(seq, "Who brings bread?"), 0);
  assert.equal(quoteIn(changed).content, "Who brings bread?");
  const deletion = { conversationId: "c-1", messageId: FAR_UP._id, messageSeq: 1, seq: seq + 1 };
  const deleted = serverEvent(changed, "message-deleted", deletion, 0);
  assert.deepEqual([quoteIn(deleted).deleted, quoteIn(deleted).content], [true, ""]);
});

test("what happened while the message was on its way is said again over it", () => {
  const { state, seq } = answered();
  const overtaken = serverEvent(quoteAsked(state, "c-1", FAR_UP._id), "message-edited", edited(seq, "bread"), 0);
  assert.equal(quoteIn(quoteLoaded(overtaken, FAR_UP)).content, "bread");
});

test("a message that did not come may be asked for again", () => {
  const { state } = answered();
  const asked = quoteAsked(state, "c-1", FAR_UP._id);
  assert.equal(isQuoteKnown(asked, "c-1", FAR_UP._id), true);
  assert.equal(isQuoteKnown(quoteForgotten(asked, "c-1", FAR_UP._id), "c-1", FAR_UP._id), false);
});

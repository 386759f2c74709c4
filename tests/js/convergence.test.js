/** However the events come, the page ends up showing what a fresh fetch would show. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { conversationReceived } from "../../static/js/store/conversations.js";
import { historyAsked, historyLoaded } from "../../static/js/store/history.js";
import { gaps } from "../../static/js/store/sequence.js";
import { serverEvent } from "../../static/js/store/server-events.js";
import { ConversationSimulator, randomFrom, shuffled } from "./conversation-simulator.js";
import { fed, healed, opened, seen, signedIn } from "./store-helpers.js";

const ROUNDS = 60;
const STEPS_BEFORE = 15;
const STEPS = 40;

/** Runs a story many times, each with its own conversation and its own chance. */
function rounds(story) {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const random = randomFrom(seed * 7919);
    const server = new ConversationSimulator({ random });
    for (let step = 0; step < STEPS_BEFORE; step += 1) server.step();
    const before = opened(server);
    const already = server.events.length;
    server.receipts = [];
    for (let step = 0; step < STEPS; step += 1) server.step();
    story({ server, random, before, events: server.events.slice(already), receipts: server.receipts, seed });
  }
}

function assertConverged(state, server, seed) {
  assert.deepEqual(gaps(state), [], `seed ${seed}: gaps are left`);
  assert.deepEqual(seen(state, server.id), seen(opened(server), server.id), `seed ${seed}`);
}

test("events in order lead to what a fresh fetch shows", () => {
  rounds(({ server, before, events, receipts, seed }) => {
    assertConverged(fed(fed(before, events), receipts), server, seed);
  });
});

test("events shuffled and doubled lead to the same", () => {
  rounds(({ server, random, before, events, receipts, seed }) => {
    const told = shuffled([...events, ...events, ...receipts, ...receipts], random);
    assertConverged(fed(before, told), server, seed);
  });
});

test("events dropped are asked for and lead to the same", () => {
  rounds(({ server, random, before, events, receipts, seed }) => {
    const lastOne = events.at(-1);
    const told = events.filter((event) => event === lastOne || random() < 0.7);
    const state = healed(fed(fed(before, shuffled(told, random)), receipts), server, 7);
    assertConverged(state, server, seed);
  });
});

test("a break shows in the list that is fetched after it, and heals", () => {
  rounds(({ server, before, seed }) => {
    const refreshed = conversationReceived(before, server.snapshot());
    assertConverged(healed(refreshed, server, 5), server, seed);
  });
});

test("a list older than what has come since changes nothing", () => {
  rounds(({ server, before, events, receipts, seed }) => {
    const older = structuredClone(before.conversations[server.id]);
    const current = fed(fed(before, events), receipts);
    assertConverged(conversationReceived(current, older), server, seed);
  });
});

test("a page of history older than the events that overtook it is brought up to date", () => {
  rounds(({ server, random, before, events, receipts, seed }) => {
    const known = conversationReceived(signedIn(), structuredClone(before.conversations[server.id]));
    const asked = historyAsked(known, server.id);
    const page = { messages: structuredClone(before.threads[server.id].messages), hasMore: false };
    const cut = Math.floor(random() * events.length);
    const overtaken = fed(asked, events.slice(0, cut));
    const state = fed(fed(historyLoaded(overtaken, server.id, page), events.slice(cut)), receipts);
    assertConverged(state, server, seed);
  });
});

test("a conversation nobody opened counts what is unread without holding its messages", () => {
  rounds(({ server, random, before, events, receipts, seed }) => {
    const known = conversationReceived(signedIn(), structuredClone(before.conversations[server.id]));
    const state = healed(fed(fed(known, shuffled(events, random)), receipts), server);
    assert.deepEqual(state.threads[server.id].messages, []);
    assert.equal(state.threads[server.id].cursor, server.snapshot().lastSeq, `seed ${seed}`);
    assert.deepEqual(state.conversations[server.id].lastMessage?._id, server.snapshot().lastMessage?._id);
    const page = historyLoaded(historyAsked(state, server.id), server.id, server.page());
    assertConverged(page, server, seed);
  });
});

test("events of a conversation not known yet wait for its snapshot", () => {
  rounds(({ server, random, events, receipts, seed }) => {
    const early = fed(signedIn(), shuffled(events, random));
    assert.deepEqual(early.conversations, {});
    const known = opened(server, early);
    assertConverged(healed(fed(known, receipts), server), server, seed);
  });
});

test("missed messages told a second time change nothing", () => {
  rounds(({ server, before, events, receipts, seed }) => {
    const messages = events.filter(({ event }) => event === "receive-message").map(({ data }) => data);
    const current = fed(fed(before, events), receipts);
    const again = serverEvent(current, "missed-messages", { messages, count: messages.length, hasMore: false });
    assert.equal(again, current, `seed ${seed}`);
  });
});

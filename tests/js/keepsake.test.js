/** What is kept of a page, and that a page restored from it comes to the same as one that was never away. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { conversationsLoaded } from "../../static/js/store/conversations.js";
import { MOST_THREADS, isThreadUpToDate, keepsakeOf, keepsakeRestored } from "../../static/js/store/keepsake.js";
import { gaps } from "../../static/js/store/sequence.js";
import { sessionStarted } from "../../static/js/store/session.js";
import { initialState, threadOf } from "../../static/js/store/state.js";
import { ConversationSimulator, ME, randomFrom } from "./conversation-simulator.js";
import { fed, healed, opened, seen, signedIn } from "./store-helpers.js";

const SEEDS = [...Array(40).keys()].map((index) => index + 1);

function lived(seed, steps = 30) {
  const server = new ConversationSimulator({ random: randomFrom(seed) });
  for (let step = 0; step < steps; step += 1) server.step();
  return server;
}

/** A page that has fetched its list and opened its conversations. */
function pageOf(...servers) {
  const known = servers.reduce((state, server) => opened(server, state), signedIn());
  return listed(known, ...servers);
}

/** The list has been fetched. */
function listed(state, ...servers) {
  return conversationsLoaded(
    state,
    servers.map((server) => server.snapshot()),
    { knownIds: Object.keys(state.conversations) },
  );
}

/** A page that is opened with what another one has kept: other objects, as IndexedDB gives them back. */
function restored(page, ...servers) {
  const kept = keepsakeOf(
    page,
    servers.map(({ id }) => id),
  );
  return keepsakeRestored(initialState(), structuredClone(kept));
}

test("a restored page shows what was shown, and says that it may be old", () => {
  const server = lived(7);
  const page = pageOf(server);
  const back = restored(page, server);
  assert.deepEqual(seen(back, server.id), seen(page, server.id));
  assert.equal(back.me._id, ME);
  assert.equal(isThreadUpToDate(back, threadOf(back, server.id)), false);
});

test("whatever happened meanwhile is caught up, until it is what a fresh page shows", () => {
  for (const seed of SEEDS) {
    const server = lived(seed);
    const back = restored(pageOf(server), server);
    for (let step = 0; step < 20; step += 1) server.step();
    const caughtUp = healed(listed(back, server), server, 7);
    assert.deepEqual(seen(caughtUp, server.id), seen(pageOf(server), server.id), `seed ${seed}`);
    assert.equal(isThreadUpToDate(caughtUp, threadOf(caughtUp, server.id)), true);
  }
});

test("a conversation that was left meanwhile goes with the first list", () => {
  const [stays, goes] = [new ConversationSimulator({ id: "c-1" }), new ConversationSimulator({ id: "c-2" })];
  for (const server of [stays, goes]) server.send("u-ada");
  const back = listed(restored(pageOf(stays, goes), stays, goes), stays);
  assert.deepEqual(Object.keys(back.conversations), ["c-1"]);
  assert.deepEqual(Object.keys(back.threads), ["c-1"]);
});

test("another epoch voids what was kept", () => {
  const server = lived(3);
  const back = sessionStarted(restored(pageOf(server), server), { sessionId: "s-2", epoch: "epoch-2" });
  assert.deepEqual(back.conversations, {});
  assert.equal(back.isListLoaded, false);
  assert.equal(back.isListKept, false);
});

test("of a long conversation the newest messages are kept, and the older ones can be asked for", () => {
  const server = new ConversationSimulator();
  for (let number = 0; number < 250; number += 1) server.send("u-ada");
  const thread = threadOf(restored(pageOf(server), server), server.id);
  assert.equal(thread.messages.length, 100);
  assert.equal(thread.messages.at(-1).seq, 250);
  assert.equal(thread.hasOlder, true);
});

test("messages are kept of the conversations opened last, and no more than so many", () => {
  const servers = [...Array(MOST_THREADS + 5).keys()].map((index) => new ConversationSimulator({ id: `c-${index}` }));
  for (const server of servers) server.send("u-ada");
  const { threads, conversations } = keepsakeOf(
    pageOf(...servers),
    servers.map(({ id }) => id),
  );
  assert.deepEqual(
    threads.map(({ conversationId }) => conversationId),
    servers.slice(0, MOST_THREADS).map(({ id }) => id),
  );
  assert.equal(conversations.length, servers.length);
});

test("nothing is kept before the server has told the list, nor of what was only kept itself", () => {
  const server = lived(5);
  assert.equal(keepsakeOf(opened(server), [server.id]), null);
  assert.equal(keepsakeOf(restored(pageOf(server), server), [server.id]), null);
});

test("what has not changed is kept by the same object, so that it is not written again", () => {
  const [quiet, busy] = [new ConversationSimulator({ id: "c-1" }), new ConversationSimulator({ id: "c-2" })];
  for (const server of [quiet, busy]) server.send("u-ada");
  const page = pageOf(quiet, busy);
  const ids = ["c-1", "c-2"];
  const before = keepsakeOf(page, ids);
  busy.send("u-bob");
  const after = keepsakeOf(fed(page, busy.events.slice(-1)), ids);
  assert.equal(after.page, before.page);
  assert.equal(after.threads[0], before.threads[0]);
  assert.notEqual(after.threads[1], before.threads[1]);
  assert.ok(before.conversations.some((each) => after.conversations.includes(each)));
});

test("a message written while away comes after what was kept, in its gap", () => {
  const server = lived(9);
  const back = restored(pageOf(server), server);
  server.send("u-bob", "meanwhile");
  const known = listed(back, server);
  assert.deepEqual(gaps(known), [{ conversationId: server.id, afterSeq: threadOf(back, server.id).cursor }]);
});

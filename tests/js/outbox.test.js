/** The outbox: in order, once, through breaks and reloads; a refusal holds nobody up. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Failure } from "../../static/js/net/failure.js";
import { World } from "./outbox-world.js";

const write = (outbox, ...contents) =>
  Promise.all(contents.map((content) => outbox.add({ conversationId: "c-1", content })));

test("messages go in the order in which they were written, one at a time", async () => {
  const world = new World();
  await write(world.open(), "one", "two", "three");
  await world.pass(0);
  assert.deepEqual(world.contents, ["one", "two", "three"]);
  assert.equal(world.attempts.length, 3);
  assert.deepEqual(await world.storage.all(), []);
});

test("a message is kept before it is shown or sent", async () => {
  const world = new World();
  world.storage.add = async () => {
    throw new Error("no room");
  };
  await assert.rejects(write(world.open(), "one"), /no room/);
  assert.deepEqual([world.changes, world.attempts], [[], []]);
});

test("offline, everything waits; back online it goes in order, once, under its own id", async () => {
  const world = new World();
  const outbox = world.open();
  world.isOnline = false;
  await write(outbox, "one", "two", "three");
  await world.pass(100);
  const tried = new Set(world.attempts.map(({ clientMessageId }) => clientMessageId));
  assert.deepEqual([...tried], ["id-1"], "no later message overtakes the first");
  world.isOnline = true;
  await outbox.resume();
  assert.deepEqual(world.contents, ["one", "two", "three"]);
  assert.deepEqual(world.changes.slice(-3), ["acked one", "acked two", "acked three"]);
});

test("a lost ack is repeated with the same id and stored once", async () => {
  const world = new World();
  let acksToLose = 1;
  world.refuse = (entry) => {
    if (acksToLose === 0) return null;
    acksToLose -= 1;
    world.stored.push(entry);
    return new Failure({ code: "timeout" });
  };
  await write(world.open(), "one", "two");
  await world.pass(5);
  assert.deepEqual(world.contents, ["one", "two"]);
  assert.deepEqual(
    world.attempts.map(({ clientMessageId }) => clientMessageId),
    ["id-1", "id-1", "id-2"],
  );
});

test("what waits survives a reload and goes before what is written after it", async () => {
  const world = new World();
  world.isOnline = false;
  const first = world.open();
  await write(first, "one", "two");
  await world.pass(3);
  first.close();
  world.isOnline = true;
  const second = world.open();
  assert.deepEqual(
    (await second.entries()).map(({ content }) => content),
    ["one", "two"],
  );
  await write(second, "three");
  await world.pass(0);
  assert.deepEqual(world.contents, ["one", "two", "three"]);
});

test("a refused message is marked with the server's sentence and holds nobody up", async () => {
  const world = new World();
  world.refuse = ({ content }) => content === "two" && new Failure({ code: "forbidden", error: "Not here." });
  await write(world.open(), "one", "two", "three");
  await world.pass(0);
  assert.deepEqual(world.contents, ["one", "three"]);
  assert.deepEqual(
    (await world.storage.all()).map(({ content, status, error }) => ({ content, status, error })),
    [{ content: "two", status: "failed", error: "Not here." }],
  );
});

test("a failed message stays failed over a reload, until it is tried again under its own id", async () => {
  const world = new World();
  world.refuse = () => new Failure({ code: "forbidden" });
  await write(world.open(), "one");
  await world.pass(100);
  assert.equal(world.attempts.length, 1);
  world.refuse = () => null;
  const outbox = world.open();
  await outbox.flush();
  assert.equal(world.attempts.length, 1);
  await outbox.retry("id-1");
  assert.deepEqual(
    world.stored.map(({ clientMessageId }) => clientMessageId),
    ["id-1"],
  );
});

test("a discarded message is never sent", async () => {
  const world = new World();
  const outbox = world.open();
  world.isOnline = false;
  await write(outbox, "one", "two");
  await world.pass(0);
  await outbox.discard("id-1");
  world.isOnline = true;
  await outbox.resume();
  assert.deepEqual(world.contents, ["two"]);
});

test("a message given up while it is on its way comes back neither as failed nor as sent twice", async () => {
  const world = new World();
  const outbox = world.open();
  world.refuse = () => new Failure({ code: "forbidden" });
  const [{ clientMessageId }] = await write(outbox, "one");
  await outbox.discard(clientMessageId);
  await world.pass(10);
  assert.deepEqual(await world.storage.all(), []);
});

test("a limit is waited out for as long as the server says", async () => {
  const world = new World();
  let isLimited = true;
  world.refuse = () => isLimited && new Failure({ code: "rate_limited", retryAfter: 4 });
  await write(world.open(), "one", "two");
  await world.pass(3.9);
  assert.equal(world.attempts.length, 1);
  isLimited = false;
  await world.pass(0.2);
  assert.deepEqual(world.contents, ["one", "two"]);
});

test("a break is tried again ever more rarely, at least twice a minute", async () => {
  const world = new World();
  world.refuse = () => new Failure({ code: "unavailable" });
  await write(world.open(), "one");
  await world.pass(61);
  assert.equal(world.attempts.length, 7); // after 0, 1, 3, 7, 15, 31 and 61 seconds
});

test("one conversation's break does not hold up another", async () => {
  const world = new World();
  world.refuse = ({ conversationId }) => conversationId === "c-1" && new Failure({ code: "unavailable" });
  const outbox = world.open();
  await outbox.add({ conversationId: "c-1", content: "stuck" });
  await outbox.add({ conversationId: "c-2", content: "free" });
  await world.pass(0);
  assert.deepEqual(world.contents, ["free"]);
});

test("two tabs that share one outbox send each message once, in order", async () => {
  const world = new World();
  const [one, other] = [world.open(), world.open()];
  await Promise.all([write(one, "one", "two"), write(other, "three", "four")]);
  await Promise.all([one.resume(), other.resume()]);
  await world.pass(0);
  assert.equal(world.attempts.length, 4);
  assert.deepEqual([...world.contents].sort(), ["four", "one", "three", "two"]);
});

test("closed, it sends nothing more and forgets nothing", async () => {
  const world = new World();
  const outbox = world.open();
  outbox.close();
  await write(outbox, "one");
  await world.pass(60);
  assert.deepEqual([world.attempts.length, (await world.storage.all()).length], [0, 1]);
});

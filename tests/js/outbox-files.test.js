/** Messages with files: whole or not at all, once, whatever is interrupted. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Failure } from "../../static/js/net/failure.js";
import { World } from "./outbox-world.js";

const FILES = [new File(["first"], "one.txt"), new File(["second one"], "two.txt")];

const send = (outbox, content = "with files", files = FILES) =>
  outbox.add({ conversationId: "c-1", content, files });

const arrived = (world) => world.stored.map(({ content, holds }) => [content, holds]);

const WHOLE = [["with files", FILES]];

test("the files go up first, then one message goes with all of them", async () => {
  const world = new World();
  await send(world.open());
  await world.pass(0);
  assert.deepEqual(arrived(world), WHOLE);
  assert.deepEqual([world.uploads, world.attempts.length], [["one.txt", "two.txt"], 1]);
});

// What goes up a second time: only what the server has answered to a page that was gone by then.
const STEPS = {
  kept: 0,
  "uploading one.txt": 0,
  "uploaded one.txt": 1,
  "noted 1": 0,
  "uploading two.txt": 0,
  "uploaded two.txt": 1,
  "noted 2": 0,
  sending: 0,
  stored: 0,
  acked: 0,
  removed: 0,
};

for (const [step, again] of Object.entries(STEPS)) {
  test(`the message arrives whole and once when the page dies at the step "${step}"`, async () => {
    const world = new World();
    world.diesAt = step;
    send(world.open());
    await world.pass(0);
    assert.equal(world.diesAt, null, "the page has died there");

    await world.open().flush();
    await world.pass(0);
    assert.deepEqual(arrived(world), WHOLE);
    assert.equal(world.uploads.length, 2 + again);
    assert.deepEqual(await world.storage.all(), []);
  });
}

test("nothing is kept of the files once the message is through", async () => {
  const world = new World();
  const { files } = await send(world.open());
  await world.pass(0);
  assert.deepEqual(await Promise.all(files.map(({ id }) => world.storage.blob(id))), [undefined, undefined]);
});

test("what cannot be kept is neither shown nor uploaded", async () => {
  const world = new World();
  world.storage.add = async () => {
    throw new Failure({ code: "no_room" });
  };
  await assert.rejects(send(world.open()), { code: "no_room" });
  assert.deepEqual([world.changes, world.uploads], [[], []]);
});

test("a break between two files is waited out, and what is there does not go up again", async () => {
  const world = new World();
  let breaks = 3;
  world.refuseUpload = (name) => name === "two.txt" && breaks-- > 0 && new Failure({ code: "offline" });
  await send(world.open());
  await world.pass(10);
  assert.deepEqual(arrived(world), WHOLE);
  assert.deepEqual(world.uploads, ["one.txt", "two.txt"]);
});

test("files that the server has let go of go up again", async () => {
  const world = new World();
  world.refuse = () => new Failure({ code: "unavailable" });
  const outbox = world.open();
  await send(outbox);
  await world.pass(0);
  world.waiting.clear();
  world.refuse = () => null;
  await outbox.resume();
  await world.pass(0);
  assert.deepEqual(arrived(world), WHOLE);
  assert.equal(world.uploads.length, 4);
});

test("files that the server does not know at once are a failure, not tried for ever", async () => {
  const world = new World();
  world.refuse = () => new Failure({ code: "not_found", details: { field: "attachments" } });
  await send(world.open());
  await world.pass(100);
  assert.deepEqual([world.attempts.length, world.changes.at(-1)], [1, "failed with files"]);
});

test("a refused file marks its message and lets the next one pass; a retry sends what is missing", async () => {
  const world = new World();
  world.refuseUpload = (name) => name === "two.txt" && new Failure({ code: "too_large", error: "Too large." });
  const outbox = world.open();
  const { clientMessageId } = await send(outbox);
  await send(outbox, "next", []);
  await world.pass(0);
  assert.deepEqual(arrived(world), [["next", []]]);
  assert.equal((await world.storage.all())[0].error, "Too large.");

  world.refuseUpload = () => null;
  await outbox.retry(clientMessageId);
  assert.deepEqual(arrived(world), [["next", []], ...WHOLE]);
  assert.deepEqual(world.uploads, ["one.txt", "two.txt"]);
});

test("what was written later waits for the files before it", async () => {
  const world = new World();
  world.isOnline = false;
  const outbox = world.open();
  await send(outbox);
  await send(outbox, "later", []);
  await world.pass(0);
  world.isOnline = true;
  await outbox.resume();
  assert.deepEqual(world.contents, ["with files", "later"]);
});

test("a long upload does not hold up another conversation, nor its next attempt", async () => {
  const world = new World();
  world.refuseUpload = () => new Promise(() => {});
  let breaks = 1;
  world.refuse = ({ content }) => content === "elsewhere" && breaks-- > 0 && new Failure({ code: "unavailable" });
  const outbox = world.open();
  await send(outbox);
  await world.pass(0);
  await outbox.add({ conversationId: "c-2", content: "elsewhere" });
  await world.pass(5);
  assert.deepEqual(world.contents, ["elsewhere"]);
});

test("given up in the middle of its upload, a message leaves nothing here and nothing there", async () => {
  const world = new World();
  const outbox = world.open();
  world.refuseUpload = (name) => {
    if (name === "two.txt") outbox.discard("id-1");
    return null;
  };
  await send(outbox);
  await world.pass(10);
  assert.deepEqual([world.stored, await world.storage.all(), [...world.waiting]], [[], [], []]);
  assert.deepEqual(world.changes, ["queued with files", "discarded with files"]);
});

test("given up in another tab, the upload ends", async () => {
  const world = new World();
  const [outbox, other] = [world.open(), world.open()];
  world.refuseUpload = () => {
    other.discard("id-1").then(() => outbox.givenUp("id-1"));
    return null;
  };
  await send(outbox);
  await world.pass(10);
  assert.deepEqual([world.uploads, world.stored], [[], []]);
});

test("two tabs upload and send once", async () => {
  const world = new World();
  const [one, other] = [world.open(), world.open()];
  await send(one);
  await Promise.all([one.resume(), other.resume()]);
  await world.pass(0);
  assert.deepEqual([world.uploads.length, world.attempts.length], [2, 1]);
});

test("two tabs of a browser without locks agree on what was uploaded", async () => {
  const world = new World();
  world.hasLocks = false;
  const [one, other] = [world.open(), world.open()];
  await send(one);
  await other.flush();
  await world.pass(0);
  assert.deepEqual(arrived(world), WHOLE);
  assert.deepEqual(await world.storage.all(), []);
  assert.deepEqual([...world.waiting], []);
});

test("progress is told over all files, and never goes back", async () => {
  const world = new World();
  await send(world.open());
  await world.pass(0);
  assert.deepEqual(world.percents.toSorted((one, other) => one - other), world.percents);
  assert.deepEqual([world.percents[0], world.percents.at(-1)], [0, 100]);
});

test("closed in the middle of an upload, it forgets nothing and marks nothing as failed", async () => {
  const world = new World();
  const outbox = world.open();
  world.refuseUpload = () => outbox.close();
  await send(outbox);
  await world.pass(10);
  assert.deepEqual((await world.storage.all()).map(({ status }) => status), ["pending"]);
  assert.deepEqual(world.uploads, []);
});

/** Mentions are text: where one is being written, who may be meant, and whom a text names. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findMentions, mentionAt, mentionCandidates, mentionsMe } from "../../static/js/store/mentions.js";

const PEOPLE = [
  { _id: "u-ada", name: "Ada Lovelace" },
  { _id: "u-ad", name: "Ada" },
  { _id: "u-elo", name: "Élodie Adam" },
  { _id: "u-bob", name: "Bob" },
];
const named = (text) => findMentions(text, PEOPLE).map(({ userId }) => userId);

test("a mention is being written from its @ to the cursor", () => {
  assert.deepEqual(mentionAt("Hello @Ad", 9), { start: 6, query: "Ad" });
  assert.deepEqual(mentionAt("Hello @Ada Lo and Bob", 13), { start: 6, query: "Ada Lo" });
  assert.deepEqual(mentionAt("@", 1), { start: 0, query: "" });
});

test("nothing is being mentioned in an address, after a space or a line, before the @", () => {
  for (const [text, caret] of [
    ["ada@example", 11],
    ["@ Ada", 5],
    ["@Ada\nLo", 7],
    ["Hello @Ad", 6],
    ["Hello", 5],
    [`@${"a".repeat(60)}`, 61],
  ]) {
    assert.equal(mentionAt(text, caret), null, text);
  }
});

test("people are offered by the beginning of any word of their name, without accents, whole names first", () => {
  const offered = (query) => mentionCandidates(PEOPLE, query).map(({ name }) => name);
  assert.deepEqual(offered("ad"), ["Ada", "Ada Lovelace", "Élodie Adam"]);
  assert.deepEqual(offered("elo"), ["Élodie Adam"]);
  assert.deepEqual(offered("ada lo"), ["Ada Lovelace"]);
  assert.deepEqual(offered("da"), []);
  assert.equal(offered("").length, 4);
});

test("a text names whom it names whole, the longer of two names, in either case", () => {
  assert.deepEqual(named("@Ada Lovelace and @bob: come!"), ["u-ada", "u-bob"]);
  assert.deepEqual(named("(@Ada), @Élodie Adam"), ["u-ad", "u-elo"]);
  assert.deepEqual(findMentions("to @Bob.", PEOPLE), [{ start: 3, end: 7, userId: "u-bob" }]);
});

test("a longer word, an address and a name without @ name nobody", () => {
  assert.deepEqual(named("@Bobby, bob@Bob and Ada Lovelace"), []);
});

test("I am mentioned by others, in what still stands", () => {
  const state = { me: PEOPLE[3] };
  const message = { content: "@Bob?", sender: PEOPLE[0] };
  assert.equal(mentionsMe(state, message), true);
  assert.equal(mentionsMe(state, { ...message, sender: PEOPLE[3] }), false);
  assert.equal(mentionsMe(state, { ...message, content: "", deleted: true }), false);
});

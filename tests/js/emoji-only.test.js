/** What is shown large. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { isEmojiOnly } from "../../static/js/lib/emoji-only.js";

test("up to three emoji, joined, coloured and flags too, are shown large", () => {
  for (const text of ["👍", "❤️", "🎉🎉 🎉", "👩🏽‍🚀", "🇫🇷🇬🇧", "👨‍👩‍👧‍👦"]) assert.equal(isEmojiOnly(text), true, text);
});

test("words, figures, many emoji and nothing are not", () => {
  for (const text of ["", "ok 👍", "42", "#1", "👍👍👍👍", "👍".repeat(2000)]) assert.equal(isEmojiOnly(text), false, text);
});

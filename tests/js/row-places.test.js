/** Where rows stand, measured or guessed. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { RowPlaces } from "../../static/js/lib/row-places.js";

const GUESSED = 48;

function places(...keys) {
  const made = new RowPlaces();
  made.setKeys(keys);
  return made;
}

test("a row that was never measured stands where a guess puts it", () => {
  const made = places("a", "b", "c");
  made.measured([["a", 100]]);
  assert.deepEqual([0, 1, 2, 3].map((index) => made.topOf(index)), [0, 100, 100 + GUESSED, 100 + 2 * GUESSED]);
  assert.equal(made.total, 100 + 2 * GUESSED);
});

test("the row at a place is the one that covers it, the nearest one beyond the ends", () => {
  const made = places("a", "b", "c");
  made.measured([
    ["a", 10],
    ["b", 20],
    ["c", 30],
  ]);
  assert.deepEqual([-5, 0, 9, 10, 29, 30, 500].map((top) => made.indexAt(top)), [0, 0, 0, 1, 1, 2, 2]);
});

test("heights are remembered when rows come in above", () => {
  const made = places("b");
  made.measured([["b", 200]]);
  made.setKeys(["a", "b"]);
  assert.equal(made.topOf(made.indexOf("b")), GUESSED);
  assert.equal(made.total, GUESSED + 200);
  assert.equal(made.indexOf("gone"), -1);
});

test("no row at all takes no room", () => {
  const made = places();
  assert.equal(made.total, 0);
  assert.equal(made.indexAt(100), 0);
});

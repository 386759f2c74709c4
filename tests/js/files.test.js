/** What a file is called and how much room it takes, before it is there. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  commonKind,
  durationWords,
  endingOf,
  kindOf,
  pictureRows,
  shownSize,
  signOf,
} from "../../static/js/lib/files.js";

test("only what the server has written anew is shown as a picture, and only what browsers play is played", () => {
  const kinds = {
    "image/jpeg": "image",
    "image/webp": "image",
    "image/heic": "file",
    "image/svg+xml": "file",
    "video/webm": "video",
    "video/x-matroska": "file",
    "audio/mpeg": "audio",
    "audio/midi": "file",
    "application/pdf": "file",
    "application/octet-stream": "file",
  };
  for (const [contentType, kind] of Object.entries(kinds)) assert.equal(kindOf({ contentType }), kind, contentType);
});

test("files of one kind are called by it, files of several are files", () => {
  const [photo, film] = [{ contentType: "image/png" }, { contentType: "video/mp4" }];
  assert.equal(commonKind([photo, photo]), "image");
  assert.equal(commonKind([photo, film]), "file");
});

test("an ending is the last part of a name, when it can be one", () => {
  const endings = { "a.tar.GZ": "gz", ".profile": "", "no ending": "", "Version 2. final": "", "تقرير.pdf": "pdf" };
  for (const [name, ending] of Object.entries(endings)) assert.equal(endingOf(name), ending, name);
});

test("a file's sign follows from its ending", () => {
  assert.equal(signOf({ name: "plan.pdf" }), "file-text");
  assert.equal(signOf({ name: "budget.xlsx" }), "file-spreadsheet");
  assert.equal(signOf({ name: "all.zip" }), "file-archive");
  assert.equal(signOf({ name: "what is this" }), "file");
});

test("lengths are told as on a clock", () => {
  assert.deepEqual([0.4, 59.6, 75, 3671].map(durationWords), ["0:00", "1:00", "1:15", "1:01:11"]);
});

test("one picture keeps its form within a square, and stays large enough to be pressed", () => {
  assert.deepEqual(shownSize({ width: 1600, height: 800 }), { width: 288, height: 144 });
  assert.deepEqual(shownSize({ width: 200, height: 100 }), { width: 200, height: 100 });
  assert.deepEqual(shownSize({ width: 10, height: 10 }), { width: 96, height: 96 });
  assert.deepEqual(shownSize({ width: 9000, height: 300 }), { width: 288, height: 96 });
});

test("every picture of a message stands in a full row, or behind the last one", () => {
  for (let count = 1; count <= 20; count += 1) {
    const { rows, hidden } = pictureRows(count);
    const shown = rows.reduce((sum, inRow) => sum + inRow, 0);
    assert.equal(shown + hidden, count);
    assert.ok(rows.every((inRow) => [1, 2, 3].includes(inRow)));
  }
});

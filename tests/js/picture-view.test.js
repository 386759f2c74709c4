/** Where a picture stands in its frame, in the gallery and under the crop. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { heldIn, partShown, scaleToCover, scaleToFit, zoomedTo } from "../../static/js/lib/picture-view.js";

const WIDE = { width: 1000, height: 500 };
const FRAME = { width: 200, height: 200 };

test("all of a large picture fits, a small one is not made larger", () => {
  assert.equal(scaleToFit(WIDE, FRAME), 0.2);
  assert.equal(scaleToFit({ width: 50, height: 50 }, FRAME), 1);
});

test("a covered frame has no empty place, however far the picture is dragged", () => {
  const scale = scaleToCover(WIDE, FRAME);
  const dragged = heldIn({ scale, x: 9999, y: -9999 }, WIDE, FRAME);
  assert.deepEqual(dragged, { scale: 0.4, x: 100, y: 0 });
});

test("the middle is shown first, and dragging to the right shows what is on the left", () => {
  assert.deepEqual(partShown({ scale: 0.4, x: 0, y: 0 }, WIDE, FRAME), { x: 250, y: 0, width: 500, height: 500 });
  assert.deepEqual(partShown({ scale: 0.4, x: 100, y: 0 }, WIDE, FRAME), { x: 0, y: 0, width: 500, height: 500 });
});

test("what lies under the pointer stays there when one zooms", () => {
  const before = { scale: 0.4, x: 30, y: -10 };
  const at = { x: 50, y: 20 };
  const after = zoomedTo(before, 1.2, at);
  const under = ({ scale, x, y }) => [(at.x - x) / scale, (at.y - y) / scale];
  assert.deepEqual(under(after).map(Math.round), under(before).map(Math.round));
});

test("the part that is cut out is square and inside the picture, wherever one has zoomed and dragged", () => {
  for (const scale of [0.4, 0.7, 2])
    for (const [x, y] of [
      [0, 0],
      [-999, 999],
      [40, -70],
    ]) {
      const part = partShown(heldIn({ scale, x, y }, WIDE, FRAME), WIDE, FRAME);
      assert.equal(part.width, part.height);
      assert.ok(part.x >= -1e-9 && part.y >= -1e-9);
      assert.ok(part.x + part.width <= WIDE.width + 1e-9 && part.y + part.height <= WIDE.height + 1e-9);
    }
});

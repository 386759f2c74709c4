/** Moving and zooming with mouse, pen or fingers: one drags, two pinch, the wheel zooms. */

const WHEEL_STEP = 0.0015;
/** A pointer that wanders less than this has pressed. */
const STILL_PX = 8;

/**
 * @param {HTMLElement} element Its `touch-action` must be none.
 * @param {object} how All points are seen from the middle of the element.
 * @param {(by: {x: number, y: number}) => void} how.onMove
 * @param {(factor: number, at: {x: number, y: number}) => void} how.onZoom
 * @param {(end: {by: {x: number, y: number}, isTouch: boolean, wasPinched: boolean}) => void} [how.onEnd] After a
 *   drag: how far it went in all.
 */
export function watchGestures(element, { onMove, onZoom, onEnd = () => {} }) {
  const pointers = new Map();
  let from = null;
  let wasPinched = false;

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button, a, input")) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, fromMiddle(element, event));
    if (pointers.size === 1) from = fromMiddle(element, event);
    wasPinched = pointers.size > 1;
  });
  element.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = [...pointers.values()];
    pointers.set(event.pointerId, fromMiddle(element, event));
    const after = [...pointers.values()];
    onMove(minus(middle(after), middle(before)));
    if (after.length === 2) onZoom(distance(after) / distance(before), middle(after));
  });
  const end = (event) => {
    if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
    const by = event.type === "pointerup" ? minus(fromMiddle(element, event), from) : { x: 0, y: 0 };
    if (Math.hypot(by.x, by.y) > STILL_PX || wasPinched) dropClick(element);
    onEnd({ by, isTouch: event.pointerType !== "mouse", wasPinched });
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      onZoom(Math.exp(-event.deltaY * WHEEL_STEP), fromMiddle(element, event));
    },
    { passive: false },
  );
}

// What was dragged is not also pressed. A touch that moved brings no click at all: wait no longer than for one.
function dropClick(element) {
  const drop = (event) => event.stopImmediatePropagation();
  element.addEventListener("click", drop, { capture: true, once: true });
  setTimeout(() => element.removeEventListener("click", drop, { capture: true }));
}

function fromMiddle(element, { clientX, clientY }) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}

function middle(points) {
  const sum = points.reduce((one, other) => ({ x: one.x + other.x, y: one.y + other.y }));
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function minus(one, other) {
  return { x: one.x - other.x, y: one.y - other.y };
}

function distance([one, other]) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

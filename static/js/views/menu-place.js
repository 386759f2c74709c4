/** Where a small window opens: beside what was pressed, and never beyond the page. */

const GAP_PX = 8;

/**
 * @param {HTMLElement} opened Already shown, so that it has a size.
 * @param {DOMRect} anchor
 */
export function placeBeside(opened, anchor) {
  const { offsetWidth: width, offsetHeight: height } = opened;
  const { clientWidth, clientHeight } = document.documentElement;
  const isBelow = anchor.bottom + GAP_PX + height <= clientHeight - GAP_PX;
  const y = isBelow ? anchor.bottom + GAP_PX : anchor.top - GAP_PX - height;
  opened.style.setProperty("--place-x", `${within(anchor.left, clientWidth - width)}px`);
  opened.style.setProperty("--place-y", `${within(y, clientHeight - height)}px`);
}

function within(value, most) {
  return Math.max(GAP_PX, Math.min(value, most - GAP_PX));
}

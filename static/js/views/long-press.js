/** A finger that rests on something: the touch screen's way to the menu that a mouse finds by hovering. */

const HELD_MS = 450;
/** A finger that wanders farther than this scrolls. */
const STILL_PX = 10;

/**
 * @param {Element} element
 * @param {string} selector What in it can be pressed.
 * @param {(target: Element) => void} run
 */
export function onLongPress(element, selector, run) {
  let timer = null;
  let from = null;
  let hasRun = false;
  const forget = () => clearTimeout(timer);

  element.addEventListener("pointerdown", (event) => {
    forget();
    hasRun = false;
    const target = event.target.closest(selector);
    if (event.pointerType === "mouse" || !event.isPrimary || !target) return;
    from = event;
    timer = setTimeout(() => {
      hasRun = true;
      run(target);
    }, HELD_MS);
  });
  element.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (from && Math.hypot(clientX - from.clientX, clientY - from.clientY) > STILL_PX) forget();
  });
  element.addEventListener("pointerup", forget);
  element.addEventListener("pointercancel", forget);
  // The system's own menu for a long press would lie over ours.
  element.addEventListener("contextmenu", (event) => event.pointerType === "touch" && event.preventDefault());
  // The finger that opened the menu does not also follow the link on which it lay.
  element.addEventListener(
    "click",
    (event) => {
      if (!hasRun) return;
      hasRun = false;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}

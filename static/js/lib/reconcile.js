/** Keeps the children of an element in line with a list, so that what stays keeps its element, focus and place. */

/**
 * @param {Element} parent
 * @param {Array<object>} items
 * @param {object} how
 * @param {(item: object) => string} how.key Stays the same while an item is the same thing; no two items share one.
 * @param {(item: object) => Element} how.draw
 * @param {(child: Element, item: object) => void} how.update Brings a drawn child up to date.
 */
export function reconcile(parent, items, { key, draw, update }) {
  const wanted = new Set(items.map(key));
  const known = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) known.set(child.dataset.key, child);
    else child.remove();
  }
  const focused = document.activeElement;
  let place = parent.firstElementChild;
  for (const item of items) {
    const itsKey = key(item);
    let child = known.get(itsKey);
    if (child) {
      update(child, item);
    } else {
      child = draw(item);
      child.dataset.key = itsKey;
    }
    if (child === place) place = child.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  // An element that is moved loses the focus.
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

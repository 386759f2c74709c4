/**
 * A long list of which only the rows near the view are in the page. Keeps the reader's place: whoever is at the end
 * stays there, whoever reads further up is not moved by what comes in above or below.
 *
 * Rows keep their distance by padding, never by margins: a row's height must not depend on its neighbours.
 */

import { element, html } from "../lib/html.js";
import { reconcile } from "../lib/reconcile.js";
import { RowPlaces } from "../lib/row-places.js";

/** This close to the end counts as being there. */
const END_PX = 48;
/** Rows this far beyond the view are drawn too; when half of it is used up, more are. */
const AHEAD_PX = 1000;

export class RowScroller {
  isAtEnd = true;
  #scroller;
  #list;
  #before = element(html`<div></div>`);
  #after = element(html`<div></div>`);
  #how;
  #onScroll;
  #rows = [];
  #places = new RowPlaces();
  #from = 0;
  #to = 0;
  #width = 0;
  #isPlaced = false;
  #observer;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.scroller Positioned, so that its rows' places are counted from it.
   * @param {HTMLElement} parts.list Inside it.
   * @param {{draw: (row: object) => Element, update: (child: Element, row: object) => void}} parts.how
   * @param {() => void} parts.onScroll
   */
  constructor({ scroller, list, how, onScroll }) {
    this.#scroller = scroller;
    this.#list = list;
    this.#how = how;
    this.#onScroll = onScroll;
    list.before(this.#before);
    list.after(this.#after);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // The composer grows, the window turns, a picture loads: the end stays in view.
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(scroller);
    this.#observer.observe(list);
  }

  /** @param {Array<{key: string}>} rows All of them, from the first to the last. */
  render(rows) {
    const anchor = this.#isPlaced && !this.isAtEnd ? this.#findAnchor() : null;
    this.#measure();
    this.#rows = rows;
    this.#places.setKeys(rows.map(({ key }) => key));
    if (this.isAtEnd) this.toEnd();
    else this.#show(anchor);
    this.#isPlaced = true;
  }

  toEnd() {
    this.isAtEnd = true;
    const { total } = this.#places;
    this.#drawAround(total - this.#scroller.clientHeight, total);
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /**
   * Brings a row into view.
   *
   * @param {string} key
   * @param {number} share Where its top stands in the view: 0 at the top, 1 at the bottom.
   * @returns {Element|undefined}
   */
  toRow(key, share) {
    this.isAtEnd = false;
    this.#show({ key, top: this.#scroller.clientHeight * share });
    return this.find(key);
  }

  /** The element of a row; undefined when it is not near the view. */
  find(key) {
    return [...this.#list.children].find((child) => child.dataset.key === key);
  }

  remove() {
    this.#observer.disconnect();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
    const start = this.#before.offsetTop;
    const isShortAbove = this.#from > 0 && scrollTop - start < this.#places.topOf(this.#from) + AHEAD_PX / 2;
    const isShortBelow =
      this.#to < this.#rows.length && scrollTop + clientHeight - start > this.#places.topOf(this.#to) - AHEAD_PX / 2;
    // Whoever goes straight to the top means the first row, however high those in between turn out to be.
    if (isShortAbove || isShortBelow) this.#show(scrollTop > 0 ? this.#findAnchor() : null);
    this.#onScroll();
  }

  #resized() {
    const width = this.#list.clientWidth;
    if (width !== this.#width) this.#places.forget();
    this.#width = width;
    if (this.isAtEnd && this.#isPlaced) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** @param {{key: string, top?: number, bottom?: number}|null} anchor A row, and where an edge of it is to stand. */
  #show(anchor) {
    const index = anchor ? this.#places.indexOf(anchor.key) : -1;
    const isAnchored = index >= 0;
    const top = isAnchored
      ? topAt(anchor, this.#places.topOf(index), this.#places.topOf(index + 1))
      : this.#scroller.scrollTop - this.#before.offsetTop;
    this.#drawAround(top, top + this.#scroller.clientHeight);
    if (!isAnchored) return;
    const { offsetTop, offsetHeight } = this.find(anchor.key);
    const place = topAt(anchor, offsetTop, offsetTop + offsetHeight);
    // Setting it to where it is would stop a finger's swing.
    if (Math.abs(this.#scroller.scrollTop - place) >= 1) this.#scroller.scrollTop = place;
  }

  #drawAround(top, bottom) {
    this.#from = this.#places.indexAt(top - AHEAD_PX);
    this.#to = Math.min(this.#places.indexAt(bottom + AHEAD_PX) + 1, this.#rows.length);
    const hadFocus = this.#list.contains(document.activeElement);
    reconcile(this.#list, this.#rows.slice(this.#from, this.#to), { key: ({ key }) => key, ...this.#how });
    if (hadFocus && !this.#list.contains(document.activeElement)) this.#scroller.focus({ preventScroll: true });
    this.#measure();
    const below = this.#places.total - this.#places.topOf(this.#to);
    this.#before.style.setProperty("block-size", `${this.#places.topOf(this.#from)}px`);
    this.#after.style.setProperty("block-size", `${below}px`);
  }

  #measure() {
    const heights = [...this.#list.children].map((child) => [child.dataset.key, child.getBoundingClientRect().height]);
    this.#places.measured(heights);
  }

  // Only what has a number of its own: days and lines come and go with what stands around them. By its lower edge: its
  // upper one moves when somebody else's message comes before it, and nothing below is to move with it.
  #findAnchor() {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = [...this.#list.children].find(
      (child) => child.offsetTop + child.offsetHeight > scrollTop && child.dataset.seq,
    );
    if (!first || first.offsetTop > scrollTop + clientHeight) return null;
    return { key: first.dataset.key, bottom: first.offsetTop + first.offsetHeight - scrollTop };
  }
}

/** Where the view begins when a row from `rowTop` to `rowBottom` stands in it as its anchor says. */
function topAt({ top, bottom }, rowTop, rowBottom) {
  return top === undefined ? rowBottom - bottom : rowTop - top;
}

/**
 * Under the mouse that rests on a tick: who has got and read the message, and when. By keyboard and on a touch screen
 * the message's details tell the same. It stays while the mouse is over it, and goes with Escape (WCAG 1.4.13).
 */

import { element, html, render } from "../lib/html.js";
import { placeBeside } from "./menu-place.js";
import { receiptsMarkup } from "./receipts.js";

const RESTS_MS = 300;
/** Long enough for the way from the tick to what it brought up. */
const LEAVES_MS = 200;

export class ReceiptsTip {
  #scroller;
  #receiptsOf;
  #element = element(html`<div class="receipts-tip message-info" role="tooltip" hidden></div>`);
  #timer = null;
  #wanted = null;
  #onKey = ({ key }) => key === "Escape" && this.#hide();

  /**
   * @param {Element} scroller Its ticks bring it up; it goes when that scrolls.
   * @param {(tick: Element) => Promise<object[]>} receiptsOf
   */
  constructor(scroller, receiptsOf) {
    this.#scroller = scroller;
    this.#receiptsOf = receiptsOf;
    for (const each of [scroller, this.#element]) {
      each.addEventListener("pointerover", (event) => this.#over(event));
      each.addEventListener("pointerleave", () => this.#leave());
    }
    scroller.addEventListener("scroll", () => this.#hide(), { passive: true });
    scroller.addEventListener("click", () => this.#hide());
  }

  remove() {
    this.#hide();
  }

  #over({ pointerType, target }) {
    if (pointerType !== "mouse") return;
    const tick = target.closest(".message__tick");
    if (this.#element.contains(target) || (tick && tick === this.#wanted)) clearTimeout(this.#timer);
    else if (tick) this.#rest(tick);
    else this.#leave();
    if (tick) this.#wanted = tick;
  }

  #rest(tick) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(tick), RESTS_MS);
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), this.#element.hidden ? 0 : LEAVES_MS);
  }

  async #show(tick) {
    // Without an answer there is nothing to tell here; the details say why.
    const receipts = await this.#receiptsOf(tick).catch(() => []);
    if (this.#wanted !== tick || !tick.isConnected || receipts.length === 0) return;
    render(this.#element, receiptsMarkup(receipts));
    this.#element.hidden = false;
    this.#scroller.after(this.#element);
    placeBeside(this.#element, tick.getBoundingClientRect());
    document.addEventListener("keydown", this.#onKey);
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#wanted = null;
    this.#element.hidden = true;
    this.#element.remove();
    document.removeEventListener("keydown", this.#onKey);
  }
}

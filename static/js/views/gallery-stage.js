/** One picture as large as there is room, and nearer where one likes: by buttons, keys, wheel, pinch and double press. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { heldIn, scaleToFit, zoomedTo } from "../lib/picture-view.js";
import { watchGestures } from "./gestures.js";

const ZOOM_STEP = 1.5;
/** Nearer than this many pixels of the page for one of the picture there is nothing to see. */
const MOST_SCALE = 4;
/** At least so much nearer than the whole picture, for small ones. */
const LEAST_RANGE = 3;
const PAN_PX = 80;
const SWIPE_PX = 60;

export class GalleryStage {
  #element;
  #onSwipe;
  #picture = null;
  #size = null;
  #view = null;
  #swipe = 0;
  #prefetched = new Map();
  #observer;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.element
   * @param {(step: 1|-1) => void} parts.onSwipe
   */
  constructor({ element: stage, onSwipe }) {
    this.#element = stage;
    this.#onSwipe = onSwipe;
    watchGestures(stage, {
      onMove: (by) => this.#moved(by),
      onZoom: (factor, at) => this.#zoomBy(factor, at),
      onEnd: (end) => this.#ended(end),
    });
    stage.addEventListener("dblclick", (event) => this.#toggle(event));
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(stage);
  }

  /** Whether less than the whole picture is seen. */
  get isZoomed() {
    return this.#view !== null && this.#view.scale > this.#least;
  }

  /** Whether a pointer is on the picture: its events are the stage's, which holds on to it for dragging. */
  isOnPicture({ clientX, clientY }) {
    const { left, right, top, bottom } = this.#picture.getBoundingClientRect();
    return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  }

  /** @param {{url: string, thumbnailUrl?: string, name: string, width: number, height: number}} attachment */
  show({ url, thumbnailUrl, name, width, height }) {
    this.#size = { width, height };
    this.#picture = element(
      html`<img
        class="gallery__picture"
        src="${url}"
        alt="${name}"
        width="${width}"
        height="${height}"
        draggable="false"
      />`,
    );
    // Seen until the picture itself has come.
    if (thumbnailUrl) this.#picture.style.setProperty("background-image", `url("${thumbnailUrl}")`);
    this.#picture.addEventListener("error", () => this.#failed());
    this.#element.replaceChildren(this.#picture);
    this.fit();
  }

  /** Fetches what will probably be shown next. */
  prefetch(attachment) {
    if (!attachment || this.#prefetched.has(attachment.url)) return;
    const picture = new Image();
    picture.src = attachment.url;
    this.#prefetched.set(attachment.url, picture);
  }

  fit() {
    this.#swipe = 0;
    this.#put({ scale: this.#least, x: 0, y: 0 });
  }

  zoomIn() {
    this.#zoomBy(ZOOM_STEP);
  }

  zoomOut() {
    this.#zoomBy(1 / ZOOM_STEP);
  }

  /** Looks further to one side: -1 or 1 for each direction. */
  pan(x, y) {
    this.#put({ ...this.#view, x: this.#view.x - x * PAN_PX, y: this.#view.y - y * PAN_PX });
  }

  remove() {
    this.#observer.disconnect();
  }

  get #frame() {
    return { width: this.#element.clientWidth, height: this.#element.clientHeight };
  }

  get #least() {
    return scaleToFit(this.#size, this.#frame);
  }

  #zoomBy(factor, at) {
    const most = Math.max(MOST_SCALE, this.#least * LEAST_RANGE);
    const scale = Math.min(most, Math.max(this.#least, this.#view.scale * factor));
    this.#put(zoomedTo(this.#view, scale, at));
  }

  #toggle(event) {
    if (!this.isOnPicture(event)) return;
    const { clientX, clientY } = event;
    if (this.isZoomed) return this.fit();
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    const at = { x: clientX - left - width / 2, y: clientY - top - height / 2 };
    this.#put(zoomedTo(this.#view, Math.max(1, this.#least * LEAST_RANGE), at));
  }

  #moved(by) {
    if (this.isZoomed) this.#put({ ...this.#view, x: this.#view.x + by.x, y: this.#view.y + by.y });
    else this.#follow(this.#swipe + by.x);
  }

  #ended({ by, isTouch, wasPinched }) {
    const isSwipe = isTouch && !wasPinched && !this.isZoomed && Math.abs(by.x) > SWIPE_PX;
    this.#follow(0);
    if (isSwipe) this.#onSwipe(by.x < 0 ? 1 : -1);
  }

  #resized() {
    if (!this.#size) return;
    if (this.isZoomed) this.#put(this.#view);
    else this.fit();
  }

  #follow(swipe) {
    this.#swipe = swipe;
    this.#draw();
  }

  #put(view) {
    this.#view = heldIn(view, this.#size, this.#frame);
    this.#draw();
  }

  #draw() {
    const { scale, x, y } = this.#view;
    const { style } = this.#picture;
    style.setProperty("inline-size", `${this.#size.width * scale}px`);
    style.setProperty("block-size", `${this.#size.height * scale}px`);
    style.setProperty("translate", `calc(-50% + ${x + this.#swipe}px) calc(-50% + ${y}px)`);
    this.#element.classList.toggle("gallery__stage--zoomed", this.isZoomed);
  }

  #failed() {
    const words = t("attachment.missing");
    this.#element.append(element(html`<p class="gallery__missing">${icon("image-off")}${words}</p>`));
    this.#picture.hidden = true;
  }
}

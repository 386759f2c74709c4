/** The window in which a square is cut out of a picture: moved and zoomed by mouse, fingers, keys and a slider. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { heldIn, partShown, scaleToCover, zoomedTo } from "../lib/picture-view.js";
import { openDialog } from "./dialog.js";
import { watchGestures } from "./gestures.js";

/** The side of what is sent; the server makes its own sizes of it. */
const SENT_PX = 512;
const SENT_QUALITY = 0.92;
const MOST_ZOOM = 5;
const ZOOM_STEP = 1.15;
const STEP_PX = 12;
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {File} file
 * @param {object} how
 * @param {(picture: Blob) => Promise<void>} how.save
 * @param {(failure: object) => void} how.report Hears of it when the file is no picture.
 */
export async function openCrop(file, { save, report }) {
  try {
    new Crop(await createImageBitmap(file), save);
  } catch {
    report({ sentence: t("face.unreadable") });
  }
}

class Crop {
  #picture;
  #save;
  #frame;
  #canvas;
  #slider;
  #submit;
  #report;
  #dialog;
  #view;

  constructor(picture, save) {
    this.#picture = picture;
    this.#save = save;
    const { dialog, body, report } = openDialog(t("face.title"), cropMarkup());
    this.#dialog = dialog;
    this.#report = report;
    this.#frame = body.querySelector(".crop__frame");
    this.#canvas = body.querySelector("canvas");
    this.#slider = body.querySelector("input");
    this.#submit = body.querySelector("[type=submit]");
    watchGestures(this.#frame, {
      onMove: (by) => this.#move(by.x, by.y),
      onZoom: (factor, at) => this.#zoomTo(this.#view.scale * factor, at),
    });
    this.#frame.addEventListener("keydown", (event) => this.#onKey(event));
    this.#slider.addEventListener("input", () => this.#zoomTo(this.#least * MOST_ZOOM ** Number(this.#slider.value)));
    body.querySelector("form").addEventListener("submit", (event) => this.#onSubmit(event));
    dialog.addEventListener("close", () => picture.close());
    this.#put({ scale: this.#least, x: 0, y: 0 });
  }

  get #size() {
    return { width: this.#frame.clientWidth, height: this.#frame.clientHeight };
  }

  get #least() {
    return scaleToCover(this.#picture, this.#size);
  }

  #move(x, y) {
    this.#put({ ...this.#view, x: this.#view.x + x, y: this.#view.y + y });
  }

  #zoomTo(scale, at) {
    const kept = Math.min(this.#least * MOST_ZOOM, Math.max(this.#least, scale));
    this.#put(zoomedTo(this.#view, kept, at));
  }

  #put(view) {
    this.#view = heldIn(view, this.#picture, this.#size);
    this.#slider.value = Math.log(this.#view.scale / this.#least) / Math.log(MOST_ZOOM);
    const pixels = this.#size.width * devicePixelRatio;
    // Setting it wipes the canvas, which a picture with holes needs.
    this.#canvas.width = pixels;
    this.#canvas.height = pixels;
    this.#draw(this.#canvas);
  }

  #draw(canvas) {
    const { x, y, width, height } = partShown(this.#view, this.#picture, this.#size);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#picture, x, y, width, height, 0, 0, canvas.width, canvas.height);
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const zoom = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP }[event.key];
    if (arrow) this.#move(arrow[0] * STEP_PX, arrow[1] * STEP_PX);
    if (zoom) this.#zoomTo(this.#view.scale * zoom);
    if (arrow || zoom) event.preventDefault();
  }

  async #onSubmit(event) {
    event.preventDefault();
    this.#submit.disabled = true;
    try {
      await this.#save(await this.#cut());
      this.#dialog.close();
    } catch (failure) {
      this.#submit.disabled = false;
      this.#report(failure);
    }
  }

  #cut() {
    const canvas = document.createElement("canvas");
    canvas.width = SENT_PX;
    canvas.height = SENT_PX;
    this.#draw(canvas);
    // A browser that writes no WebP gives PNG instead.
    return new Promise((resolve) => canvas.toBlob(resolve, "image/webp", SENT_QUALITY));
  }
}

function cropMarkup() {
  return html`<form class="crop" method="dialog">
    <div class="crop__frame" tabindex="0" role="application" aria-label="${t("face.frame")}" autofocus>
      <canvas></canvas>
    </div>
    <label class="crop__zoom"
      >${icon("zoom-out")}<input
        type="range"
        min="0"
        max="1"
        step="0.01"
        value="0"
        aria-label="${t("face.zoom")}"
      />${icon("zoom-in")}</label
    >
    <p class="crop__hint">${t("face.hint")}</p>
    <footer class="dialog__foot">
      <button class="button" type="button" data-close>${t("cancel")}</button>
      <button class="button button--primary" type="submit">${t("face.use")}</button>
    </footer>
  </form>`;
}

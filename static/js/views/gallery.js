/** The pictures of a conversation, one at a time over the whole page. */

import { kindOf } from "../lib/files.js";
import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { dateTime } from "../lib/time.js";
import { picturesOf } from "../store/pictures.js";
import { threadOf } from "../store/state.js";
import { GalleryStage } from "./gallery-stage.js";

/** @returns {Gallery} */
export function openWindow(parts) {
  return new Gallery(parts);
}

class Gallery {
  #actions;
  #conversationId;
  #pictures = [];
  #hasOlder = false;
  #isLoading = false;
  #wantsOlder = false;
  #shown;
  #parts;
  #stage;

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {object} parts.state
   * @param {string} parts.conversationId
   * @param {string} parts.attachmentId The picture to begin with.
   */
  constructor({ actions, state, conversationId, attachmentId }) {
    this.#actions = actions;
    this.#conversationId = conversationId;
    this.dialog = element(galleryMarkup());
    this.#parts = Object.fromEntries(
      ["who", "place", "said", "save", "previous", "next"].map((name) => [
        name,
        this.dialog.querySelector(`[data-${name}]`),
      ]),
    );
    this.#stage = new GalleryStage({
      element: this.dialog.querySelector(".gallery__stage"),
      onSwipe: (step) => this.#step(step),
    });
    this.dialog.addEventListener("click", (event) => this.#onClick(event));
    this.dialog.addEventListener("keydown", (event) => this.#onKey(event));
    this.dialog.addEventListener("close", () => {
      this.#stage.remove();
      this.dialog.remove();
    });
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#take(state);
    this.#show(this.#pictures.find(({ attachment }) => attachment._id === attachmentId));
  }

  /** Takes in what has changed: older pictures have come, new ones, some are gone. */
  render(state) {
    const index = this.#index;
    this.#take(state);
    if (this.#pictures.length === 0) return this.dialog.close();
    if (this.#index < 0) this.#show(this.#pictures[Math.min(Math.max(index, 0), this.#pictures.length - 1)]);
    else this.#renderPlace();
    if (this.#wantsOlder) this.#goOnToOlder();
  }

  get #index() {
    return this.#pictures.findIndex(({ attachment }) => attachment._id === this.#shown?.attachment._id);
  }

  #take(state) {
    const { hasOlder, loading } = threadOf(state, this.#conversationId);
    this.#hasOlder = hasOlder;
    this.#isLoading = loading;
    this.#pictures = picturesOf(state, this.#conversationId, (file) => kindOf(file) === "image");
  }

  #show(picture) {
    this.#shown = picture;
    const { attachment, message } = picture;
    this.#stage.show(attachment);
    this.#parts.save.href = attachment.url;
    this.#parts.save.download = attachment.name;
    render(
      this.#parts.who,
      html`<strong class="gallery__name">${message.sender?.name}</strong>
        <span class="gallery__when"
          ><time datetime="${message.createdAt}">${dateTime(message.createdAt)}</time> ·
          <bdi>${attachment.name}</bdi></span
        >`,
    );
    this.#renderPlace();
    for (const near of [this.#index - 1, this.#index + 1]) this.#stage.prefetch(this.#pictures[near]?.attachment);
    if (this.#index === 0) this.#askForOlder();
  }

  #renderPlace() {
    const [number, count] = [this.#index + 1, this.#pictures.length];
    this.#parts.place.textContent = `${number} / ${count}`;
    const said = t("gallery.said", { number, count, name: this.#shown.attachment.name });
    if (this.#parts.said.textContent !== said) this.#parts.said.textContent = said;
    this.#parts.previous.disabled = number === 1 && !this.#hasOlder;
    this.#parts.next.disabled = number === count;
    // Keys reach nobody through a button that has gone.
    if (document.activeElement.disabled) this.dialog.querySelector("[data-do=close]").focus();
  }

  #step(step) {
    const next = this.#pictures[this.#index + step];
    if (next) this.#show(next);
    if (next || step > 0 || !this.#hasOlder) return;
    this.#wantsOlder = true;
    this.#askForOlder();
  }

  #goOnToOlder() {
    if (this.#index > 0) {
      this.#wantsOlder = false;
      this.#step(-1);
    } else if (!this.#hasOlder) this.#wantsOlder = false;
    else this.#askForOlder();
  }

  #askForOlder() {
    if (this.#hasOlder && !this.#isLoading) this.#actions.loadOlder(this.#conversationId);
  }

  #onClick(event) {
    const { target } = event;
    const { do: what } = target.closest("[data-do]")?.dataset ?? {};
    const does = {
      close: () => this.dialog.close(),
      previous: () => this.#step(-1),
      next: () => this.#step(1),
      in: () => this.#stage.zoomIn(),
      out: () => this.#stage.zoomOut(),
    };
    if (what) does[what]();
    // Beside the picture is out of it.
    else if (target.closest(".gallery__stage") && !this.#stage.isOnPicture(event)) this.dialog.close();
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const does = this.#keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  get #keys() {
    const first = this.#pictures[0];
    const last = this.#pictures.at(-1);
    // Whoever has come nearer looks around.
    const arrow = (x, y) => () => (this.#stage.isZoomed ? this.#stage.pan(x, y) : this.#step(x));
    return {
      ArrowLeft: arrow(-1, 0),
      ArrowRight: arrow(1, 0),
      ArrowUp: () => this.#stage.pan(0, -1),
      ArrowDown: () => this.#stage.pan(0, 1),
      Home: () => this.#show(first),
      End: () => this.#show(last),
      "+": () => this.#stage.zoomIn(),
      "=": () => this.#stage.zoomIn(),
      "-": () => this.#stage.zoomOut(),
      0: () => this.#stage.fit(),
    };
  }
}

function galleryMarkup() {
  const button = (what, sign, label, classes = "") =>
    html`<button
      class="button button--icon ${classes}"
      type="button"
      ${what === "close" && html`autofocus`}
      data-do="${what}"
      data-${what}
      aria-label="${label}"
      title="${label}"
    >
      ${icon(sign)}
    </button>`;
  return html`<dialog class="gallery" aria-label="${t("gallery.title")}">
    <header class="gallery__bar">
      <div class="gallery__who" data-who></div>
      <span class="gallery__place" data-place aria-hidden="true"></span>
      ${button("out", "zoom-out", t("gallery.zoomOut"))} ${button("in", "zoom-in", t("gallery.zoomIn"))}
      <a
        class="button button--icon"
        data-save
        aria-label="${t("gallery.save")}"
        title="${t("gallery.save")}"
        >${icon("download")}</a
      >
      ${button("close", "x", t("close"))}
    </header>
    <p class="visually-hidden" role="status" data-said></p>
    <div class="gallery__stage"></div>
    ${button("previous", "chevron-left", t("gallery.previous"), "gallery__step gallery__step--previous")}
    ${button("next", "chevron-right", t("gallery.next"), "gallery__step gallery__step--next")}
  </dialog>`;
}

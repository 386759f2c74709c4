/**
 * The few buttons beside the message under the mouse or with the focus. There is one for the whole list, and it stands
 * outside the log, which would read it out each time.
 */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

const BUTTONS = { react: "smile-plus", reply: "reply", more: "ellipsis" };
const GAP_PX = 8;

export class MessageToolbar {
  #article = null;

  /** @param {(intent: "react"|"reply"|"more", article: Element, anchor: DOMRect) => void} onChoose */
  constructor(onChoose) {
    this.element = element(
      html`<div class="message-toolbar" role="group" aria-label="${t("menu.label")}" hidden>
        ${Object.entries(BUTTONS).map(
          ([intent, name]) =>
            html`<button
              class="message-toolbar__button"
              type="button"
              tabindex="-1"
              data-intent="${intent}"
              aria-label="${t(`menu.${intent}`)}"
              title="${t(`menu.${intent}`)}"
            >
              ${icon(name)}
            </button>`,
        )}
      </div>`,
    );
    this.element.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-intent]");
      if (button) onChoose(button.dataset.intent, this.#article, button.getBoundingClientRect());
    });
  }

  /** Comes to stand beside a message. */
  show(article) {
    this.#article = article;
    this.element.hidden = false;
    this.place();
  }

  hide() {
    this.#article = null;
    this.element.hidden = true;
  }

  /** Follows its message when what is around it has changed its size. */
  place() {
    if (!this.#article) return;
    if (!this.#article.isConnected) return this.hide();
    const bubble = this.#article.querySelector(".message__bubble");
    const isOwn = this.#article.classList.contains("message--own");
    const origin = this.element.offsetParent.getBoundingClientRect();
    const { left, right, top } = bubble.getBoundingClientRect();
    const x = isOwn ? left - GAP_PX - this.element.offsetWidth : right + GAP_PX;
    const most = origin.width - this.element.offsetWidth - GAP_PX;
    this.element.style.setProperty("--place-x", `${Math.max(GAP_PX, Math.min(x - origin.left, most))}px`);
    this.element.style.setProperty("--place-y", `${top - origin.top + this.element.offsetParent.scrollTop}px`);
  }
}

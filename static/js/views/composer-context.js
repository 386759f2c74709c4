/** Above the field: what one is answering, or that one is changing what was sent. */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { firstLine } from "./message-line.js";
import { quote } from "./quote.js";

export class ComposerContext {
  /** @param {() => void} onCancel */
  constructor(onCancel) {
    this.element = element(html`<div class="composer-context" hidden></div>`);
    this.element.addEventListener("click", ({ target }) => target.closest("button") && onCancel());
  }

  showReply(message, myId) {
    this.#show("reply", html`${quote(message, myId)}`, t("composer.replyTo", { name: nameOf(message, myId) }));
  }

  showEdit(message) {
    this.#show(
      "pencil",
      html`<span class="quote__name">${t("composer.editing")}</span>
        <span class="quote__text">${firstLine(message)}</span>`,
      t("composer.editing"),
    );
  }

  hide() {
    this.element.hidden = true;
    render(this.element, html``);
  }

  #show(sign, words, label) {
    this.element.hidden = false;
    render(
      this.element,
      html`${icon(sign)}
        <div class="quote" role="status" aria-label="${label}">${words}</div>
        <button
          class="button button--icon"
          type="button"
          aria-label="${t("composer.drop")}"
          title="${t("composer.drop")}"
        >
          ${icon("x")}
        </button>`,
    );
  }
}

function nameOf({ sender }, myId) {
  return sender?._id === myId ? t("message.me") : (sender?.name ?? "");
}

/** A link that lets somebody in, with a button to copy it. */

import { element, html, render } from "../lib/html.js";
import { copyField } from "../lib/clipboard.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

const CONFIRMED_MS = 2000;

export class InvitationLink {
  #actions;
  #report;
  #field;
  #button;

  constructor({ actions, report }) {
    this.#actions = actions;
    this.#report = report;
    this.element = element(html`<div class="invite">
      <label class="invite__label">${t("invite.label")}
        <input class="field__input invite__link" data-testid="invite-link" readonly placeholder="${t("loading")}">
      </label>
      <button class="button button--primary" type="button" disabled></button>
      <p class="invite__hint">${t("invite.hint")}</p>
    </div>`);
    this.#field = this.element.querySelector("input");
    this.#button = this.element.querySelector("button");
    this.#label("copy", t("invite.copy"));
    this.#field.addEventListener("focus", () => this.#field.select());
    this.#button.addEventListener("click", () => this.#copy());
  }

  /** Asks for a link. */
  async fetch() {
    try {
      const { url } = await this.#actions.invitation();
      this.#field.value = url;
      this.#button.disabled = false;
    } catch (failure) {
      this.#field.placeholder = "";
      this.#report(failure);
    }
  }

  async #copy() {
    if (!(await copyField(this.#field))) return;
    this.#label("check", t("invite.copied"));
    setTimeout(() => this.#label("copy", t("invite.copy")), CONFIRMED_MS);
  }

  #label(name, text) {
    render(this.#button, html`${icon(name)}<span role="status">${text}</span>`);
  }
}

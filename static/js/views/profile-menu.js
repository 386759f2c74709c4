/** The small menu behind one's own picture: what is mine, and the way out. */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { avatar, faced } from "./avatar.js";

const WINDOWS = {
  profile: { sign: "user-round", title: "profile.title" },
  contacts: { sign: "contact-round", title: "contacts.title" },
  sessions: { sign: "monitor-smartphone", title: "sessions.title" },
  keys: { sign: "keyboard", title: "keys.title" },
};

export class ProfileMenu {
  #actions;
  #page;
  #button;
  #panel;
  #shown = "";

  constructor({ actions, page }) {
    this.#actions = actions;
    this.#page = page;
    this.element = element(
      html`<div class="profile-menu">
        <button
          class="profile-menu__button"
          type="button"
          popovertarget="profile-menu-panel"
          data-testid="profile-menu"
          aria-label="${t("profile.open")}"
          title="${t("profile.open")}"
        ></button>
        <div
          class="profile-menu__panel"
          id="profile-menu-panel"
          popover
          role="dialog"
          aria-label="${t("profile.open")}"
        ></div>
      </div>`,
    );
    [this.#button, this.#panel] = this.element.children;
    this.#panel.addEventListener("click", ({ target }) => this.#onClick(target));
  }

  render({ me }) {
    if (!me) return;
    const shown = JSON.stringify([me.name, me.email, me.avatar]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    render(this.#button, avatar(faced(me), "small"));
    render(
      this.#panel,
      html`<div class="profile-menu__who">
          ${avatar(faced(me))}
          <div><strong>${me.name}</strong><span>${me.email}</span></div>
        </div>
        <div class="menu">
          ${Object.entries(WINDOWS).map(
            ([name, { sign, title }]) =>
              html`<button class="menu__item" type="button" data-window="${name}">
                ${icon(sign)}${t(title)}
              </button>`,
          )}
          <hr class="menu__line" />
          <button class="menu__item" type="button" data-sign-out>${icon("log-out")}${t("profile.signOut")}</button>
        </div>`,
    );
  }

  focus() {
    this.#button.focus();
  }

  #onClick(target) {
    const { window: name } = target.closest("[data-window]")?.dataset ?? {};
    if (name) {
      this.#panel.hidePopover();
      // The window gives the focus back to where it was when it opened.
      this.#button.focus();
      this.#page.dialogs.open(name);
    }
    if (target.closest("[data-sign-out]")) this.#actions.signOut().catch((failure) => this.#page.report(failure));
  }
}

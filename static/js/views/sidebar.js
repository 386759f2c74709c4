/** The left side: who I am, what I can begin, and all my conversations. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { mayInvite } from "../store/selectors.js";
import { ConversationList } from "./conversation-list.js";
import { showInvitation } from "./invitation-dialog.js";
import { ListKinds } from "./list-kinds.js";
import { ProfileMenu } from "./profile-menu.js";

export class Sidebar {
  #page;
  #list;
  #profile;
  #search;
  #kinds = new ListKinds(() => this.#renderList());
  #inviteButton;
  #state = null;
  #openId = null;

  constructor({ actions, page }) {
    this.#page = page;
    this.#profile = new ProfileMenu({ actions, page });
    this.#list = new ConversationList({ actions, page, onBegin: () => this.#begin() });
    this.element = element(
      html`<nav class="sidebar" aria-label="${t("sidebar.label")}">
        <header class="sidebar__head">
          <h2 class="sidebar__title">${t("sidebar.title")}</h2>
          <button
            class="button button--icon"
            type="button"
            data-invite
            hidden
            aria-label="${t("invite.open")}"
            title="${t("invite.open")}"
          >
            ${icon("user-plus")}
          </button>
          <button
            class="button button--icon"
            type="button"
            data-begin
            data-testid="new-conversation"
            aria-label="${t("new.open")}"
            title="${t("new.open")}"
          >
            ${icon("plus")}
          </button>
        </header>
        <search class="sidebar__search">
          ${icon("search")}
          <input
            class="field__input"
            type="search"
            autocomplete="off"
            enterkeyhint="search"
            placeholder="${t("sidebar.search")}"
            aria-label="${t("sidebar.search")}"
          />
        </search>
      </nav>`,
    );
    this.element.append(this.#kinds.element, this.#list.element);
    this.#search = this.element.querySelector("input");
    this.#inviteButton = this.element.querySelector("[data-invite]");
    this.element.querySelector(".sidebar__head").prepend(this.#profile.element);

    this.#inviteButton.addEventListener("click", () => showInvitation(actions));
    this.element.querySelector("[data-begin]").addEventListener("click", () => this.#begin());
    this.#search.addEventListener("input", () => this.#renderList());
    this.#search.addEventListener("keydown", (event) => this.#onSearchKey(event));
  }

  render(state, openId) {
    this.#state = state;
    this.#openId = openId;
    this.#inviteButton.hidden = !mayInvite(state);
    this.#profile.render(state);
    this.#renderList();
  }

  focusConversation(id) {
    this.#list.focus(id);
  }

  focusProfile() {
    this.#profile.focus();
  }

  remove() {
    this.#list.remove();
  }

  #renderList() {
    if (this.#state) {
      this.#list.render(this.#state, this.#openId, { query: this.#search.value, kind: this.#kinds.chosen });
    }
  }

  #onSearchKey(event) {
    if (event.key === "Escape") this.#search.value = "";
    if (event.key === "Enter") this.#list.openFirst();
    if (event.key === "Escape" || event.key === "Enter") this.#renderList();
  }

  #begin() {
    this.#page.dialogs.open("new-conversation");
  }
}

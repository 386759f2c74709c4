/** The page: the list, the open conversation, its details where there is room; on a phone one of them at a time. */

import { element, html, render } from "../lib/html.js";
import { mayInvite, shownCount, unreadTotal } from "../store/selectors.js";
import { watchPictures } from "./avatar.js";
import { Banner } from "./banner.js";
import { Conversation } from "./conversation.js";
import { DetailsPane } from "./details-pane.js";
import { Dialogs } from "./dialogs.js";
import { Sidebar } from "./sidebar.js";
import { Toasts } from "./toasts.js";
import { welcome } from "./welcome.js";

const NAME = "Causerie";
/** The first view comes first; the windows can wait this long. */
const PREPARE_AFTER_MS = 1000;
/** With Ctrl, or the key that stands for it on a Mac. */
const KEYS = { k: "jump", "/": "keys" };

export class Shell {
  #actions;
  #element;
  #main;
  #banner;
  #sidebar;
  #toasts;
  #page;
  #details;
  #last = null;
  #conversation = null;
  #openId = null;
  #shownUnread = null;
  #shownWelcome = null;
  #isPrepared = false;
  #listeners = new AbortController();

  /**
   * @param {object} parts
   * @param {object} parts.actions What a person can set about.
   * @param {Element} parts.root Its content is replaced.
   */
  constructor({ actions, root }) {
    this.#actions = actions;
    this.#element = element(html`<div class="shell"><h1 class="visually-hidden">${NAME}</h1></div>`);
    this.#main = element(html`<div class="shell__main"></div>`);
    this.#banner = new Banner(actions);
    this.#toasts = new Toasts(actions);
    this.#page = {
      report: (failure) => this.reportFailure(failure),
      say: (text, action) => this.#toasts.say(text, action),
    };
    this.#page.dialogs = new Dialogs({ actions, page: this.#page });
    this.#sidebar = new Sidebar({ actions, page: this.#page });
    this.#details = new DetailsPane({
      actions,
      page: this.#page,
      onChange: () => this.#last && this.render(...this.#last),
      onClosed: () => this.#conversation?.focusDetails(),
    });
    this.#page.details = this.#details;
    this.#element.append(
      this.#banner.element,
      this.#sidebar.element,
      this.#main,
      this.#details.element,
      this.#toasts.element,
    );
    root.replaceChildren(this.#element);
    watchPictures(this.#listeners.signal);
    document.addEventListener("keydown", (event) => this.#onKey(event), { signal: this.#listeners.signal });
  }

  render(state, view) {
    this.#last = [state, view];
    const { openId, newAfterSeq } = view;
    this.#element.classList.toggle("shell--open", Boolean(openId));
    this.#element.dataset.connection = state.connection.phase;
    this.#banner.render(state.connection);
    // First, so that the list shows the draft of what was left.
    this.#renderMain(state, openId, newAfterSeq);
    this.#sidebar.render(state, openId);
    this.#details.render(state, openId);
    this.#page.dialogs.render(state);
    if (state.isListLoaded && !this.#isPrepared) {
      this.#isPrepared = true;
      setTimeout(() => this.#page.dialogs.prepare(), PREPARE_AFTER_MS);
    }
    this.#renderTitle(unreadTotal(state, document.hidden ? null : openId));
  }

  /** Shows a word in the corner; pressing it opens the conversation it is about. */
  notify(notice) {
    this.#toasts.show(notice);
  }

  /** Says in the corner why something did not work. */
  reportFailure(failure) {
    this.#toasts.fail(failure);
  }

  /** Opens a window of the page, from the button of the profile menu. */
  openFromProfile(name, about) {
    this.#sidebar.focusProfile();
    this.#page.dialogs.open(name, about);
  }

  /** Takes the page apart, listeners included. */
  remove() {
    this.#listeners.abort();
    this.#page.dialogs.close();
    this.#conversation?.remove();
    this.#sidebar.remove();
    this.#details.remove();
    this.#element.remove();
  }

  #onKey(event) {
    const name = KEYS[event.key.toLowerCase()];
    if (!name || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // One window of them at a time: the one on top has the keyboard.
    if (!document.querySelector("dialog[open]")) this.#page.dialogs.open(name);
  }

  #renderMain(state, openId, newAfterSeq) {
    const isOther = openId !== this.#openId;
    const leftId = isOther && !openId ? this.#openId : null;
    if (isOther) {
      this.#page.dialogs.close();
      this.#conversation?.remove();
      this.#openId = openId;
      this.#conversation = openId
        ? new Conversation({
            actions: this.#actions,
            conversationId: openId,
            page: this.#page,
          })
        : null;
      if (this.#conversation) this.#main.replaceChildren(this.#conversation.element);
    }
    if (!openId) this.#renderWelcome(state);
    if (leftId) this.#sidebar.focusConversation(leftId);
    this.#conversation?.render(state, newAfterSeq);
    if (isOther) this.#conversation?.opened();
    if (isOther) this.#toasts.dismiss(openId);
  }

  #renderWelcome(state) {
    const markup = welcome({
      isFirst: state.isListLoaded && Object.keys(state.conversations).length === 0,
      mayInvite: mayInvite(state),
    });
    if (this.#shownWelcome === markup.toString() && !this.#main.querySelector(".conversation")) return;
    this.#shownWelcome = markup.toString();
    render(this.#main, markup);
  }

  #renderTitle(unread) {
    if (unread === this.#shownUnread) return;
    this.#shownUnread = unread;
    document.title = unread > 0 ? `(${shownCount(unread)}) ${NAME}` : NAME;
    const favicon = document.querySelector("link[rel=icon]");
    if (favicon) favicon.href = unread > 0 ? favicon.dataset.unread : favicon.dataset.read;
  }
}

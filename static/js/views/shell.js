/** The page: list on one side, the open conversation on the other; on a phone one of them at a time. */

import { element, html, render } from "../lib/html.js";
import { mayInvite, unreadTotal } from "../store/selectors.js";
import { Banner } from "./banner.js";
import { Conversation } from "./conversation.js";
import { Sidebar } from "./sidebar.js";
import { Toasts } from "./toasts.js";
import { welcome } from "./welcome.js";

const NAME = "Causerie";

export class Shell {
  #actions;
  #element;
  #main;
  #banner;
  #sidebar;
  #toasts;
  #conversation = null;
  #openId = null;
  #shownUnread = null;
  #shownWelcome = null;

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
    this.#sidebar = new Sidebar({ actions, report: (failure) => this.reportFailure(failure) });
    this.#element.append(this.#banner.element, this.#sidebar.element, this.#main, this.#toasts.element);
    root.replaceChildren(this.#element);
  }

  render(state, { openId, newAfterSeq }) {
    this.#element.classList.toggle("shell--open", Boolean(openId));
    this.#element.dataset.connection = state.connection.phase;
    this.#banner.render(state.connection);
    this.#sidebar.render(state, openId);
    this.#renderMain(state, openId, newAfterSeq);
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

  /** Back to the button of the profile menu. */
  focusProfile() {
    this.#sidebar.focusProfile();
  }

  /** Takes the page apart, listeners included. */
  remove() {
    this.#conversation?.remove();
    this.#sidebar.remove();
    this.#element.remove();
  }

  #renderMain(state, openId, newAfterSeq) {
    const isOther = openId !== this.#openId;
    const leftId = isOther && !openId ? this.#openId : null;
    if (isOther) {
      this.#conversation?.remove();
      this.#openId = openId;
      this.#conversation = openId
        ? new Conversation({
            actions: this.#actions,
            conversationId: openId,
            report: (failure) => this.reportFailure(failure),
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
    document.title = unread > 0 ? `(${unread}) ${NAME}` : NAME;
    const favicon = document.querySelector("link[rel=icon]");
    if (favicon) favicon.href = unread > 0 ? favicon.dataset.unread : favicon.dataset.read;
  }
}

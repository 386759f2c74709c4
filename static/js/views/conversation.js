/** One open conversation: who it is with, its messages, who writes, and the composer. */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { isThreadUpToDate } from "../store/keepsake.js";
import { faceOf, onlineCount, othersOf, presenceOf, titleOf, typingNames } from "../store/selectors.js";
import { lastEditable } from "../store/rights.js";
import { threadOf } from "../store/state.js";
import { timeline } from "../store/timeline.js";
import { avatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { acceptDrops } from "./file-drop.js";
import { MessageActions } from "./message-actions.js";
import { MessageList } from "./message-list.js";
import { presenceWords } from "./presence-words.js";

const NAMES_TYPING = 2;

export class Conversation {
  #conversationId;
  #head;
  #details;
  #detailsButton;
  #typing;
  #messages;
  #composer;
  #messageActions;
  #refuseDrops;
  #shownHead = "";
  #shownTyping = "";
  #shownMessages = [];
  #state = null;

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {string} parts.conversationId
   * @param {object} parts.page `report`, `say`, `dialogs` and `details` of the page.
   */
  constructor({ actions, conversationId, page }) {
    this.#conversationId = conversationId;
    this.#messages = new MessageList({ actions, conversationId, report: page.report });
    this.#composer = new Composer({
      actions,
      conversationId,
      report: page.report,
      mentionable: () => othersOf(this.#state, this.#state.conversations[conversationId]),
      lastEditable: () => lastEditable(this.#state, conversationId),
    });
    this.#messageActions = new MessageActions({ actions, page, list: this.#messages, composer: this.#composer });
    this.element = element(
      html`<section class="conversation" tabindex="-1">
        <header class="conversation__head">
          <a class="button button--icon conversation__back" href="#/" aria-label="${t("conversation.back")}"
            >${icon("arrow-left")}</a
          >
          <div class="conversation__who"></div>
          <button
            class="button button--icon"
            type="button"
            data-details
            aria-label="${t("details.open")}"
            title="${t("details.open")}"
          >
            ${icon("info")}
          </button>
        </header>
      </section>`,
    );
    this.#head = this.element.querySelector(".conversation__who");
    this.#details = page.details;
    this.#detailsButton = this.element.querySelector("[data-details]");
    const openDetails = () => page.details.toggle(conversationId);
    this.#head.addEventListener("click", openDetails);
    this.#detailsButton.addEventListener("click", openDetails);
    this.#typing = element(html`<p class="conversation__typing" role="status"></p>`);
    this.element.append(this.#messages.element, this.#typing, this.#composer.element);
    this.#refuseDrops = acceptDrops(this.element, (dropped) => this.#composer.drop(dropped));
  }

  render(state, newAfterSeq) {
    const conversation = state.conversations[this.#conversationId];
    if (!conversation) return;
    this.#state = state;
    this.#renderHead(state, conversation);
    this.#renderDetailsButton();
    this.#renderTyping(typingNames(state, this.#conversationId));
    const title = titleOf(state, conversation) || t("conversation.alone");
    this.element.setAttribute("aria-label", title);
    this.#composer.render(title);
    this.#renderMessages(state, conversation, newAfterSeq);
    this.#messageActions.render(state);
  }

  /** The conversation has just come into view: writing can begin. */
  opened() {
    // On a phone the keyboard would cover half of what one came to read.
    if (matchMedia("(hover: hover)").matches) this.#composer.focus();
    else this.element.focus({ preventScroll: true });
  }

  /** The details have been closed: back to the button that opens them. */
  focusDetails() {
    this.#detailsButton.focus();
  }

  remove() {
    this.#refuseDrops();
    this.#messages.remove();
    this.#composer.remove();
    this.#messageActions.remove();
  }

  #renderHead(state, conversation) {
    const { isGroup } = conversation;
    const name = titleOf(state, conversation) || t("conversation.alone");
    const presence = presenceOf(state, conversation);
    const face = faceOf(state, conversation);
    const markup = html`${avatar({ ...face, name, isGroup, isOnline: isGroup ? undefined : presence?.isOnline })}
      <div class="conversation__names">
        <h2 class="conversation__title">${name}</h2>
        <p class="conversation__presence">${isGroup ? groupWords(state, conversation) : presenceWords(presence)}</p>
      </div>`;
    if (markup.toString() === this.#shownHead) return;
    this.#shownHead = markup.toString();
    render(this.#head, markup);
  }

  // A pane beside is opened and closed by it; a window is not.
  #renderDetailsButton() {
    const { isWide, isShown } = this.#details;
    if (isWide) this.#detailsButton.ariaExpanded = String(isShown);
    else this.#detailsButton.ariaExpanded = null;
  }

  // Much else changes the state: typing, presence, other conversations. And at midnight "today" changes its meaning.
  #renderMessages(state, conversation, newAfterSeq) {
    const thread = threadOf(state, this.#conversationId);
    const today = new Date().toDateString();
    const isUpToDate = isThreadUpToDate(state, thread);
    const shown = [conversation, thread, state.outgoing[this.#conversationId], newAfterSeq, today, isUpToDate];
    if (shown.every((part, index) => part === this.#shownMessages[index])) return;
    this.#shownMessages = shown;
    this.#messages.render({
      rows: timeline(state, this.#conversationId, newAfterSeq),
      thread,
      isUpToDate,
      people: new Map([...conversation.participants, state.me].map(({ _id, name }) => [_id, name])),
      myId: state.me._id,
    });
  }

  #renderTyping(names) {
    const words = typingWords(names);
    if (words === this.#shownTyping) return;
    this.#shownTyping = words;
    const dots = html`<span class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></span>`;
    render(this.#typing, words ? html`${dots}<span>${words}</span>` : html``);
  }
}

function groupWords(state, conversation) {
  const members = t("conversation.members", { count: conversation.participants.length });
  const online = onlineCount(state, conversation);
  return online > 0 ? `${members} · ${t("conversation.online", { count: online })}` : members;
}

function typingWords(names) {
  if (names.length === 0) return "";
  if (names.length > NAMES_TYPING) return t("typing.many");
  return t("typing.named", { count: names.length, names: names.join(t("list.and")) });
}

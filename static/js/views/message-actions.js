/** What can be done with the messages of a conversation, and the ways there: mouse, keys, a long press. */

import { copyText } from "../lib/clipboard.js";
import { t } from "../lib/i18n.js";
import { messageActions } from "../store/rights.js";
import { retryPicture } from "./attachments.js";
import { confirmFirst } from "./confirm-dialog.js";
import { onLongPress } from "./long-press.js";
import { firstLine } from "./message-line.js";
import { openMessageMenu } from "./message-menu.js";
import { MessageToolbar } from "./message-toolbar.js";
import { pickEmoji } from "./pick-emoji.js";
import { ReceiptsTip } from "./receipts-tip.js";

/** Keys for the message that has the focus. */
const KEYS = {
  r: "reply",
  e: "edit",
  c: "copy",
  i: "info",
  Delete: "delete",
  Enter: "more",
  ContextMenu: "more",
  "+": "react",
};
const MOVES = { ArrowUp: "previous", ArrowDown: "next", Home: "first", End: "last" };

export class MessageActions {
  #actions;
  #page;
  #list;
  #composer;
  #toolbar;
  #tip;
  #state = null;

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {object} parts.page `report`, `say` and `dialogs` of the page.
   * @param {import("./message-list.js").MessageList} parts.list
   * @param {import("./composer.js").Composer} parts.composer
   */
  constructor({ actions, page, list, composer }) {
    this.#actions = actions;
    this.#page = page;
    this.#list = list;
    this.#composer = composer;
    this.#toolbar = new MessageToolbar((intent, article, anchor) => this.#choose(intent, article, anchor));
    this.#tip = new ReceiptsTip(list.scroller, (tick) => this.#receiptsOf(tick.closest(".message")));
    list.scroller.append(this.#toolbar.element);
    list.scroller.addEventListener("pointerover", (event) => this.#hovered(event));
    list.scroller.addEventListener("pointerleave", () => this.#toolbar.hide());
    list.scroller.addEventListener("click", (event) => this.#onClick(event));
    list.scroller.addEventListener("keydown", (event) => this.#onKey(event));
    onLongPress(list.scroller, ".message__body", (body) => this.#choose("more", body.closest(".message")));
  }

  render(state) {
    this.#state = state;
    this.#toolbar.place();
  }

  remove() {
    this.#tip.remove();
  }

  // Nobody has got yet what is still to be sent.
  async #receiptsOf(article) {
    const { _id } = this.#list.messageOf(article) ?? {};
    return _id ? this.#actions.receiptsOf(_id) : [];
  }

  #hovered({ pointerType, target }) {
    if (pointerType !== "mouse" || target.closest(".message-toolbar")) return;
    const article = target.closest(".message");
    if (article && this.#possible(article).includes("reply")) this.#toolbar.show(article);
    else this.#toolbar.hide();
  }

  #onClick({ target }) {
    const part = target.closest("[data-part]");
    const article = target.closest(".message");
    if (!part || !article) return;
    const { part: name, emoji } = part.dataset;
    if (name === "reaction") this.#react(this.#list.messageOf(article), emoji);
    if (name === "quote") this.#jump(this.#list.messageOf(article).replyTo);
    if (name === "details") this.#choose("info", article);
    if (name === "picture" && !retryPicture(part)) this.#openGallery(article, part.dataset.attachment);
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const article = event.target.closest(".message");
    const isOnMessage = event.target === article;
    const move = MOVES[event.key];
    if (move && (isOnMessage || (event.target === this.#list.scroller && move !== "next"))) {
      event.preventDefault();
      this.#list.focus(move, article);
    } else if (event.key === "Escape") {
      this.#composer.focus();
    } else if (isOnMessage && KEYS[event.key]) {
      event.preventDefault();
      this.#choose(KEYS[event.key], article);
    }
  }

  #possible(article) {
    const message = this.#list.messageOf(article);
    return message && this.#state ? messageActions(this.#state, message) : [];
  }

  /** Does what was chosen, where it is possible. `anchor`: what was pressed, else the message itself. */
  #choose(intent, article, anchor = article.querySelector(".message__bubble").getBoundingClientRect()) {
    const possible = this.#possible(article);
    const message = this.#list.messageOf(article);
    if (intent === "more" && possible.length > 0) {
      openMessageMenu({
        message,
        myId: this.#state.me._id,
        possible,
        anchor,
        onChoose: (chosen, emoji) => this.#perform(chosen, message, { anchor, emoji }),
      });
    }
    // Whatever has reached the server and stands can be answered and reacted to.
    if (possible.includes(intent === "react" ? "reply" : intent)) this.#perform(intent, message, { anchor });
  }

  #perform(intent, message, { anchor, emoji }) {
    const does = {
      react: () => (emoji ? this.#react(message, emoji) : this.#pickReaction(message, anchor)),
      reply: () => this.#composer.reply(message, this.#state.me._id),
      edit: () => this.#composer.edit(message),
      copy: () => this.#copy(message),
      info: () => this.#page.dialogs.open("message-info", { message }),
      delete: () => this.#delete(message),
    };
    does[intent]();
  }

  #pickReaction(message, anchor) {
    const onPick = (emoji) => this.#react(message, emoji, true);
    pickEmoji({ actions: this.#actions, report: this.#page.report, anchor, onPick });
  }

  #react({ _id, conversationId, reactions = [] }, emoji, isWanted) {
    const isMine = reactions.some((each) => each.emoji === emoji && each.userIds.includes(this.#state.me._id));
    this.#try(this.#actions.react({ messageId: _id, conversationId, emoji }, isWanted ?? !isMine));
  }

  async #copy({ content }) {
    if (await copyText(content)) this.#page.say(t("message.copied"));
  }

  #delete(message) {
    confirmFirst({
      title: t("delete.title"),
      text: t("delete.text"),
      quoted: firstLine(message),
      confirm: t("delete.confirm"),
      run: () => this.#actions.deleteMessage({ messageId: message._id, conversationId: message.conversationId }),
    });
  }

  #openGallery(article, attachmentId) {
    const { conversationId } = this.#list.messageOf(article);
    this.#page.dialogs.open("gallery", { conversationId, attachmentId });
  }

  #jump(messageId) {
    this.#try(this.#list.jumpTo(messageId));
  }

  #try(work) {
    work.catch((failure) => this.#page.report(failure));
  }
}

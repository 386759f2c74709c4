/** Where one writes: grows with the text, Enter sends, Shift+Enter breaks, keeps its draft. Never blocked by the line. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { debounce } from "../lib/timing.js";
import { ComposerContext } from "./composer-context.js";
import { ComposerFiles } from "./composer-files.js";
import { MentionList } from "./mention-list.js";
import { pickEmoji } from "./pick-emoji.js";

const LONGEST = 5000;
const COUNTED_FROM = 4500;
const DRAFT_KEPT_AFTER_MS = 300;

export class Composer {
  #actions;
  #conversationId;
  #report;
  #lastEditable;
  #field;
  #button;
  #count;
  #context;
  #files;
  #mentions;
  #answered = null;
  #edited = null;
  #draftBeforeEdit = "";
  #keepDraft;

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {string} parts.conversationId
   * @param {(failure: object) => void} parts.report
   * @param {() => Array<{_id: string, name: string}>} parts.mentionable Who can be mentioned here.
   * @param {() => object|undefined} parts.lastEditable The message that arrow up in an empty field takes up again.
   */
  constructor({ actions, conversationId, report, mentionable, lastEditable }) {
    this.#actions = actions;
    this.#conversationId = conversationId;
    this.#report = report;
    this.#lastEditable = lastEditable;
    this.#context = new ComposerContext(() => this.#dropContext());
    this.element = element(
      html`<form class="composer">
        <div class="composer__box">
          <button
            class="composer__emoji"
            type="button"
            data-emoji
            aria-label="${t("emoji.open")}"
            title="${t("emoji.open")}"
          >
            ${icon("smile")}
          </button>
          <textarea
            class="composer__input"
            rows="1"
            data-testid="composer-input"
            enterkeyhint="send"
            placeholder="${t("composer.placeholder")}"
          ></textarea>
          <output class="composer__count" hidden></output>
          <button
            class="composer__send"
            type="submit"
            data-testid="send-button"
            disabled
            aria-label="${t("composer.send")}"
            title="${t("composer.send")}"
          >
            ${icon("send-horizontal")}
          </button>
        </div>
      </form>`,
    );
    this.element.prepend(this.#context.element);
    this.#files = new ComposerFiles({
      largest: actions.largestFile,
      files: actions.draftFiles(conversationId),
      report,
      onChange: (files) => this.#filesChanged(files),
      onEmptied: () => this.focus(),
    });
    this.element.querySelector(".composer__box").before(this.#files.element);
    this.element.querySelector("[data-emoji]").after(this.#files.button);
    this.#field = this.element.querySelector("textarea");
    this.#mentions = new MentionList({ field: this.#field, people: mentionable, onChange: () => this.#typed() });
    this.element.prepend(this.#mentions.element);
    this.#button = this.element.querySelector("[type=submit]");
    this.#count = this.element.querySelector("output");
    this.#keepDraft = debounce(() => this.#saveDraft(), DRAFT_KEPT_AFTER_MS);
    this.#field.value = actions.draft(conversationId);

    this.element.addEventListener("submit", (event) => this.#submit(event));
    this.element.querySelector("[data-emoji]").addEventListener("click", ({ currentTarget }) => {
      this.#pickEmoji(currentTarget.getBoundingClientRect());
    });
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#onKey(event));
    this.#field.addEventListener("paste", (event) => this.#onPaste(event));
    this.#field.addEventListener("blur", () => actions.stoppedTyping());
    this.#fit();
  }

  /** @param {string} title Who it goes to, for those who cannot see. */
  render(title) {
    const label = t("composer.label", { name: title });
    if (this.#field.ariaLabel !== label) this.#field.ariaLabel = label;
  }

  focus() {
    this.#field.focus({ preventScroll: true });
    this.#field.setSelectionRange(this.#field.value.length, this.#field.value.length);
  }

  /** The next message answers this one. */
  reply(message, myId) {
    this.#dropContext();
    this.#answered = message;
    this.#context.showReply(message, myId);
    this.focus();
  }

  /** Files were dropped on the conversation. @param {DataTransfer} dropped */
  drop(dropped) {
    this.#files.addFrom(dropped);
    this.focus();
  }

  /** Takes a message's text up again; what was begun comes back afterwards. */
  edit(message) {
    this.#dropContext();
    this.#saveDraft();
    this.#edited = message;
    this.#files.suspend(true);
    this.#draftBeforeEdit = this.#field.value;
    this.#context.showEdit(message);
    this.#show(message.content);
    this.focus();
  }

  /** Leaves the page, with its draft kept. */
  remove() {
    this.#keepDraft.cancel();
    this.#saveDraft();
  }

  #typed() {
    this.#fit();
    this.#keepDraft();
    if (this.#field.value.trim() && !this.#edited) this.#actions.typed(this.#conversationId);
    else this.#actions.stoppedTyping();
  }

  #onKey(event) {
    // While an input method composes a character, its keys belong to it.
    if (event.isComposing || this.#mentions.onKey(event)) return;
    if (event.key === "Escape" && (this.#edited || this.#answered)) {
      event.preventDefault();
      this.#dropContext();
    }
    if (event.key === "ArrowUp" && !this.#field.value && !event.shiftKey && !this.#edited) this.#editLast(event);
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  #onPaste(event) {
    const { files, types } = event.clipboardData;
    // Beside a text, office programs put a picture of it.
    if (files.length === 0 || types.includes("text/rtf")) return;
    event.preventDefault();
    this.#files.addFrom(event.clipboardData);
  }

  #editLast(event) {
    const message = this.#lastEditable();
    if (!message) return;
    event.preventDefault();
    this.edit(message);
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!this.#canSubmit(text)) return;
    this.#field.focus({ preventScroll: true });
    if (this.#edited) await this.#saveEdit(this.#edited, text);
    else await this.#send(text);
  }

  async #send(content) {
    const answered = this.#answered;
    const files = this.#files.take();
    this.#dropContext();
    this.#show("");
    this.#saveDraft();
    try {
      const conversationId = this.#conversationId;
      await this.#actions.send({ conversationId, content, replyTo: answered?._id, files });
    } catch (failure) {
      // Nothing could be kept: what was written and chosen stays in the hands of who did.
      this.#show([content, this.#field.value].filter(Boolean).join("\n"));
      this.#files.add(files);
      this.#saveDraft();
      this.#report(failure);
    }
  }

  async #saveEdit(message, text) {
    try {
      const { _id: messageId, conversationId, content } = message;
      if (text !== content) await this.#actions.editMessage({ messageId, conversationId, content: text });
      if (this.#edited === message) this.#dropContext();
    } catch (failure) {
      this.#report(failure);
    }
  }

  #pickEmoji(anchor) {
    const insert = (emoji) => {
      const { selectionStart, selectionEnd } = this.#field;
      this.#field.setRangeText(emoji, selectionStart, selectionEnd, "end");
      this.#field.focus({ preventScroll: true });
      this.#typed();
    };
    pickEmoji({ actions: this.#actions, report: this.#report, anchor, onPick: insert });
  }

  #dropContext() {
    this.#context.hide();
    this.#answered = null;
    if (!this.#edited) return;
    this.#edited = null;
    this.#files.suspend(false);
    this.#show(this.#draftBeforeEdit);
  }

  // While a sent message is changed, the draft stays what it was.
  #saveDraft() {
    this.#keepDraft.cancel();
    if (!this.#edited) this.#actions.keepDraft(this.#conversationId, this.#field.value);
  }

  #filesChanged(files) {
    this.#actions.keepDraftFiles(this.#conversationId, files);
    this.#fit();
  }

  #show(text) {
    this.#mentions.close();
    this.#field.value = text;
    this.#fit();
  }

  #fit() {
    const text = this.#field.value.trim();
    const used = length(text);
    this.#button.disabled = !this.#canSubmit(text);
    this.#count.hidden = used < COUNTED_FROM;
    this.#count.textContent = String(LONGEST - used);
    this.#count.classList.toggle("composer__count--over", used > LONGEST);
  }

  #canSubmit(text) {
    const hasFiles = !this.#edited && this.#files.chosen.length > 0;
    return (text !== "" || hasFiles) && length(text) <= LONGEST;
  }
}

// The server counts characters, not UTF-16 halves of them.
function length(text) {
  return [...text].length;
}

/** Where one writes: grows with the text, Enter sends, Shift+Enter breaks, keeps its draft. Never blocked by the line. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { debounce } from "../lib/timing.js";

const LONGEST = 5000;
const COUNTED_FROM = 4500;
const DRAFT_KEPT_AFTER_MS = 300;

export class Composer {
  #actions;
  #conversationId;
  #report;
  #field;
  #button;
  #count;
  #keepDraft;

  constructor({ actions, conversationId, report }) {
    this.#actions = actions;
    this.#conversationId = conversationId;
    this.#report = report;
    this.element = element(html`<form class="composer">
      <div class="composer__box">
        <textarea class="composer__input" rows="1" data-testid="composer-input" enterkeyhint="send"
          placeholder="${t("composer.placeholder")}"></textarea>
        <output class="composer__count" hidden></output>
        <button class="composer__send" type="submit" data-testid="send-button" disabled
          aria-label="${t("composer.send")}" title="${t("composer.send")}">${icon("send-horizontal")}</button>
      </div>
    </form>`);
    this.#field = this.element.querySelector("textarea");
    this.#button = this.element.querySelector("button");
    this.#count = this.element.querySelector("output");
    this.#keepDraft = debounce(() => actions.keepDraft(conversationId, this.#field.value), DRAFT_KEPT_AFTER_MS);
    this.#field.value = actions.draft(conversationId);

    this.element.addEventListener("submit", (event) => this.#submit(event));
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#onKey(event));
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

  /** Leaves the page, with its draft kept. */
  remove() {
    this.#keepDraft.cancel();
    this.#actions.keepDraft(this.#conversationId, this.#field.value);
  }

  #typed() {
    this.#fit();
    this.#keepDraft();
    if (this.#field.value.trim()) this.#actions.typed(this.#conversationId);
    else this.#actions.stoppedTyping();
  }

  #onKey(event) {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text || length(text) > LONGEST) return;
    this.#set("");
    this.#field.focus({ preventScroll: true });
    try {
      await this.#actions.send(this.#conversationId, text);
    } catch (failure) {
      // Nothing could be kept: what was written stays in the hands of who wrote it.
      this.#set(text);
      this.#report(failure);
    }
  }

  #set(text) {
    this.#field.value = text;
    this.#keepDraft.cancel();
    this.#actions.keepDraft(this.#conversationId, text);
    this.#fit();
  }

  #fit() {
    const used = length(this.#field.value.trim());
    this.#button.disabled = used === 0 || used > LONGEST;
    this.#count.hidden = used < COUNTED_FROM;
    this.#count.textContent = String(LONGEST - used);
    this.#count.classList.toggle("composer__count--over", used > LONGEST);
  }
}

// The server counts characters, not UTF-16 halves of them.
function length(text) {
  return [...text].length;
}

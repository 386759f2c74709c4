/** Short words in the corner that go by themselves. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { avatar } from "./avatar.js";
import { failureSentence } from "./failure-sentence.js";

const SHOWN_MS = 6000;
const MOST_AT_ONCE = 3;

export class Toasts {
  #actions;

  constructor(actions) {
    this.#actions = actions;
    this.element = element(html`<div class="toasts" role="status" aria-label="${t("toast.label")}"></div>`);
  }

  /** @param {{conversationId: string|null, avatar: object, title: string, text: string}} notice */
  show({ conversationId, avatar: who, title, text }) {
    const content = html`${avatar(who, "small")}<span class="toast__words">
        <strong class="toast__title">${title}</strong><span class="toast__text">${text}</span></span
      >`;
    this.#add(content, { conversationId });
  }

  /** What a toast is about has come into view. */
  dismiss(conversationId) {
    for (const toast of [...this.element.children]) if (toast.dataset.conversation === conversationId) toast.remove();
  }

  /** @param {{sentence?: string, code?: string}} failure */
  fail(failure) {
    const text = failureSentence(failure);
    this.#add(html`${icon("circle-alert")}<span class="toast__words toast__words--plain">${text}</span>`);
  }

  /**
   * Confirms in a word that something was done.
   *
   * @param {string} text
   * @param {{label: string, run: () => void}} [action] What can be done about it.
   */
  say(text, action) {
    this.#add(html`${icon("check")}<span class="toast__words toast__words--plain">${text}</span>`, { action });
  }

  #add(content, { conversationId = null, action } = {}) {
    const main = conversationId
      ? html`<button class="toast__main" type="button" data-open>${content}</button>`
      : html`<div class="toast__main">${content}</div>`;
    const toast = element(
      html`<div class="toast">
        ${main}
        ${action && html`<button class="button button--quiet toast__action" type="button" data-act>${action.label}</button>`}
        <button class="button button--icon" type="button" data-close aria-label="${t("close")}">${icon("x")}</button>
      </div>`,
    );
    if (conversationId) toast.dataset.conversation = conversationId;
    toast.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      toast.remove();
      if ("open" in button.dataset) this.#actions.open(conversationId);
      if ("act" in button.dataset) action.run();
    });
    removeInTime(toast);
    this.element.append(toast);
    while (this.element.children.length > MOST_AT_ONCE) this.element.firstElementChild.remove();
  }
}

// Nothing goes from under a hand that reaches for it, nor while somebody listens to it.
function removeInTime(toast) {
  let timer = null;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => !toast.matches(":hover, :focus-within") && toast.remove(), SHOWN_MS);
  };
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  wait();
}

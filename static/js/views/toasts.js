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
    this.#add(content, conversationId);
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

  /** Confirms in a word that something was done. */
  say(text) {
    this.#add(html`${icon("check")}<span class="toast__words toast__words--plain">${text}</span>`);
  }

  #add(content, conversationId = null) {
    const main = conversationId
      ? html`<button class="toast__main" type="button" data-open>${content}</button>`
      : html`<div class="toast__main">${content}</div>`;
    const toast = element(
      html`<div class="toast">
        ${main}
        <button class="button button--icon" type="button" data-close aria-label="${t("close")}">${icon("x")}</button>
      </div>`,
    );
    if (conversationId) toast.dataset.conversation = conversationId;
    const timer = setTimeout(() => toast.remove(), SHOWN_MS);
    toast.addEventListener("click", ({ target }) => {
      const isOpening = target.closest("[data-open]");
      if (!isOpening && !target.closest("[data-close]")) return;
      clearTimeout(timer);
      toast.remove();
      if (isOpening) this.#actions.open(conversationId);
    });
    this.element.append(toast);
    while (this.element.children.length > MOST_AT_ONCE) this.element.firstElementChild.remove();
  }
}

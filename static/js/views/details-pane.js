/** The details of the open conversation: a third pane where there is room for one, else a window. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { failureSentence } from "./failure-sentence.js";

/** The same width stands in details-pane.css. */
const WIDE = "(width >= 75rem)";

export class DetailsPane {
  #actions;
  #page;
  #onChange;
  #wide = matchMedia(WIDE);
  #isWanted;
  #conversationId = null;
  #details = null;
  #state = null;

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {object} parts.page
   * @param {() => void} parts.onChange It has come or gone.
   * @param {() => void} parts.onClosed By its own button or Escape: the focus needs another place.
   */
  constructor({ actions, page, onChange, onClosed }) {
    this.#actions = actions;
    this.#page = page;
    this.#onChange = onChange;
    this.#isWanted = actions.areDetailsWanted();
    this.element = element(html`<aside class="details-pane" id="details-pane" aria-label="${t("details.open")}" hidden>
      <header class="details-pane__head">
        <h2 class="details-pane__title"></h2>
        <button class="button button--icon" type="button" data-close aria-label="${t("details.close")}"
          title="${t("details.close")}">${icon("x")}</button>
      </header>
      <p class="dialog__error" role="alert" hidden></p>
      <div class="details-pane__body"></div>
    </aside>`);
    const close = () => {
      this.#want(false);
      onClosed();
    };
    this.element.querySelector("[data-close]").addEventListener("click", close);
    this.element.addEventListener("keydown", ({ key }) => key === "Escape" && close());
    this.#wide.addEventListener("change", onChange);
  }

  /** Whether there is room for a pane. */
  get isWide() {
    return this.#wide.matches;
  }

  get isShown() {
    return this.#isWanted && this.isWide;
  }

  /** Comes or goes; without the room for it, a window opens. */
  toggle(conversationId) {
    if (this.isWide) this.#want(!this.#isWanted);
    else this.#page.dialogs.open("details", { conversationId });
  }

  render(state, openId) {
    this.#state = state;
    const shownId = this.isShown && state.conversations[openId] ? openId : null;
    this.element.hidden = !shownId;
    if (shownId !== this.#conversationId) this.#begin(shownId);
    else if (shownId) this.#details?.render(state);
  }

  remove() {
    this.#wide.removeEventListener("change", this.#onChange);
  }

  #want(isWanted) {
    this.#isWanted = isWanted;
    this.#actions.wantDetails(isWanted);
    this.#onChange();
  }

  async #begin(conversationId) {
    this.#conversationId = conversationId;
    this.#details = null;
    const [title, error, body] = ["h2", ".dialog__error", ".details-pane__body"].map((selector) =>
      this.element.querySelector(selector),
    );
    error.hidden = true;
    body.replaceChildren();
    if (!conversationId) return;
    const report = (failure) => {
      error.textContent = failureSentence(failure);
      error.hidden = false;
    };
    const { createDetails, detailsTitle } = await import("./details.js").catch(() => ({}));
    if (this.#conversationId !== conversationId) return;
    if (!createDetails) {
      report({ code: "offline" });
      return;
    }
    const about = { state: this.#state, conversationId };
    title.textContent = detailsTitle(about);
    this.#details = createDetails({ ...about, actions: this.#actions, page: this.#page, report, close: () => {} });
    body.append(this.#details.element);
  }
}

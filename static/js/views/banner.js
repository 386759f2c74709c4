/** Says that the line is down, which attempt to bring it back is running, and offers to try at once. */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

const ATTEMPTS = 5;
/** A line that comes back this soon was not worth a word. */
const SHOWN_AFTER_MS = 400;

export class Banner {
  #actions;
  #shown = "";
  #timer = null;

  constructor(actions) {
    this.#actions = actions;
    this.element = element(html`<div class="banner" role="status" data-testid="banner" hidden></div>`);
    this.element.addEventListener("click", ({ target }) => target.closest("button") && this.#actions.reconnect());
  }

  /** @param {{phase: string, attempt: number}} connection */
  render({ phase, attempt }) {
    const shown = `${phase}:${attempt}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    clearTimeout(this.#timer);
    if (phase === "online") this.element.hidden = true;
    else this.#timer = setTimeout(() => this.#show(phase, attempt), this.element.hidden ? SHOWN_AFTER_MS : 0);
  }

  #show(phase, attempt) {
    this.element.hidden = false;
    this.element.classList.toggle("banner--failed", phase === "failed");
    const retry =
      phase === "failed" && html`<button class="button button--quiet" type="button">${t("banner.retry")}</button>`;
    render(this.element, html`${icon("wifi-off")}<span>${sentence(phase, attempt)}</span>${retry}`);
  }
}

function sentence(phase, attempt) {
  if (phase === "failed") return t("banner.failed");
  return attempt > 0 ? t("banner.reconnecting", { attempt, attempts: ATTEMPTS }) : t("banner.connecting");
}

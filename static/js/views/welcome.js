/** What stands beside the list while no conversation is open. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

export function welcome() {
  return html`<div class="empty">
    <span class="empty__sign">${icon("message-circle")}</span>
    <h2 class="empty__title">${t("welcome.title")}</h2>
    <p class="empty__text">${t("welcome.text")}</p>
  </div>`;
}

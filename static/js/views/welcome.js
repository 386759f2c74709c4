/** What stands beside the list while no conversation is open. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

/**
 * @param {object} situation
 * @param {boolean} situation.isFirst There is no conversation yet.
 * @param {boolean} situation.mayInvite
 */
export function welcome({ isFirst, mayInvite }) {
  const title = isFirst ? t("welcome.firstTitle") : t("welcome.title");
  const text = !isFirst ? t("welcome.text") : mayInvite ? t("welcome.firstInvite") : t("welcome.firstWrite");
  return html`<div class="empty">
    <span class="empty__sign">${icon("message-circle")}</span>
    <h2 class="empty__title">${title}</h2>
    <p class="empty__text">${text}</p>
  </div>`;
}

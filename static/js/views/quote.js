/** What a message answers: who wrote it and its first line. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { colourOf } from "../lib/names.js";
import { firstLineMarkup } from "./message-line.js";

/**
 * @param {object|undefined} message Undefined while it has not come: it lies further up in the history.
 * @param {string} myId
 */
export function quote(message, myId) {
  if (!message) return html`<span class="quote__text">${t("quote.earlier")}</span>`;
  const { sender } = message;
  const name = sender?._id === myId ? t("message.me") : sender?.name;
  return html`<span class="quote__name quote__name--colour-${colourOf(sender?._id)}">${name}</span>
    <span class="quote__text">${firstLineMarkup(message)}</span>`;
}

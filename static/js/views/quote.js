/** What a message answers: who wrote it and its first line. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { plainLine } from "../lib/markdown.js";
import { colourOf } from "../lib/names.js";

/**
 * @param {object|undefined} message Undefined when it is not held: it lies further up in the history.
 * @param {string} myId
 */
export function quote(message, myId) {
  if (!message) return html`<span class="quote__text">${t("quote.earlier")}</span>`;
  const { sender } = message;
  const name = sender?._id === myId ? t("message.me") : sender?.name;
  return html`<span class="quote__name quote__name--colour-${colourOf(sender?._id)}">${name}</span>
    <span class="quote__text">${firstLine(message)}</span>`;
}

/** A message in one line, whatever it is. */
export function firstLine({ content, deleted }) {
  if (deleted) return t("message.deleted");
  return plainLine(content) || t("message.attachment");
}

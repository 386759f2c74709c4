/** Who has read a message, who has got it, whom it has not reached; and when. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { dateTime } from "../lib/time.js";
import { avatar, faced } from "./avatar.js";
import { tick } from "./tick.js";

/** @param {Array<{user: object, deliveredAt: string|null, readAt: string|null}>} receipts */
export function receiptsMarkup(receipts) {
  const read = receipts.filter(({ readAt }) => readAt);
  const delivered = receipts.filter(({ readAt, deliveredAt }) => deliveredAt && !readAt);
  const waiting = receipts.filter(({ deliveredAt, readAt }) => !deliveredAt && !readAt);
  return html`${receiptsSection("read", t("info.read"), read, "readAt")}
  ${receiptsSection("delivered", t("info.delivered"), delivered, "deliveredAt")}
  ${receiptsSection("sent", t("info.waiting"), waiting)}`;
}

function receiptsSection(status, title, receipts, time) {
  if (receipts.length === 0) return html``;
  return html`<section class="message-info__part message-info__part--${status}">
    <h3 class="message-info__title">${tick(status)}${title}</h3>
    <ul>
      ${receipts.map(
        (receipt) =>
          html`<li class="message-info__row">
            ${avatar(faced(receipt.user), "small")}
            <span class="message-info__name">${receipt.user.name}</span>
            ${time && html`<time datetime="${receipt[time]}">${dateTime(receipt[time])}</time>`}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** All there is to know of one message: when it went, who has got and read it, who reacted, how it read before. */

import { html, render } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { dateTime, fullTime } from "../lib/time.js";
import { openDialog } from "./dialog.js";
import { firstLine } from "./message-line.js";
import { receiptsMarkup } from "./receipts.js";

/** @returns {{dialog: HTMLDialogElement, render: (state: object) => void}} */
export function openWindow({ message, actions, state }) {
  const isOwn = message.sender?._id === state.me._id;
  const { dialog, body, report } = openDialog(
    t("info.title"),
    html`<div class="message-info">
      <blockquote class="dialog__quote" dir="auto">${firstLine(message)}</blockquote>
      <p class="message-info__sent">${t("info.sent", { time: fullTime(message.createdAt) })}</p>
      <div data-receipts></div>
      <div data-reactions></div>
      <div data-history></div>
    </div>`,
  );
  const place = (name) => body.querySelector(`[data-${name}]`);
  const fetchInto = async (name, coming, markup) => {
    try {
      const fetched = await coming;
      render(place(name), markup(fetched));
    } catch (failure) {
      report(failure);
    }
  };
  if (isOwn) fetchInto("receipts", actions.receiptsOf(message._id), receiptsMarkup);
  if (message.edited) fetchInto("history", actions.historyOf(message._id), historyMarkup);
  return {
    dialog,
    render({ conversations, threads, me }) {
      const { participants = [] } = conversations[message.conversationId] ?? {};
      const held = threads[message.conversationId]?.messages.find(({ _id }) => _id === message._id);
      const names = new Map([...participants, { ...me, name: t("message.me") }].map(({ _id, name }) => [_id, name]));
      render(place("reactions"), reactionsMarkup(held?.reactions ?? [], names));
    },
  };
}

function reactionsMarkup(reactions, names) {
  if (reactions.length === 0) return html``;
  return html`<section class="message-info__part">
    <h3 class="message-info__title">${t("reactions.label")}</h3>
    <ul>
      ${reactions.map(
        ({ emoji, userIds }) =>
          html`<li class="message-info__row">
            <span class="message-info__emoji">${emoji}</span>
            <span class="message-info__name"
              >${userIds.map((id) => names.get(id) ?? t("message.somebody")).join(", ")}</span
            >
          </li>`,
      )}
    </ul>
  </section>`;
}

function historyMarkup(revisions) {
  return html`<section class="message-info__part">
    <h3 class="message-info__title">${t("info.history")}</h3>
    <ol class="message-info__history">
      ${revisions.toReversed().map(
        ({ content, createdAt }, index) =>
          html`<li class="message-info__revision">
            <time datetime="${createdAt}">${index === 0 ? t("info.now") : dateTime(createdAt)}</time>
            <p dir="auto">${content}</p>
          </li>`,
      )}
    </ol>
  </section>`;
}

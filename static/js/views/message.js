/** One message: text, time, how far it has come, reactions. Changes are made in place, so nothing is read out twice. */

import { isEmojiOnly } from "../lib/emoji-only.js";
import { element, html, render } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { markdown } from "../lib/markdown.js";
import { colourOf } from "../lib/names.js";
import { clockTime, fullTime } from "../lib/time.js";
import { attachments } from "./attachments.js";
import { avatar, faced } from "./avatar.js";
import { markMentions } from "./mentions.js";
import { showPendingFiles } from "./pending-files.js";
import { quote } from "./quote.js";
import { tick } from "./tick.js";

const drawn = new WeakMap();

/** @returns {Element} */
export function drawMessage(row) {
  const drawnMessage = element(
    html`<article class="message" data-testid="message" tabindex="-1">
      <div class="message__side"></div>
      <div class="message__body">
        <div class="message__author"></div>
        <div class="message__bubble">
          <div class="message__quote"></div>
          <div class="message__files"></div>
          <div class="pending-files"></div>
          <div class="message__text" dir="auto"></div>
          <div class="message__meta"></div>
        </div>
        <ul class="reactions" aria-label="${t("reactions.label")}"></ul>
        <div class="message__failure"></div>
      </div>
    </article>`,
  );
  drawn.set(drawnMessage, {});
  updateMessage(drawnMessage, row);
  return drawnMessage;
}

export function updateMessage(article, row) {
  const { message, status } = row;
  if (!hasChanged(drawn.get(article), row)) return;
  drawn.get(article).row = row;
  setData(article, { id: message._id, seq: message.seq, status, clientId: message.clientMessageId });
  const classes = Object.entries({
    message: true,
    "message--own": row.isOwn,
    "message--beside-face": row.isGroup && !row.isOwn,
    "message--first": row.isFirst,
    "message--last": row.isLast,
    "message--edited": message.edited && !message.deleted,
    "message--deleted": message.deleted,
    "message--answers": message.replyTo && !message.deleted,
    "message--failed": status === "failed",
    "message--emoji": isEmojiOnly(message.content ?? ""),
    "message--pending": status === "pending",
  });
  article.className = classes
    .filter(([, isSet]) => isSet)
    .map(([name]) => name)
    .join(" ");
  fill(article, ".message__side", side(row));
  fill(article, ".message__author", author(row));
  fill(article, ".message__quote", quoted(row));
  fill(article, ".message__files", attachments(message));
  fill(article, ".message__meta", meta(row));
  fill(article, ".reactions", reactions(row));
  fill(article, ".message__failure", failure(row));
  fillText(article, row);
  showPendingFiles(article.querySelector(".pending-files"), row.message);
}

// Most rows are as they were: looking at what they are made of is quicker than making it.
function hasChanged({ row: shown }, row) {
  return (
    !shown ||
    shown.message !== row.message ||
    shown.status !== row.status ||
    shown.quoted !== row.quoted ||
    shown.sender?.name !== row.sender?.name ||
    shown.sender?.avatar !== row.sender?.avatar ||
    shown.isFirst !== row.isFirst ||
    shown.isLast !== row.isLast ||
    row.message.reactions?.length > 0
  );
}

function side({ isOwn, isGroup, isLast, sender }) {
  return html`${!isOwn && isGroup && isLast && avatar(faced(sender), "small")}`;
}

// Always there for those who hear the page; seen only where it tells something.
function author({ isOwn, isGroup, isFirst, sender }) {
  const isShown = isGroup && !isOwn && isFirst;
  const name = isOwn ? t("message.me") : sender?.name;
  const classes = isShown ? `message__name message__name--colour-${colourOf(sender._id)}` : "visually-hidden";
  return html`<span class="${classes}">${name}</span>`;
}

function quoted({ message: { replyTo, deleted }, quoted: answered, myId }) {
  if (!replyTo || deleted) return html``;
  return html`<button class="quote quote--pressable" type="button" data-part="quote" title="${t("quote.jump")}">
    ${quote(answered, myId)}
  </button>`;
}

function meta({ isOwn, status, message }) {
  const { createdAt, edited, editedAt, deleted } = message;
  const badge =
    edited &&
    !deleted &&
    html`<span class="message__edited" data-part="details" title="${editedAt && fullTime(editedAt)}"
      >${t("message.edited")}</span
    >`;
  return html`${badge}<time datetime="${createdAt}" title="${fullTime(createdAt)}">${clockTime(createdAt)}</time>
    ${isOwn && !deleted && html`<span class="message__tick message__tick--${status}" data-part="details">${tick(status)}</span>`}`;
}

function reactions({ people, myId, message }) {
  return html`${(message.reactions ?? []).map(({ emoji, userIds }) => {
    const names = userIds
      .map((id) => (id === myId ? t("message.me") : people.get(id)))
      .filter(Boolean)
      .join(", ");
    const isMine = userIds.includes(myId);
    return html`<li>
      <button
        class="reaction"
        type="button"
        data-part="reaction"
        data-emoji="${emoji}"
        aria-pressed="${isMine ? "true" : "false"}"
        title="${names}"
      >
        <span class="reaction__chip"
          ><span class="reaction__emoji">${emoji}</span> <span class="reaction__count">${userIds.length}</span></span
        >
      </button>
    </li>`;
  })}`;
}

function failure({ status, message }) {
  if (status !== "failed") return html``;
  const reason = message.error || t("message.failed");
  return html`<span class="message__reason" role="alert">${reason}</span>
    <span class="message__remedies">
      <button class="button button--small" type="button" data-action="retry">${t("message.retry")}</button>
      <button class="button button--small button--quiet" type="button" data-action="discard">
        ${t("message.discard")}
      </button>
    </span>`;
}

function fillText(article, { message: { content, deleted }, people, myId }) {
  const known = drawn.get(article);
  const shown = deleted ? null : content;
  if (known.text === shown) return;
  known.text = shown;
  const text = article.querySelector(".message__text");
  if (deleted) {
    render(text, html`<p><em>${t("message.deleted")}</em></p>`);
    return;
  }
  const formatted = markdown(content);
  markMentions(formatted, people, myId);
  text.replaceChildren(formatted);
}

function fill(article, selector, markup) {
  const known = drawn.get(article);
  const signature = markup.toString();
  if (known[selector] === signature) return;
  known[selector] = signature;
  render(article.querySelector(selector), markup);
}

function setData(article, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) delete article.dataset[name];
    else if (article.dataset[name] !== String(value)) article.dataset[name] = value;
  }
}

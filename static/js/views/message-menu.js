/** The small window with all that can be done with a message; on a phone it comes up from below. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { openSmallDialog } from "./small-dialog.js";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const ICONS = { reply: "reply", copy: "copy", edit: "pencil", info: "info", delete: "trash-2" };

/**
 * @param {object} parts
 * @param {object} parts.message
 * @param {string} parts.myId
 * @param {string[]} parts.possible What `messageActions` allows.
 * @param {DOMRect} parts.anchor Beside which it opens where there is room.
 * @param {(intent: string, value?: string) => void} parts.onChoose `react` comes with the emoji, or without one for
 *   the picker.
 */
export function openMessageMenu({ message, myId, possible, anchor, onChoose }) {
  const mine = (message.reactions ?? []).filter(({ userIds }) => userIds.includes(myId)).map(({ emoji }) => emoji);
  const dialog = openSmallDialog({
    name: "message-menu",
    label: t("menu.label"),
    anchor,
    content: html`${message._id && quickRow(mine)}
      <div class="menu">
        ${possible.map(
          (intent) =>
            html`<button
              class="menu__item ${intent === "delete" && "menu__item--danger"}"
              type="button"
              data-intent="${intent}"
            >
              ${icon(ICONS[intent])}${t(`menu.${intent}`)}
            </button>`,
        )}
      </div>`,
  });
  dialog.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-intent]");
    if (!button) return;
    dialog.close();
    onChoose(button.dataset.intent, button.dataset.emoji);
  });
}

function quickRow(mine) {
  return html`<div class="quick-reactions" role="group" aria-label="${t("menu.react")}">
    ${QUICK.map(
      (emoji) =>
        html`<button
          class="quick-reactions__one"
          type="button"
          data-intent="react"
          data-emoji="${emoji}"
          aria-pressed="${mine.includes(emoji) ? "true" : "false"}"
        >
          ${emoji}
        </button>`,
    )}
    <button
      class="quick-reactions__one quick-reactions__one--more"
      type="button"
      data-intent="react"
      aria-label="${t("menu.moreEmoji")}"
      title="${t("menu.moreEmoji")}"
    >
      ${icon("plus")}
    </button>
  </div>`;
}

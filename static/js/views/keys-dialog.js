/** What the keyboard can do. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";

/** For each place its keys; the same table stands in docs/client.md. */
const PLACES = {
  anywhere: { jump: ["Ctrl", "K"], help: ["Ctrl", "/"] },
  composer: { send: ["↵"], line: ["⇧", "↵"], editLast: ["↑"], mention: ["@"], cancel: ["Esc"] },
  messages: {
    move: ["↑", "↓"],
    menu: ["↵"],
    reply: ["R"],
    edit: ["E"],
    copy: ["C"],
    react: ["+"],
    info: ["I"],
    delete: ["Del"],
    back: ["Esc"],
  },
};

/** @returns {{dialog: HTMLDialogElement}} */
export function openWindow() {
  const { dialog } = openDialog(
    t("keys.title"),
    html`<div class="settings">
      ${Object.entries(PLACES).map(
        ([place, keys]) =>
          html`<section class="settings__part">
            <h3 class="settings__title">${t(`keys.${place}`)}</h3>
            <dl class="keys">
              ${Object.entries(keys).map(
                ([name, pressed]) =>
                  html`<div class="keys__row">
                    <dt>${t(`keys.${name}`)}</dt>
                    <dd>${pressed.map((key) => html`<kbd class="keys__key">${key}</kbd>`)}</dd>
                  </div>`,
              )}
            </dl>
          </section>`,
      )}
    </div>`,
  );
  return { dialog };
}

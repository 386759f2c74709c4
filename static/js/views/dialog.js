/** A window over the page: the browser's own dialog keeps the focus inside and gives it back at the end. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { failureSentence } from "./failure-sentence.js";

let count = 0;

/**
 * Opens a dialog and removes it when it closes.
 *
 * @param {string} title
 * @param {import("../lib/html.js").Markup} content
 * @returns {{dialog: HTMLDialogElement, body: Element, report: (failure: object) => void}} `report` says inside the
 *   dialog what did not work: what lies behind it can neither be pressed nor heard.
 */
export function openDialog(title, content) {
  count += 1;
  const titleId = `dialog-title-${count}`;
  const dialog = element(html`<dialog class="dialog" aria-labelledby="${titleId}">
    <header class="dialog__head">
      <h2 class="dialog__title" id="${titleId}">${title}</h2>
      <button class="button button--icon" type="button" data-close aria-label="${t("close")}">${icon("x")}</button>
    </header>
    <p class="dialog__error" role="alert" hidden></p>
    <div class="dialog__body">${content}</div>
  </dialog>`);
  dialog.addEventListener("click", ({ target }) => {
    // A press beside the window lands on the dialog element itself: its backdrop.
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  const error = dialog.querySelector(".dialog__error");
  const report = (failure) => {
    error.textContent = failureSentence(failure);
    error.hidden = false;
  };
  return { dialog, body: dialog.querySelector(".dialog__body"), report };
}

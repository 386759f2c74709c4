/** A question before something that cannot be taken back. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";

/**
 * @param {object} question
 * @param {string} question.title
 * @param {string} question.text What will happen.
 * @param {string} [question.quoted] What it will happen to.
 * @param {import("../lib/html.js").Markup} [question.more] What else has to be said first.
 * @param {string} question.confirm What the button says.
 * @param {() => Promise<void>} question.run Closes the dialog when done; what it rejects with is said in it.
 * @returns {{body: Element}}
 */
export function confirmFirst({ title, text, quoted, more, confirm, run }) {
  const { dialog, body, report } = openDialog(
    title,
    html`<p class="dialog__text">${text}</p>
      ${quoted && html`<blockquote class="dialog__quote" dir="auto">${quoted}</blockquote>`} ${more}
      <footer class="dialog__foot">
        <button class="button" type="button" data-close autofocus>${t("cancel")}</button>
        <button class="button button--danger" type="button" data-confirm>${confirm}</button>
      </footer>`,
  );
  const button = body.querySelector("[data-confirm]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await run();
      dialog.close();
    } catch (failure) {
      button.disabled = false;
      report(failure);
    }
  });
  return { body };
}

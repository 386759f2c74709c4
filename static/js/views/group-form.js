/** The window in which a group gets another name or description. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";

/**
 * @param {{name: string|null, description: string|null}} group
 * @param {(updates: {name: string, description: string}) => Promise<void>} save
 */
export function editGroup({ name, description }, save) {
  const { dialog, body, report } = openDialog(
    t("group.edit"),
    html`<form class="settings__fields" method="dialog">
      <label class="field"
        >${t("group.name")}
        <input class="field__input" name="name" maxlength="80" autocomplete="off" required autofocus value="${name}"
      /></label>
      <label class="field"
        >${t("group.description")}
        <textarea class="field__input field__input--tall" name="description" maxlength="500" rows="3">
${description}</textarea>
      </label>
      <footer class="dialog__foot">
        <button class="button" type="button" data-close>${t("cancel")}</button>
        <button class="button button--primary" type="submit">${t("save")}</button>
      </footer>
    </form>`,
  );
  body.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name: newName, description: newDescription } = event.target.elements;
    try {
      await save({ name: newName.value.trim(), description: newDescription.value.trim() });
      dialog.close();
    } catch (failure) {
      report(failure);
    }
  });
}

/** The window in which a conversation begins: pick people; more than one of them, or a name, makes it a group. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";
import { PeoplePicker } from "./people-picker.js";

/** @returns {{dialog: HTMLDialogElement}} */
export function openWindow({ actions, page, state }) {
  const { dialog, body, report } = openDialog(
    t("new.title"),
    html`<form class="new-conversation" method="dialog">
      <button class="menu__item new-conversation__group" type="button" data-new-group>
        ${icon("users-round")}${t("new-group.title")}${icon("chevron-right")}
      </button>
      <footer class="dialog__foot">
        <button class="button" type="button" data-close>${t("cancel")}</button>
        <button class="button button--primary" type="submit" disabled>${t("new.start")}</button>
      </footer>
    </form>`,
  );
  const form = body.querySelector("form");
  const submit = form.querySelector("[type=submit]");
  const picker = new PeoplePicker({
    actions,
    report,
    isLeftOut: (id) => id === state.me?._id,
    hasFocus: true,
    onChange() {
      submit.disabled = picker.picked.size === 0;
      submit.textContent = t(picker.picked.size > 1 ? "new.startGroup" : "new.start");
    },
  });
  form.querySelector(".dialog__foot").before(picker.element);
  picker.element.querySelector("input").focus();
  picker.search();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await actions.createConversation({ participantIds: [...picker.picked.keys()] });
      dialog.close();
    } catch (failure) {
      submit.disabled = false;
      report(failure);
    }
  });
  form.querySelector("[data-new-group]").addEventListener("click", () => {
    dialog.close();
    page.dialogs.open("new-group");
  });
  return { dialog };
}

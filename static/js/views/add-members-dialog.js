/** The window in which people are taken into a group. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { findParticipant } from "../store/state.js";
import { openDialog } from "./dialog.js";
import { PeoplePicker } from "./people-picker.js";

/** @returns {{dialog: HTMLDialogElement}} */
export function openWindow({ actions, state, conversationId }) {
  const conversation = state.conversations[conversationId];
  const { dialog, body, report } = openDialog(
    t("group.add"),
    html`<form class="new-conversation" method="dialog">
      <footer class="dialog__foot">
        <button class="button" type="button" data-close>${t("cancel")}</button>
        <button class="button button--primary" type="submit" disabled>${t("group.addThem")}</button>
      </footer>
    </form>`,
  );
  const form = body.querySelector("form");
  const submit = form.querySelector("[type=submit]");
  const picker = new PeoplePicker({
    actions,
    report,
    isLeftOut: (id) => Boolean(findParticipant(conversation, id)),
    onChange: () => (submit.disabled = picker.picked.size === 0),
  });
  form.prepend(picker.element);
  picker.element.querySelector("input").focus();
  picker.search();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      // One after the other: each takes the group's next number, and they stand in the history as they were picked.
      for (const id of picker.picked.keys()) await actions.addMember(conversationId, id);
      dialog.close();
    } catch (failure) {
      submit.disabled = false;
      report(failure);
    }
  });
  return { dialog };
}

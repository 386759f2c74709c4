/** The question before one leaves a group; its last admin says who takes over. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { othersOf } from "../store/selectors.js";
import { needsSuccessor } from "../store/rights.js";
import { confirmFirst } from "./confirm-dialog.js";

/** @param {{actions: object, state: object, conversation: object}} parts */
export function leaveGroup({ actions, state, conversation }) {
  const isLastAdmin = needsSuccessor(state, conversation);
  const { body } = confirmFirst({
    title: t("group.leaveTitle"),
    text: t(isLastAdmin ? "group.leaveLastText" : "group.leaveText"),
    more: isLastAdmin && successorField(othersOf(state, conversation)),
    confirm: t("group.leave"),
    run: () => actions.leaveGroup(conversation._id, body.querySelector("select")?.value),
  });
}

function successorField(others) {
  return html`<label class="field"
    >${t("group.successor")}
    <select class="field__input" name="successor">
      ${others.map(({ _id, name }) => html`<option value="${_id}">${name}</option>`)}
    </select></label
  >`;
}

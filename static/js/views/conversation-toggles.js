/** What I want of a conversation: silence, or out of sight. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { toggle } from "./toggle.js";

/** @param {{muted: boolean, archived: boolean}} conversation */
export function conversationToggles({ muted, archived }) {
  return html`<div class="toggles">
    ${toggle({ name: "muted", label: t("details.mute"), hint: t("details.muteHint"), isOn: muted })}
    ${toggle({ name: "archived", label: t("details.archive"), hint: t("details.archiveHint"), isOn: archived })}
  </div>`;
}

/** Makes the toggles within an element work. */
export function watchToggles(element, { actions, conversationId, report }) {
  element.addEventListener("change", ({ target }) => {
    if (target.name !== "muted" && target.name !== "archived") return;
    actions.setPreferences(conversationId, { [target.name]: target.checked }).catch((failure) => {
      target.checked = !target.checked;
      report(failure);
    });
  });
}

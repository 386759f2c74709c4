/** The window with an invitation link. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";
import { InvitationLink } from "./invitation-link.js";

export function showInvitation(actions) {
  const { body, report } = openDialog(t("invite.title"), html`<p class="dialog__text">${t("invite.text")}</p>`);
  const link = new InvitationLink({ actions, report });
  body.append(link.element);
  link.fetch();
}

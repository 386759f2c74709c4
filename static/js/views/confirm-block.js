/** The question before somebody is blocked. */

import { t } from "../lib/i18n.js";
import { confirmFirst } from "./confirm-dialog.js";

/** @param {{name: string}} person @param {() => Promise<void>} run */
export function confirmBlock({ name }, run) {
  confirmFirst({
    title: t("contacts.blockTitle", { name }),
    text: t("contacts.blockText"),
    confirm: t("contacts.block"),
    run,
  });
}

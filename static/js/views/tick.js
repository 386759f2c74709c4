/** How far one's own message has come, as a sign with words for those who cannot see it. */

import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

const ICONS = {
  pending: "clock-3",
  sent: "check",
  delivered: "check-check",
  read: "check-check",
  failed: "circle-alert",
};

/** @param {"pending"|"sent"|"delivered"|"read"|"failed"} status */
export function tick(status) {
  return icon(ICONS[status], t(`status.${status}`));
}

/** Whether somebody is there, in words. */

import { t } from "../lib/i18n.js";
import { lastSeen } from "../lib/time.js";

/** @param {{isOnline: boolean, lastSeen: string|null}|null|undefined} presence */
export function presenceWords(presence) {
  if (presence?.isOnline) return t("presence.online");
  return presence?.lastSeen ? lastSeen(presence.lastSeen) : t("presence.offline");
}

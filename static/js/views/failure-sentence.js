/** Why something did not work: the server's own sentence where it said one. */

import { t } from "../lib/i18n.js";

const KEYS = { offline: "failure.offline", timeout: "failure.offline", no_room: "failure.noRoom" };

/** @param {{sentence?: string, code?: string}} failure */
export function failureSentence({ sentence, code }) {
  return sentence || t(KEYS[code] ?? "failure.unknown");
}

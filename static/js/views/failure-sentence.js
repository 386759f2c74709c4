/** Why something did not work: the server's own sentence where it said one. */

import { t } from "../lib/i18n.js";

/** @param {{sentence?: string, code?: string}} failure */
export function failureSentence({ sentence, code }) {
  return sentence || t(code === "offline" || code === "timeout" ? "failure.offline" : "failure.unknown");
}

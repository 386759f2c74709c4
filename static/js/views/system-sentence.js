/** What has changed in a group, as a sentence. */

import { t } from "../lib/i18n.js";

const INFO = ["name", "avatar", "description"];

/** @param {{sender?: {name: string}, system?: object}} message */
export function systemSentence({ sender, system = {} }) {
  const by = system.byName ?? sender?.name ?? "";
  if (system.kind === "info_changed") {
    const changed = INFO.find((field) => system.updates && field in system.updates);
    return changed
      ? t(`system.${changed}_changed`, { by, value: system.updates[changed] ?? "" })
      : t("system.changed", { by });
  }
  if (system.kind === "role_changed") {
    return t(`system.role_${system.role}`, { by, name: system.name ?? "" });
  }
  if (system.kind === "member_left") return t("system.member_left", { name: system.name ?? by });
  if (system.kind in { member_added: 1, member_removed: 1 }) {
    return t(`system.${system.kind}`, { by, name: system.name ?? "" });
  }
  return t("system.changed", { by });
}

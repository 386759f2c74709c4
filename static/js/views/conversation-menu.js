/** What can be done with a conversation from the list, without opening it. What was put away can be had back at once. */

import { t } from "../lib/i18n.js";
import { openMenu } from "./menu.js";

/**
 * @param {object} parts
 * @param {object} parts.actions
 * @param {object} parts.page `report` and `say` of the page.
 * @param {object} parts.row One of `conversationRows`.
 * @param {DOMRect} parts.anchor Where it opens.
 */
export function openConversationMenu({ actions, page, row, anchor }) {
  const { id, title, unreadCount, muted, archived } = row;
  const name = title || t("conversation.alone");
  const attempt = (work) => work.catch((failure) => page.report(failure));
  const prefer = async (preferences, done) => {
    await actions.setPreferences(id, preferences);
    const undo = () => attempt(actions.setPreferences(id, { muted, archived }));
    page.say(done, { label: t("list.undo"), run: undo });
  };
  const read = unreadCount > 0 && {
    sign: "check-check",
    text: t("list.markRead"),
    run: () => attempt(actions.markRead(id)),
  };
  const mute = {
    sign: muted ? "bell" : "bell-off",
    text: t(muted ? "list.unmute" : "list.mute"),
    run: () => attempt(prefer({ muted: !muted }, t(muted ? "list.unmuted" : "list.nowMuted", { name }))),
  };
  const archive = {
    sign: "archive",
    text: t(archived ? "list.unarchive" : "list.archive"),
    run: () => attempt(prefer({ archived: !archived }, t(archived ? "list.unarchived" : "list.nowArchived", { name }))),
  };
  openMenu({ label: t("list.more", { name }), anchor, items: [read, mute, archive].filter(Boolean) });
}

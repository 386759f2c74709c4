/** Which live events are worth a word in the corner, and which. Nothing here for what is caught up. */

import { t } from "../lib/i18n.js";
import { mentionsMe } from "../store/mentions.js";
import { faceOf, isHeard, titleOf } from "../store/selectors.js";
import { threadOf } from "../store/state.js";
import { faced } from "../views/avatar.js";
import { firstLine } from "../views/message-line.js";

const notices = {
  "receive-message": (state, message, openId) => {
    const conversation = state.conversations[message.conversationId];
    const isOwn = message.sender?._id === state.me?._id;
    if (!conversation || isOwn || message.type === "system") return null;
    // My name is said through a silence that I asked for, but not out of the archive.
    const isMention = mentionsMe(state, message);
    if (!isHeard(conversation) && !(isMention && !conversation.archived)) return null;
    // Whoever looks at the list sees it there.
    if (!openId && !document.hidden) return null;
    return {
      conversationId: conversation._id,
      avatar: faced(message.sender),
      title: noticeTitle(state, conversation, message, isMention),
      text: firstLine(message),
    };
  },
  "group-user-added": (state, { conversationId, newUserId, conversationName }) =>
    newUserId === state.me?._id ? about(state, conversationId, t("toast.added"), conversationName) : null,
  "message-deleted": (state, { conversationId }) => {
    const conversation = state.conversations[conversationId];
    return conversation && isHeard(conversation) ? about(state, conversationId, t("toast.deleted")) : null;
  },
  "group-updated": (state, { conversationId, updates }) => {
    const conversation = state.conversations[conversationId];
    const isWorthAWord = updates?.name && conversation && isHeard(conversation);
    return isWorthAWord ? about(state, conversationId, t("toast.renamed", { name: updates.name })) : null;
  },
};

/**
 * @param {object} state After the event.
 * @param {object} before The state before it.
 * @returns {{conversationId: string, avatar: object, title: string, text: string}|null}
 */
export function noticeFor(state, before, event, data, openId) {
  const isInView = data.conversationId === openId && !document.hidden;
  if (isInView || !(isNews(before, data) || data.newUserId === state.me?._id)) return null;
  return notices[event]?.(state, data, openId) ?? null;
}

/** For `removed-from-group`, when the conversation is already forgotten. */
export function removalNotice(before, conversationId) {
  if (!before.conversations[conversationId]) return null;
  return { ...about(before, conversationId, t("toast.removed")), conversationId: null };
}

function noticeTitle(state, conversation, { sender: { name } }, isMention) {
  if (!conversation.isGroup) return name;
  return t(isMention ? "toast.mention" : "toast.inGroup", { name, group: titleOf(state, conversation) });
}

// What comes a second time, or was caught up before, is no news.
function isNews(before, { conversationId, seq }) {
  const { cursor, held } = threadOf(before, conversationId);
  return seq > (cursor ?? 0) && !(seq in held);
}

// By its face and name; one that is not known yet, by the name that came with the news.
function about(state, conversationId, text, name = "") {
  const conversation = state.conversations[conversationId];
  const title = conversation ? titleOf(state, conversation) : name;
  const face = conversation ? faceOf(state, conversation) : { id: conversationId };
  return { conversationId, avatar: { ...face, name: title, isGroup: conversation?.isGroup ?? true }, title, text };
}

/** What a person can set about; the views know nothing else of this program. */

import { language } from "../lib/i18n.js";
import { emojiOfGroup, findEmoji } from "../net/emoji.js";
import { conversationReceived, preferencesChanged } from "../store/conversations.js";
import { messagesRead } from "../store/receipts.js";
import { meLoaded } from "../store/session.js";
import { drafts } from "./drafts.js";
import { areDetailsWanted, showTheme, wantDetails } from "./preferences.js";
import { goTo } from "./route.js";

const PEOPLE_PAGE = 50;
const CONTACTS_PAGE = 200;

/**
 * @param {object} parts
 * @param {import("./model.js").Model} parts.model
 * @param {import("../net/api.js").Api} parts.api
 * @param {import("../net/socket.js").Connection} parts.connection
 * @param {import("./sync.js").Sync} parts.sync
 * @param {import("./receipts.js").Receipts} parts.receipts
 * @param {import("./typing.js").Typing} parts.typing
 * @param {() => import("../net/outbox.js").Outbox} parts.outbox Open once somebody has signed in.
 * @param {number} parts.largestFile In bytes.
 * @param {object} parts.own What only the program itself can do: `send`, `setLanguage`, `signOut`.
 */
export function createActions({ model, api, connection, sync, receipts, typing, outbox, largestFile, own }) {
  return {
    ...own,
    ...messageActions({ api, connection, outbox }),
    ...conversationActions({ model, api }),
    ...peopleActions(api),
    ...accountActions({ model, api }),
    showList: () => goTo(null),
    loadHistory: (conversationId) => sync.open(conversationId),
    loadOlder: (conversationId) => sync.loadOlder(conversationId),
    loadUntil: (conversationId, messageId) => sync.loadUntil(conversationId, messageId),
    loadQuote: (conversationId, messageId) => sync.loadQuote(conversationId, messageId),
    seen: (conversationId, seq) => receipts.seen(conversationId, seq),
    typed: (conversationId) => typing.typed(conversationId),
    stoppedTyping: () => typing.stop(),
    areDetailsWanted,
    wantDetails,
    draft: drafts.get,
    keepDraft: drafts.set,
    draftFiles: drafts.files,
    keepDraftFiles: drafts.setFiles,
    largestFile,
    findEmoji: (query) => findEmoji(language(), query),
    emojiOfGroup: (group) => emojiOfGroup(language(), group),
    reconnect: () => connection.retry(),
  };
}

function messageActions({ api, connection, outbox }) {
  return {
    retryMessage: (clientMessageId) => outbox().retry(clientMessageId),
    discardMessage: (clientMessageId) => outbox().discard(clientMessageId),
    editMessage: (change) => connection.request("edit-message", change),
    deleteMessage: (message) => connection.request("delete-message", message),
    react: (reaction, isWanted) => connection.request(isWanted ? "add-reaction" : "remove-reaction", reaction),
    receiptsOf: async (messageId) => (await api.get(`messages/${messageId}/receipts`)).receipts,
    historyOf: async (messageId) => (await api.get(`messages/${messageId}/history`)).revisions,
  };
}

function conversationActions({ model, api }) {
  const create = async ({ participantIds, name }) => {
    const conversation = await api.post("conversations", { participantIds, name });
    model.apply(conversationReceived, conversation);
    goTo(conversation._id);
    return conversation._id;
  };
  return {
    open: goTo,
    createConversation: create,
    writeTo: (userId) => create({ participantIds: [userId] }),
    updateGroup: (conversationId, updates) => api.patch(`conversations/${conversationId}`, updates),
    setGroupFace: (conversationId, picture) => api.put(`conversations/${conversationId}/avatar`, faceForm(picture)),
    removeGroupFace: (conversationId) => api.delete(`conversations/${conversationId}/avatar`),
    addMember: (conversationId, userId) => api.post(`conversations/${conversationId}/members`, { userId }),
    removeMember: (conversationId, userId) => api.delete(`conversations/${conversationId}/members/${userId}`),
    changeRole: (conversationId, userId, role) =>
      api.patch(`conversations/${conversationId}/members/${userId}`, { role }),
    leaveGroup: (conversationId, successorId) => api.post(`conversations/${conversationId}/leave`, { successorId }),
    async markRead(conversationId) {
      const { lastReadSeq } = await api.put(`conversations/${conversationId}/read`);
      model.apply(messagesRead, { conversationId, readerId: model.state.me._id, lastReadSeq });
    },
    async setPreferences(conversationId, preferences) {
      const { muted, archived } = await api.put(`conversations/${conversationId}/preferences`, preferences);
      model.apply(preferencesChanged, conversationId, { muted, archived });
    },
  };
}

function peopleActions(api) {
  return {
    findPeople: async (query) => (await api.get("users", { query, limit: PEOPLE_PAGE })).users,
    async listContacts() {
      const contacts = [];
      let cursor;
      do {
        const page = await api.get("contacts", { limit: CONTACTS_PAGE, cursor });
        contacts.push(...page.contacts);
        cursor = page.hasMore ? page.nextCursor : undefined;
      } while (cursor);
      return contacts;
    },
    addContact: (userId) => api.post("contacts", { userId }),
    removeContact: (userId) => api.delete(`contacts/${userId}`),
    block: (userId) => api.put(`contacts/${userId}/block`),
    unblock: (userId) => api.delete(`contacts/${userId}/block`),
    /** A link that still lets somebody in: one there is already, else a new one. */
    async invitation() {
      const { invitations } = await api.get("invitations");
      const isOpen = ({ maxUses, uses, expiresAt }) =>
        (maxUses === null || uses < maxUses) && (!expiresAt || Date.parse(expiresAt) > Date.now());
      return invitations.find(isOpen) ?? api.post("invitations");
    },
  };
}

function accountActions({ model, api }) {
  const updateMe = async (changes) => model.apply(meLoaded, await api.patch("users/me", changes));
  return {
    updateMe,
    setFace: async (picture) => model.apply(meLoaded, await api.put("users/me/avatar", faceForm(picture))),
    removeFace: async () => model.apply(meLoaded, await api.delete("users/me/avatar")),
    async setTheme(theme) {
      showTheme(theme);
      await updateMe({ theme });
    },
    changePassword: (passwords) => api.post("users/me/password", passwords),
    listSessions: async () => (await api.get("sessions")).sessions,
    endSession: (sessionId) => api.delete(`sessions/${sessionId}`),
    endOtherSessions: () => api.delete("sessions"),
  };
}

function faceForm(picture) {
  const form = new FormData();
  form.append("file", picture, "face");
  return form;
}

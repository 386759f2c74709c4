/** What was begun and not sent, per conversation: words are kept on this device, chosen files as long as the page. */

import { deviceStorage } from "../lib/device-storage.js";

const PREFIX = "draft:";
const filesOf = new Map();

// The list asks for every conversation each time it is drawn.
const known = new Map();

export const drafts = {
  /** @returns {string} */
  get(conversationId) {
    if (!known.has(conversationId)) known.set(conversationId, deviceStorage.get(PREFIX + conversationId) ?? "");
    return known.get(conversationId);
  },

  set(conversationId, text) {
    const kept = text.trim() ? text : "";
    known.set(conversationId, kept);
    deviceStorage.set(PREFIX + conversationId, kept || null);
  },

  /** @returns {File[]} */
  files(conversationId) {
    return filesOf.get(conversationId) ?? [];
  },

  setFiles(conversationId, files) {
    filesOf.set(conversationId, files);
  },

  /** Forgets them all: somebody else may sit here next. */
  clear() {
    known.clear();
    filesOf.clear();
    for (const name of deviceStorage.names()) if (name.startsWith(PREFIX)) deviceStorage.set(name, null);
  },
};

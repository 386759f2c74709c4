/** What was begun and not sent, per conversation, kept on this device. */

import { deviceStorage } from "../lib/device-storage.js";

const PREFIX = "draft:";

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

  /** Forgets them all: somebody else may sit here next. */
  clear() {
    known.clear();
    for (const name of deviceStorage.names()) if (name.startsWith(PREFIX)) deviceStorage.set(name, null);
  },
};

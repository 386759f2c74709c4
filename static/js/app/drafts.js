/** What was begun and not sent, per conversation, kept on this device. */

const PREFIX = "draft:";

export const drafts = {
  /** @returns {string} */
  get(conversationId) {
    return storage()?.getItem(PREFIX + conversationId) ?? "";
  },

  set(conversationId, text) {
    if (text.trim()) storage()?.setItem(PREFIX + conversationId, text);
    else storage()?.removeItem(PREFIX + conversationId);
  },

  /** Forgets them all: somebody else may sit here next. */
  clear() {
    for (const key of Object.keys(storage() ?? {})) if (key.startsWith(PREFIX)) storage().removeItem(key);
  },
};

// A browser may refuse to keep anything: then a draft lasts as long as its field.
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** The outbox's entries in IndexedDB, one database per person, in the order in which they were written. */

import { openDB } from "../../vendor/idb.js";

const VERSION = 1;
const STORE = "messages";
const BY_ID = "clientMessageId";

/**
 * @param {string} userId
 * @returns {Promise<{all(), add(entry), put(entry), remove(clientMessageId)}>}
 */
export async function openOutboxStorage(userId) {
  const database = await openDB(`outbox-${userId}`, VERSION, {
    upgrade(created) {
      const store = created.createObjectStore(STORE, { keyPath: "position", autoIncrement: true });
      store.createIndex(BY_ID, BY_ID, { unique: true });
    },
  });
  return {
    all: () => database.getAll(STORE),
    add: (entry) => database.add(STORE, entry),
    put: (entry) => database.put(STORE, entry),
    async remove(clientMessageId) {
      const position = await database.getKeyFromIndex(STORE, BY_ID, clientMessageId);
      if (position !== undefined) await database.delete(STORE, position);
    },
  };
}

/** The same in memory, for browsers that keep nothing (some private windows): it lasts as long as the page. */
export function memoryStorage() {
  const entries = new Map();
  return {
    all: async () => [...entries.values()],
    add: async (entry) => void entries.set(entry.clientMessageId, entry),
    put: async (entry) => void entries.set(entry.clientMessageId, entry),
    remove: async (clientMessageId) => void entries.delete(clientMessageId),
  };
}

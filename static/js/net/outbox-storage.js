/**
 * The outbox's entries in IndexedDB, one database per person, in the order in which they were written, and the files
 * that go with them: an entry and its files come and go in one transaction.
 */

import { openDB } from "../../vendor/idb.js";
import { Failure } from "./failure.js";

const VERSION = 2;
const MESSAGES = "messages";
const FILES = "files";
const BY_ID = "clientMessageId";

/**
 * @typedef {object} OutboxStorage
 * @property {() => Promise<object[]>} all Every entry, oldest first.
 * @property {(entry: object, blobs?: Blob[]) => Promise<void>} add Keeps an entry and what its `files` stand for, in
 *   their order. Rejects with `no_room` when the browser has none left.
 * @property {(clientMessageId: string, update: (entry: object) => object) => Promise<object|undefined>} change Answers
 *   with the changed entry; undefined when it is not kept any more.
 * @property {(clientMessageId: string) => Promise<object|undefined>} remove Answers with what was removed.
 * @property {(fileId: string) => Promise<Blob|undefined>} blob
 */

/**
 * @param {string} userId
 * @returns {Promise<OutboxStorage>}
 */
export async function openOutboxStorage(userId) {
  const database = await openDB(`outbox-${userId}`, VERSION, {
    async upgrade(created, oldVersion, _, transaction) {
      created.createObjectStore(FILES);
      if (oldVersion === 0) {
        const store = created.createObjectStore(MESSAGES, { keyPath: "position", autoIncrement: true });
        store.createIndex(BY_ID, BY_ID, { unique: true });
        return;
      }
      const store = transaction.objectStore(MESSAGES);
      for (const entry of await store.getAll()) store.put({ ...entry, files: [] });
    },
  });
  return {
    all: () => database.getAll(MESSAGES),
    blob: (fileId) => database.get(FILES, fileId),

    async add(entry, blobs = []) {
      const transaction = database.transaction([MESSAGES, FILES], "readwrite");
      const [messages, files] = [MESSAGES, FILES].map((name) => transaction.objectStore(name));
      try {
        await Promise.all([
          messages.add(entry),
          ...entry.files.map(({ id }, index) => files.add(blobs[index], id)),
          transaction.done,
        ]);
      } catch (error) {
        throw error.name === "QuotaExceededError" ? new Failure({ code: "no_room" }) : error;
      }
    },

    async change(clientMessageId, update) {
      const transaction = database.transaction(MESSAGES, "readwrite");
      const entry = await transaction.store.index(BY_ID).get(clientMessageId);
      const changed = entry && update(entry);
      await Promise.all([changed && transaction.store.put(changed), transaction.done]);
      return changed;
    },

    async remove(clientMessageId) {
      const transaction = database.transaction([MESSAGES, FILES], "readwrite");
      const [messages, files] = [MESSAGES, FILES].map((name) => transaction.objectStore(name));
      const entry = await messages.index(BY_ID).get(clientMessageId);
      const gone = entry ? [messages.delete(entry.position), ...entry.files.map(({ id }) => files.delete(id))] : [];
      await Promise.all([...gone, transaction.done]);
      return entry;
    },
  };
}

/**
 * The same in memory, for browsers that keep nothing (some private windows): it lasts as long as the page.
 *
 * @returns {OutboxStorage}
 */
export function memoryStorage() {
  const entries = new Map();
  const blobsById = new Map();
  return {
    all: async () => [...entries.values()],
    blob: async (fileId) => blobsById.get(fileId),

    async add(entry, blobs = []) {
      entries.set(entry.clientMessageId, entry);
      entry.files.forEach(({ id }, index) => blobsById.set(id, blobs[index]));
    },

    async change(clientMessageId, update) {
      const changed = entries.has(clientMessageId) ? update(entries.get(clientMessageId)) : undefined;
      if (changed) entries.set(clientMessageId, changed);
      return changed;
    },

    async remove(clientMessageId) {
      const entry = entries.get(clientMessageId);
      entries.delete(clientMessageId);
      for (const { id } of entry?.files ?? []) blobsById.delete(id);
      return entry;
    },
  };
}

/** What was seen last, in IndexedDB: of one account at a time, each part by itself so that only what changes is written. */

import { openDB } from "../../vendor/idb.js";

const VERSION = 1;
const STORES = { page: undefined, conversations: "_id", threads: "conversationId" };
const NAMES = Object.keys(STORES);
const PAGE = "page";

/**
 * @returns {Promise<{load(): Promise<object|null>, store(changes: object): Promise<void>, clear(): Promise<void>}>}
 *   Rejects where the browser keeps nothing (some private windows).
 */
export async function openKeepsakeStorage() {
  const database = await openDB("last-seen", VERSION, {
    upgrade(created) {
      for (const [name, keyPath] of Object.entries(STORES)) created.createObjectStore(name, { keyPath });
    },
  });

  /** Does all of `work` or nothing of it. */
  async function together(work) {
    const transaction = database.transaction(NAMES, "readwrite");
    work((name) => transaction.objectStore(name));
    await transaction.done;
  }

  return {
    /** All there is; null when there is nothing. */
    async load() {
      const transaction = database.transaction(NAMES);
      const store = (name) => transaction.objectStore(name);
      const [page, conversations, threads] = await Promise.all([
        store("page").get(PAGE),
        store("conversations").getAll(),
        store("threads").getAll(),
      ]);
      return page ? { page, conversations, threads } : null;
    },

    /** `page` when it changed; `put` and `removed` hold records and ids of `conversations` and `threads`. */
    store: ({ page, put, removed }) =>
      together((store) => {
        if (page) store("page").put(page, PAGE);
        for (const name of Object.keys(put)) {
          for (const record of put[name]) store(name).put(record);
          for (const id of removed[name]) store(name).delete(id);
        }
      }),

    clear: () =>
      together((store) => {
        for (const name of NAMES) store(name).clear();
      }),
  };
}

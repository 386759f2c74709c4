/**
 * Keeps what was seen last for the next time the page is opened. Whose it is, is asked of the cookie before anything is
 * shown or written: somebody else may have signed in on this device since, or nobody be signed in any more.
 */

import { openKeepsakeStorage } from "../net/keepsake-storage.js";
import { MOST_THREADS, keepsakeOf, keepsakeRestored } from "../store/keepsake.js";

const COOKIE = "causerie_signed_in";
/** What changes is written at most this often, and when the page goes out of sight. */
const WRITE_EVERY_MS = 2000;

export class Keepsake {
  #model;
  #storage;
  #openedIds = [];
  #written = { page: null, conversations: new Map(), threads: new Map() };
  #timer = null;
  #isOver = false;
  #onVisibility = () => document.hidden && this.#write();

  /**
   * @param {object} parts
   * @param {import("./model.js").Model} parts.model
   */
  constructor({ model }) {
    this.#model = model;
    model.watch(() => this.#changed());
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  /** Shows what was kept for who is signed in, and forgets what was kept for anybody else. */
  async restore() {
    try {
      this.#storage = await openKeepsakeStorage();
      const keepsake = await this.#storage.load();
      if (!keepsake) return;
      if (keepsake.page.me._id !== signedInId()) {
        await this.#storage.clear();
        return;
      }
      this.#adopt(keepsake);
    } catch {
      // Nothing can be kept here: the page does without.
    }
  }

  /** A conversation was opened: its messages are worth keeping. */
  opened(conversationId) {
    this.#openedIds = [conversationId, ...this.#openedIds.filter((id) => id !== conversationId)];
    this.#changed();
  }

  /** Forgets everything, and keeps nothing more. */
  async forget() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    await this.#storage?.clear().catch(() => {});
  }

  #adopt(keepsake) {
    const threads = keepsake.threads.sort((one, other) => other.openedAt - one.openedAt);
    this.#openedIds = threads.slice(0, MOST_THREADS).map(({ conversationId }) => conversationId);
    for (const each of keepsake.conversations) this.#written.conversations.set(each._id, each);
    for (const each of threads) this.#written.threads.set(each.conversationId, null);
    this.#model.apply(keepsakeRestored, { ...keepsake, threads: threads.slice(0, MOST_THREADS) });
  }

  #changed() {
    if (this.#isOver || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#write(), WRITE_EVERY_MS);
  }

  async #write() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const keepsake = keepsakeOf(this.#model.state, this.#openedIds);
    // Signed out in another tab, or signed in as somebody else: what this page still shows is not to be kept.
    if (this.#isOver || !this.#storage || keepsake?.page.me._id !== signedInId()) return;
    const { page } = keepsake;
    const isPageNew = page !== this.#written.page;
    const conversations = this.#difference("conversations", keepsake.conversations, ({ _id }) => _id);
    const threads = this.#difference("threads", keepsake.threads, ({ conversationId }) => conversationId);
    if (!isPageNew && [conversations, threads].every(({ put, removed }) => put.length + removed.length === 0)) return;
    this.#written.page = page;
    const openedAt = Date.now();
    const rank = new Map(this.#openedIds.map((id, index) => [id, openedAt - index]));
    const put = threads.put.map((each) => ({ ...each, openedAt: rank.get(each.conversationId) }));
    try {
      await this.#storage.store({
        page: isPageNew ? page : null,
        put: { conversations: conversations.put, threads: put },
        removed: { conversations: conversations.removed, threads: threads.removed },
      });
    } catch {
      // The device is full: what was kept before stays, as true as it was, and is caught up when there is a line.
    }
  }

  /** What has changed of one kind since it was last written; from here on it counts as written. */
  #difference(kind, records, idOf) {
    const written = this.#written[kind];
    const ids = new Set(records.map(idOf));
    const put = records.filter((record) => written.get(idOf(record)) !== record);
    const removed = [...written.keys()].filter((id) => !ids.has(id));
    for (const record of put) written.set(idOf(record), record);
    for (const id of removed) written.delete(id);
    return { put, removed };
  }
}

/** Whose session this browser holds, by the cookie that tells the server which page to show; "" for nobody's. */
function signedInId() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`));
  return cookie?.slice(COOKIE.length + 1) ?? "";
}

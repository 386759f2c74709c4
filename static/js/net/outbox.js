/**
 * Messages written but not yet acknowledged; survives reload, sends in order, once.
 *
 * Each conversation has its own queue and one message of it is on its way at a time. A break or a busy server is
 * waited out with the same `clientMessageId`, so the server can tell a repeat. A refusal marks the message as failed
 * and lets the next one pass. The files of a message go up before it: it arrives whole or not at all.
 */

import { OutboxFiles } from "./outbox-files.js";

/** Codes after which the same message may pass later. Everything else is an answer for good. */
const PASSING = new Set(["offline", "timeout", "unavailable", "rate_limited", "unauthenticated"]);
const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 30;

export class Outbox {
  #storage;
  #send;
  #clock;
  #lock;
  #newId;
  #onChange;
  #files;
  #waits = new Map();
  #timer = null;
  #isClosed = false;

  /**
   * @param {object} parts
   * @param {import("./outbox-storage.js").OutboxStorage} parts.storage Also between tabs.
   * @param {(entry: object, attachments: string[]) => Promise<object>} parts.send Resolves with the ack, rejects with
   *   a Failure.
   * @param {{upload: Function, discard: Function}} parts.files How files get to the server: see OutboxFiles.
   * @param {{now(): number, setTimeout(run, ms), clearTimeout(timer)}} parts.clock Milliseconds.
   * @param {(name: string, work: () => Promise<void>) => Promise<void>} parts.lock Lets one tab at a time do its
   *   work under a name.
   * @param {() => string} parts.newId Makes a UUID.
   * @param {(change: {type: "queued"|"progressed"|"acked"|"failed"|"discarded", entry: object, ack?: object,
   *   percent?: number}) => void} parts.onChange
   */
  constructor({ storage, send, files, clock, lock, newId, onChange }) {
    this.#storage = storage;
    this.#send = send;
    this.#clock = clock;
    this.#lock = lock;
    this.#newId = newId;
    this.#onChange = onChange;
    this.#files = new OutboxFiles({
      ...files,
      storage,
      onProgress: (entry, percent) => onChange({ type: "progressed", entry, percent }),
    });
  }

  /** @returns {Promise<object[]>} All that is kept, oldest first. */
  entries() {
    return this.#storage.all();
  }

  /**
   * Keeps a message with its files, then sets out to send it. Rejects when it cannot be kept, with nothing kept.
   *
   * @param {{conversationId: string, content: string, replyTo?: string, files?: File[]}} message
   */
  async add({ conversationId, content, replyTo, files: blobs = [] }) {
    const entry = {
      clientMessageId: this.#newId(),
      conversationId,
      content,
      replyTo,
      files: blobs.map(({ name, type, size }) => ({ id: this.#newId(), name, type, size, attachmentId: null })),
      createdAt: new Date(this.#clock.now()).toISOString(),
      status: "pending",
      error: null,
    };
    await this.#storage.add(entry, blobs);
    this.#onChange({ type: "queued", entry });
    this.flush();
    return entry;
  }

  /** What a file of an entry holds; undefined when it is not kept any more. */
  blob(fileId) {
    return this.#storage.blob(fileId);
  }

  /** Sends whatever may go now. Harmless at any time. */
  async flush() {
    this.#clock.clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const entries = await this.#storage.all();
    const pending = entries.filter((entry) => entry.status === "pending");
    const conversations = [...new Set(pending.map((entry) => entry.conversationId))];
    for (const id of this.#waits.keys()) if (!conversations.includes(id)) this.#waits.delete(id);
    // Each for itself: a long upload in one conversation must not hold up the next attempt in another.
    await Promise.all(
      conversations.map(async (id) => {
        await this.#lock(id, () => this.#sendConversation(id));
        this.#wakeForNext();
      }),
    );
  }

  /** The line is back: nothing has to wait any longer. */
  resume() {
    this.#waits.clear();
    return this.flush();
  }

  /** Gives a failed message another try, under the same id. */
  async retry(clientMessageId) {
    const entry = await this.#storage.change(clientMessageId, (kept) => ({ ...kept, status: "pending", error: null }));
    if (!entry) return;
    this.#onChange({ type: "queued", entry });
    await this.flush();
  }

  /** Gives a message up, also in the middle of its upload. */
  async discard(clientMessageId) {
    const entry = await this.#storage.remove(clientMessageId);
    if (!entry) return;
    this.#files.cancel(clientMessageId);
    this.#files.discardUploaded(entry);
    this.#onChange({ type: "discarded", entry });
  }

  /** Another tab gave a message up: its upload ends here, too. */
  givenUp(clientMessageId) {
    this.#files.cancel(clientMessageId);
  }

  /** Sends nothing more from here; what is kept stays kept. */
  close() {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    this.#files.cancelAll();
  }

  async #sendConversation(conversationId) {
    for (;;) {
      const entry = await this.#next(conversationId);
      if (!entry || !(await this.#sendOne(entry))) return;
    }
  }

  /** Says whether the conversation's next message may follow. */
  async #sendOne(entry) {
    const { clientMessageId, conversationId } = entry;
    try {
      const attachments = await this.#files.bring(entry);
      const ack = await this.#send(entry, attachments);
      await this.#storage.remove(clientMessageId);
      this.#waits.delete(conversationId);
      this.#onChange({ type: "acked", entry, ack });
      return true;
    } catch (failure) {
      if (this.#isClosed) return false;
      if (PASSING.has(failure.code)) {
        this.#wait(conversationId, failure.retryAfter);
        return false;
      }
      if (isOutdated(entry, failure)) await this.#files.forget(entry);
      else await this.#fail(clientMessageId, failure);
      return true;
    }
  }

  async #fail(clientMessageId, { sentence }) {
    const failed = { status: "failed", error: sentence || null };
    // Given up while it was on its way, there is nothing left to mark.
    const entry = await this.#storage.change(clientMessageId, (kept) => ({ ...kept, ...failed }));
    if (entry) this.#onChange({ type: "failed", entry });
  }

  // Read anew each time: another tab may have added to it, sent it, or given it up.
  async #next(conversationId) {
    if (this.#isClosed || this.#waitsUntil(conversationId) > this.#clock.now()) return undefined;
    const entries = await this.#storage.all();
    return entries.find((entry) => entry.conversationId === conversationId && entry.status === "pending");
  }

  #wait(conversationId, retryAfter) {
    const before = this.#waits.get(conversationId)?.seconds ?? 0;
    const seconds = retryAfter ?? Math.min(before ? before * 2 : FIRST_WAIT_S, LONGEST_WAIT_S);
    this.#waits.set(conversationId, { seconds, until: this.#clock.now() + seconds * 1000 });
  }

  #waitsUntil(conversationId) {
    return this.#waits.get(conversationId)?.until ?? 0;
  }

  #wakeForNext() {
    const times = [...this.#waits.values()].map(({ until }) => until);
    if (times.length === 0 || this.#isClosed) return;
    const delayMs = Math.max(0, Math.min(...times) - this.#clock.now());
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.flush(), delayMs);
  }
}

// Only what was uploaded before this attempt can be gone: files refused at once would be uploaded again for ever.
function isOutdated({ files }, { code, details }) {
  return code === "not_found" && details?.field === "attachments" && files.some(({ attachmentId }) => attachmentId);
}

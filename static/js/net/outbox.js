/**
 * Messages written but not yet acknowledged; survives reload, sends in order, once.
 *
 * Each conversation has its own queue and one message of it is on its way at a time. A break or a busy server is
 * waited out with the same `clientMessageId`, so the server can tell a repeat. A refusal marks the message as failed
 * and lets the next one pass.
 */

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
  #waits = new Map();
  #timer = null;
  #isClosed = false;

  /**
   * @param {object} parts
   * @param {{all(): Promise<object[]>, add(entry): Promise<void>, put(entry): Promise<void>, remove(id): Promise<void>}}
   *   parts.storage Keeps entries in the order in which they were added, also between tabs.
   * @param {(entry: object) => Promise<object>} parts.send Resolves with the ack, rejects with a Failure.
   * @param {{now(): number, setTimeout(run, ms), clearTimeout(timer)}} parts.clock Milliseconds.
   * @param {(name: string, work: () => Promise<void>) => Promise<void>} parts.lock Lets one tab at a time do its
   *   work under a name.
   * @param {() => string} parts.newId Makes a UUID.
   * @param {(change: {type: "queued"|"acked"|"failed"|"discarded", entry: object, ack?: object}) => void} parts.onChange
   */
  constructor({ storage, send, clock, lock, newId, onChange }) {
    this.#storage = storage;
    this.#send = send;
    this.#clock = clock;
    this.#lock = lock;
    this.#newId = newId;
    this.#onChange = onChange;
  }

  /** @returns {Promise<object[]>} All that is kept, oldest first. */
  entries() {
    return this.#storage.all();
  }

  /** Keeps a message, then sets out to send it. Rejects when it cannot be kept. */
  async add({ conversationId, content, replyTo }) {
    const entry = {
      clientMessageId: this.#newId(),
      conversationId,
      content,
      replyTo,
      createdAt: new Date(this.#clock.now()).toISOString(),
      status: "pending",
      error: null,
    };
    await this.#storage.add(entry);
    this.#onChange({ type: "queued", entry });
    this.flush();
    return entry;
  }

  /** Sends whatever may go now. Harmless at any time. */
  async flush() {
    this.#clock.clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const entries = await this.#storage.all();
    const pending = entries.filter((entry) => entry.status === "pending");
    const conversations = [...new Set(pending.map((entry) => entry.conversationId))];
    for (const id of this.#waits.keys()) if (!conversations.includes(id)) this.#waits.delete(id);
    await Promise.all(conversations.map((id) => this.#lock(id, () => this.#sendConversation(id))));
    this.#wakeForNext();
  }

  /** The line is back: nothing has to wait any longer. */
  resume() {
    this.#waits.clear();
    return this.flush();
  }

  /** Gives a failed message another try, under the same id. */
  async retry(clientMessageId) {
    const entry = await this.#find(clientMessageId);
    if (!entry) return;
    await this.#change({ ...entry, status: "pending", error: null }, "queued");
    await this.flush();
  }

  /** Gives a message up. */
  async discard(clientMessageId) {
    const entry = await this.#find(clientMessageId);
    await this.#storage.remove(clientMessageId);
    if (entry) this.#onChange({ type: "discarded", entry });
  }

  /** Sends nothing more from here; what is kept stays kept. */
  close() {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
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
      const ack = await this.#send(entry);
      await this.#storage.remove(clientMessageId);
      this.#waits.delete(conversationId);
      this.#onChange({ type: "acked", entry, ack });
      return true;
    } catch (failure) {
      if (PASSING.has(failure.code)) {
        this.#wait(conversationId, failure.retryAfter);
        return false;
      }
      // Given up while it was on its way: there is nothing left to mark.
      const isKept = await this.#find(clientMessageId);
      if (isKept) await this.#change({ ...entry, status: "failed", error: failure.sentence || null }, "failed");
      return true;
    }
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

  async #find(clientMessageId) {
    const entries = await this.#storage.all();
    return entries.find((entry) => entry.clientMessageId === clientMessageId);
  }

  async #change(entry, type) {
    await this.#storage.put(entry);
    this.#onChange({ type, entry });
  }
}

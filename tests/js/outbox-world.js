/** What is around an outbox in tests: a server, a clock, a browser's profile. They outlive the page. */

import { Failure } from "../../static/js/net/failure.js";
import { Outbox } from "../../static/js/net/outbox.js";
import { memoryStorage } from "../../static/js/net/outbox-storage.js";

const NEVER = new Promise(() => {});

export class World {
  storage = memoryStorage();
  /** Messages on the server. */
  stored = [];
  attempts = [];
  /** Files on the server that no message has taken, by their ids. */
  waiting = new Map();
  /** The names of all files that went up, in their order. */
  uploads = [];
  changes = [];
  percents = [];
  refuse = () => null;
  refuseUpload = () => null;
  /** At which step the page dies; see `#step`. */
  diesAt = null;
  isOnline = true;
  hasLocks = true;
  now = 0;
  #timers = [];
  #ids = 0;
  #locks = new Map();

  /** Opens the page (once more). */
  open() {
    return new Outbox({
      storage: this.#steppedStorage(),
      send: (entry, attachments) => this.#receive(entry, attachments),
      files: {
        upload: (blob, how) => this.#takeUp(blob, how),
        discard: async (attachmentId) => void this.waiting.delete(attachmentId),
      },
      clock: {
        now: () => this.now,
        setTimeout: (run, ms) => this.#timers.push({ run, at: this.now + ms }) && this.#timers.at(-1),
        clearTimeout: (timer) => (this.#timers = this.#timers.filter((each) => each !== timer)),
      },
      lock: (name, work) => this.#lock(name, work),
      newId: () => `id-${(this.#ids += 1)}`,
      onChange: (change) => {
        if (change.type === "progressed") this.percents.push(change.percent);
        else this.changes.push(`${change.type} ${change.entry.content}`);
      },
    });
  }

  /** Lets time pass, and whatever was waiting for it happen. */
  async pass(seconds) {
    const end = this.now + seconds * 1000;
    for (;;) {
      await turns(500);
      const due = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.now = Math.max(this.now, due.at);
      due.run();
    }
    this.now = end;
    await turns(500);
  }

  get contents() {
    return this.stored.map(({ content }) => content);
  }

  // With the page go its locks and timers, and whatever it was about to do.
  async #step(name) {
    if (name !== this.diesAt) return;
    this.diesAt = null;
    this.#locks.clear();
    this.#timers = [];
    await NEVER;
  }

  #steppedStorage() {
    // As a view on the storage, so that a test may change it while the page is open.
    return {
      all: () => this.storage.all(),
      blob: (fileId) => this.storage.blob(fileId),
      add: async (entry, blobs) => {
        await this.storage.add(entry, blobs);
        await this.#step("kept");
      },
      change: async (clientMessageId, update) => {
        const changed = await this.storage.change(clientMessageId, update);
        await this.#step(`noted ${changed?.files.filter(({ attachmentId }) => attachmentId).length}`);
        return changed;
      },
      remove: async (clientMessageId) => {
        await this.#step("acked");
        const removed = await this.storage.remove(clientMessageId);
        await this.#step("removed");
        return removed;
      },
    };
  }

  async #takeUp(blob, { name, signal, onProgress }) {
    onProgress(0);
    await this.#step(`uploading ${name}`);
    if (!this.isOnline) throw new Failure({ code: "offline" });
    const refusal = await this.refuseUpload(name);
    if (refusal) throw refusal;
    onProgress(Math.floor(blob.size / 2));
    await turns(20);
    if (signal.aborted) throw new Failure({ code: "cancelled" });
    onProgress(blob.size);
    this.uploads.push(name);
    const _id = `file-${this.uploads.length}`;
    this.waiting.set(_id, blob);
    await this.#step(`uploaded ${name}`);
    return { _id };
  }

  async #receive(entry, attachments) {
    await this.#step("sending");
    this.attempts.push(entry);
    if (!this.isOnline) throw new Failure({ code: "offline" });
    const refusal = this.refuse(entry);
    if (refusal) throw refusal;
    const known = this.stored.find(({ clientMessageId }) => clientMessageId === entry.clientMessageId);
    if (known && String(known.attachments) !== String(attachments)) throw new Failure({ code: "conflict" });
    if (!known) this.#store(entry, attachments);
    await this.#step("stored");
    return {
      messageId: `m-${entry.clientMessageId}`,
      seq: this.stored.length,
      createdAt: "",
      duplicate: Boolean(known),
    };
  }

  #store(entry, attachments) {
    if (!attachments.every((id) => this.waiting.has(id))) {
      throw new Failure({ code: "not_found", details: { field: "attachments" } });
    }
    this.stored.push({ ...entry, attachments, holds: attachments.map((id) => this.waiting.get(id)) });
    for (const id of attachments) this.waiting.delete(id);
  }

  #lock(name, work) {
    if (!this.hasLocks) return work();
    const tail = (this.#locks.get(name) ?? Promise.resolve()).then(work);
    this.#locks.set(name, tail);
    return tail;
  }
}

/** Lets whatever is due happen, so many steps of it. */
async function turns(count) {
  for (let turn = 0; turn < count; turn += 1) await null;
}

/** Brings the files of a waiting message to the server: one after the other, each noted as soon as it is there. */

import { Failure } from "./failure.js";

export class OutboxFiles {
  #storage;
  #upload;
  #discard;
  #onProgress;
  /** What ends the upload of a message, by `clientMessageId`. */
  #underWay = new Map();

  /**
   * @param {object} parts
   * @param {import("./outbox-storage.js").OutboxStorage} parts.storage
   * @param {(blob: Blob, how: {name: string, signal: AbortSignal, onProgress: (bytes: number) => void}) =>
   *   Promise<{_id: string}>} parts.upload Rejects with a Failure.
   * @param {(attachmentId: string) => Promise<void>} parts.discard Throws away what the server has got in vain.
   * @param {(entry: object, percent: number) => void} parts.onProgress
   */
  constructor({ storage, upload, discard, onProgress }) {
    this.#storage = storage;
    this.#upload = upload;
    this.#discard = discard;
    this.#onProgress = onProgress;
  }

  /**
   * Uploads whatever of a message's files the server has not got yet.
   *
   * @returns {Promise<string[]>} The ids of all its files. Rejects with a Failure: the upload's own, or `cancelled`.
   */
  async bring(entry) {
    const cancelling = new AbortController();
    this.#underWay.set(entry.clientMessageId, cancelling);
    try {
      let known = entry;
      for (;;) {
        const file = known.files.find(({ attachmentId }) => !attachmentId);
        if (!file) return known.files.map(({ attachmentId }) => attachmentId);
        known = await this.#bringOne(known, file, cancelling.signal);
      }
    } finally {
      this.#underWay.delete(entry.clientMessageId);
    }
  }

  /** Ends an upload under way. */
  cancel(clientMessageId) {
    this.#underWay.get(clientMessageId)?.abort();
  }

  /** Ends all uploads under way. */
  cancelAll() {
    for (const cancelling of this.#underWay.values()) cancelling.abort();
  }

  /** The server has let go of the files (it keeps them for a day): the next attempt uploads them anew. */
  async forget({ clientMessageId }) {
    await this.#storage.change(clientMessageId, (entry) => ({
      ...entry,
      files: entry.files.map((file) => ({ ...file, attachmentId: null })),
    }));
  }

  /** Throws away what has been uploaded of a message that was given up. Best effort: a day later it goes by itself. */
  discardUploaded({ files }) {
    for (const { attachmentId } of files) if (attachmentId) this.#discard(attachmentId).catch(() => {});
  }

  async #bringOne(known, file, signal) {
    const blob = await this.#storage.blob(file.id);
    if (!blob) throw new Failure({ code: "file_lost" });
    const onProgress = this.#progressOf(known);
    onProgress(0);
    const { _id: attachmentId } = await this.#upload(blob, { name: file.name, signal, onProgress });
    const noted = await this.#note(known, file.id, attachmentId);
    const isUsed = noted?.files.some((each) => each.attachmentId === attachmentId);
    if (!isUsed) this.discardUploaded({ files: [{ attachmentId }] });
    if (!noted) throw new Failure({ code: "cancelled" });
    return noted;
  }

  // Where a browser has no lock between tabs, two of them may upload the same: the first one counts for both.
  #note({ clientMessageId }, fileId, attachmentId) {
    return this.#storage.change(clientMessageId, (entry) => ({
      ...entry,
      files: entry.files.map((file) =>
        file.id === fileId && !file.attachmentId ? { ...file, attachmentId } : file,
      ),
    }));
  }

  // Told in whole percents, so that a page draws a hundred times at most.
  #progressOf(entry) {
    const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);
    const total = sizeOf(entry.files);
    const there = sizeOf(entry.files.filter(({ attachmentId }) => attachmentId));
    let told = null;
    return (bytes) => {
      const percent = total > 0 ? Math.floor((100 * (there + bytes)) / total) : 0;
      if (percent === told) return;
      told = percent;
      this.#onProgress(entry, percent);
    };
  }
}

/** Tells the others that one is writing: at once, every three seconds while it goes on, and when it ends. */

const AGAIN_AFTER_MS = 3000;
const ENDS_AFTER_MS = 5000;

export class Typing {
  #tell;
  #conversationId = null;
  #toldAt = -Infinity;
  #timer = null;

  /** @param {(conversationId: string, isTyping: boolean) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /** A key was pressed in a conversation's composer. */
  typed(conversationId) {
    if (this.#conversationId !== conversationId) this.stop();
    const now = performance.now();
    if (now - this.#toldAt >= AGAIN_AFTER_MS) {
      this.#toldAt = now;
      this.#tell(conversationId, true);
    }
    this.#conversationId = conversationId;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), ENDS_AFTER_MS);
  }

  /** The text was sent, emptied or left alone. */
  stop() {
    clearTimeout(this.#timer);
    if (this.#conversationId) this.#tell(this.#conversationId, false);
    this.#conversationId = null;
    this.#toldAt = -Infinity;
  }
}

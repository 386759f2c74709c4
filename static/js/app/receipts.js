/** Tells the server what has reached this device and what has been read on it. */

import { deliveryReported, messagesRead, myReadSeq, undeliveredReceipts } from "../store/receipts.js";

/** How long a message must have been in view to count as read. */
const READ_AFTER_MS = 1000;
/** Delivery is told at most this often. */
const DELIVERY_EVERY_MS = 1000;
/** Devices that get a message at one moment would all tell so at one moment: in a large group they spread it. */
const SPREAD_PER_PARTICIPANT_MS = 10;

/** Codes after which telling again may help. */
const PASSING = new Set(["offline", "timeout", "unavailable", "rate_limited"]);

export class Receipts {
  #model;
  #connection;
  #inView = null;
  #readTimer = null;
  #deliveryTimer = null;
  #lastDelivery = -Infinity;
  #onVisibility = () => this.#startReading();

  constructor({ model, connection }) {
    this.#model = model;
    this.#connection = connection;
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  /** Messages up to `seq` are in view. Counts when it stays so for a second on a visible page. */
  seen(conversationId, seq) {
    const isKnown = this.#inView?.conversationId === conversationId && this.#inView.seq >= seq;
    if (isKnown && this.#readTimer) return;
    this.#inView = { conversationId, seq };
    this.#startReading();
  }

  /** Nothing is in view any more. */
  left() {
    this.#inView = null;
    clearTimeout(this.#readTimer);
    this.#readTimer = null;
  }

  /** Tells what has been delivered, soon or when the second since the last time is over. */
  deliver() {
    if (this.#deliveryTimer || !this.#connection.isOpen) return;
    const receipts = undeliveredReceipts(this.#model.state);
    if (receipts.length === 0) return;
    const restMs = this.#lastDelivery + DELIVERY_EVERY_MS - performance.now();
    this.#deliveryTimer = setTimeout(() => this.#tellDelivered(), restMs > 0 ? restMs : this.#spreadMs(receipts));
  }

  stop() {
    this.left();
    clearTimeout(this.#deliveryTimer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
  }

  #startReading() {
    clearTimeout(this.#readTimer);
    this.#readTimer = null;
    if (!this.#inView || document.hidden) return;
    if (this.#inView.seq <= myReadSeq(this.#model.state, this.#inView.conversationId)) return;
    this.#readTimer = setTimeout(() => this.#tellRead(), READ_AFTER_MS);
  }

  #spreadMs(receipts) {
    const { conversations } = this.#model.state;
    const largest = Math.max(...receipts.map(({ conversationId }) => conversations[conversationId].participants.length));
    return Math.random() * Math.min(largest * SPREAD_PER_PARTICIPANT_MS, DELIVERY_EVERY_MS);
  }

  async #tellRead() {
    this.#readTimer = null;
    const { conversationId, seq } = this.#inView;
    try {
      const { lastReadSeq } = await this.#connection.request("mark-conversation-as-read", { conversationId, seq });
      const readerId = this.#model.state.me._id;
      this.#model.apply(messagesRead, { conversationId, readerId, lastReadSeq });
    } catch {
      // Offline, or the conversation is gone: what is still in view is told when the line is back.
    }
  }

  async #tellDelivered() {
    this.#lastDelivery = performance.now();
    await Promise.all(undeliveredReceipts(this.#model.state).map((receipt) => this.#tellOneDelivered(receipt)));
    this.#deliveryTimer = null;
    this.deliver();
  }

  async #tellOneDelivered({ conversationId, seq }) {
    try {
      const answer = await this.#connection.request("mark-conversation-as-delivered", { conversationId, seq });
      this.#model.apply(deliveryReported, conversationId, answer.lastDeliveredSeq ?? seq);
    } catch (failure) {
      // Where the server wants to hear nothing of it, asking every second would change nothing.
      if (!PASSING.has(failure.code)) this.#model.apply(deliveryReported, conversationId, seq);
    }
  }
}

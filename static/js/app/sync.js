/** Keeps the state in step with the server: the list, pages of history, and every gap healed as soon as it shows. */

import { Failure } from "../net/failure.js";
import { askedOf, conversationGone, conversationReceived, conversationsLoaded } from "../store/conversations.js";
import { historyAsked, historyFailed, historyLoaded } from "../store/history.js";
import { incompleteConversations } from "../store/members.js";
import { isQuoteKnown, quoteAsked, quoteForgotten, quoteLoaded } from "../store/quotes.js";
import { changesReceived, gaps, unknownConversations } from "../store/sequence.js";
import { threadOf } from "../store/state.js";

const LIST_PAGE = 200;
const HISTORY_PAGE = 50;
/** On the way to a message far up: as much as the server gives at once. */
const LONGEST_HISTORY_PAGE = 200;
const CHANGES_PAGE = 200;
const TRY_AGAIN_MS = 3000;

export class Sync {
  #model;
  #api;
  #connection;
  #busy = new Set();
  #timer = null;
  #isListStale = false;
  #isStopped = false;

  /**
   * @param {object} parts
   * @param {import("./model.js").Model} parts.model
   * @param {import("../net/api.js").Api} parts.api
   * @param {import("../net/socket.js").Connection} parts.connection
   */
  constructor({ model, api, connection }) {
    this.#model = model;
    this.#api = api;
    this.#connection = connection;
  }

  /** Fetches the whole list, then heals what it shows to be missing. */
  async refresh() {
    // A list already on its way was perhaps read before this moment: fetch once more after it.
    this.#isListStale = true;
    await this.#once("list", async () => {
      while (this.#isListStale) await this.#fetchList();
    });
    this.heal();
  }

  /** Asks for everything the state knows to be missing. Cheap when nothing is. */
  heal() {
    const { state } = this.#model;
    if (!state.isListLoaded || this.#isStopped) return;
    for (const { conversationId } of gaps(state)) this.#once(conversationId, () => this.#healGap(conversationId));
    for (const id of [...unknownConversations(state), ...incompleteConversations(state)]) {
      this.#once(`conversation ${id}`, () => this.#fetchConversation(id));
    }
  }

  /** Fetches the newest page of a conversation that has none yet. */
  async open(conversationId) {
    const thread = threadOf(this.#model.state, conversationId);
    if (thread.loaded || thread.loading) return;
    await this.#loadPage(conversationId, undefined);
  }

  /** Fetches the page before the oldest message held. */
  async loadOlder(conversationId) {
    const { messages, loading, loaded, hasOlder } = threadOf(this.#model.state, conversationId);
    if (!loaded || loading || !hasOlder) return;
    await this.#loadPage(conversationId, messages[0]?.seq);
  }

  /** Fetches older pages until a message is held. Rejects when it is not there. */
  async loadUntil(conversationId, messageId) {
    const isHeld = () => threadOf(this.#model.state, conversationId).messages.some(({ _id }) => _id === messageId);
    while (!isHeld()) {
      const { messages, hasOlder } = threadOf(this.#model.state, conversationId);
      if (!hasOlder) throw new Failure({ code: "not_found" });
      await this.#loadPage(conversationId, messages[0]?.seq, LONGEST_HISTORY_PAGE);
      const isFurther = threadOf(this.#model.state, conversationId).messages[0]?.seq < messages[0]?.seq;
      if (!isFurther) throw new Failure({ code: "offline" });
    }
  }

  /** Fetches a message that is not held, but quoted in view. */
  async loadQuote(conversationId, messageId) {
    if (isQuoteKnown(this.#model.state, conversationId, messageId)) return;
    this.#model.apply(quoteAsked, conversationId, messageId);
    try {
      this.#model.apply(quoteLoaded, await this.#api.get(`messages/${messageId}`));
    } catch {
      setTimeout(() => this.#model.apply(quoteForgotten, conversationId, messageId), TRY_AGAIN_MS);
    }
  }

  /** Asks for nothing more. */
  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #fetchList() {
    this.#isListStale = false;
    const { epoch } = this.#model.state;
    const asked = askedOf(this.#model.state);
    const conversations = [];
    let cursor;
    do {
      const page = await this.#api.get("conversations", { limit: LIST_PAGE, cursor });
      conversations.push(...page.conversations);
      cursor = page.hasMore ? page.nextCursor : undefined;
    } while (cursor);
    // Another history has begun meanwhile, and with it another refresh.
    if (epoch !== null && epoch !== this.#model.state.epoch) return;
    this.#model.apply(conversationsLoaded, conversations, asked);
  }

  async #loadPage(conversationId, beforeSeq, limit = HISTORY_PAGE) {
    this.#model.apply(historyAsked, conversationId);
    try {
      const page = await this.#api.get(`conversations/${conversationId}/messages`, { beforeSeq, limit });
      this.#model.apply(historyLoaded, conversationId, page);
    } catch (failure) {
      this.#model.apply(historyFailed, conversationId);
      if (failure.code === "not_found") this.#model.apply(conversationGone, conversationId);
    }
    this.heal();
  }

  async #healGap(conversationId) {
    for (;;) {
      const gap = gaps(this.#model.state).find((each) => each.conversationId === conversationId);
      if (!gap || !this.#connection.isOpen) return;
      const page = await this.#connection.request("get-changes", { ...gap, limit: CHANGES_PAGE });
      this.#model.apply(changesReceived, conversationId, page);
      const { cursor } = threadOf(this.#model.state, conversationId);
      // The server has no more to tell and still the gap stands: only a fresh start is sure to be right.
      if (cursor === gap.afterSeq) {
        await this.#startAfresh(conversationId);
        return;
      }
    }
  }

  async #startAfresh(conversationId) {
    this.#model.apply(conversationGone, conversationId);
    await this.#fetchConversation(conversationId);
    await this.open(conversationId);
  }

  async #fetchConversation(id) {
    const asked = askedOf(this.#model.state);
    try {
      this.#model.apply(conversationReceived, await this.#api.get(`conversations/${id}`), asked);
    } catch (failure) {
      if (failure.code !== "not_found") throw failure;
      this.#model.apply(conversationGone, id);
    }
  }

  // One of a kind at a time; what fails is tried again a little later, or as soon as the line is back.
  async #once(name, work) {
    if (this.#busy.has(name)) return;
    this.#busy.add(name);
    try {
      await work();
    } catch {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => (name === "list" ? this.refresh() : this.heal()), TRY_AGAIN_MS);
    } finally {
      this.#busy.delete(name);
    }
  }
}

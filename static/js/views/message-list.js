/**
 * The messages of the open conversation. Keeps the reader's place: whoever is at the end stays there, whoever reads
 * further up is not moved by what comes in above or below.
 */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { reconcile } from "../lib/reconcile.js";
import { oncePerFrame } from "../lib/timing.js";
import { drawRow, updateRow } from "./message-row.js";

/** This close to the end counts as being there. */
const END_PX = 48;
/** History is asked for this far ahead of the top. */
const AHEAD_PX = 600;
/** How long a message that was jumped to stands out. */
const FOUND_MS = 1600;
const SKELETONS = ["short", "long", "own", "short", "own", "long"];

export class MessageList {
  #actions;
  #conversationId;
  #report;
  /** What scrolls: history, log, and what others put over them. */
  scroller;
  #note;
  #log;
  #pill;
  #shownNote = null;
  #data = null;
  #isAtEnd = true;
  #isPlaced = false;
  #lastOwnKey = null;
  #seenSeq = 0;
  #wantedId = null;
  #observer;
  #look = oncePerFrame(() => this.#lookAround());

  constructor({ actions, conversationId, report }) {
    this.#actions = actions;
    this.#conversationId = conversationId;
    this.#report = report;
    this.element = element(
      html`<div class="message-list">
        <div class="message-list__scroller" tabindex="0" role="region" aria-label="${t("messages.label")}">
          <div class="message-list__note"></div>
          <div class="message-list__log" role="log" aria-label="${t("messages.label")}"></div>
        </div>
        <button class="message-list__pill" type="button" hidden></button>
      </div>`,
    );
    this.scroller = this.element.querySelector(".message-list__scroller");
    [this.#note, this.#log] = this.scroller.children;
    this.#pill = this.element.querySelector(".message-list__pill");

    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#pill.addEventListener("click", () => this.#scrollToEnd());
    this.element.addEventListener("click", (event) => this.#onClick(event));
    // The composer grows, the window turns, a picture loads: the end stays in view.
    this.#observer = new ResizeObserver(() => this.#isAtEnd && this.#isPlaced && this.#scrollToEnd());
    this.#observer.observe(this.scroller);
    this.#observer.observe(this.#log);
  }

  /** @param {{rows: object[], thread: object, people: Map<string, string>, myId: string}} data */
  render(data) {
    this.#data = data;
    const { rows, thread, people, myId } = data;
    const items = rows.map((row) => ({ ...row, people, myId }));
    // History that is loaded is no news: only what comes after it is read out.
    this.#log.ariaLive = thread.loaded && !thread.loading ? "polite" : "off";
    const anchor = this.#isPlaced && !this.#isAtEnd ? this.#findAnchor() : null;
    this.#renderNote(thread, rows.length);
    reconcile(this.#log, items, { key: ({ key }) => key, draw: drawRow, update: updateRow });
    this.#keepPlace(anchor, rows, thread);
    if (this.#wantedId) this.#reveal(this.#wantedId);
    this.#look();
  }

  /** The message that an element of the list shows. */
  messageOf(article) {
    return this.#data.rows.find(({ key }) => key === article.dataset.key)?.message;
  }

  /** Moves the focus among the messages. @param {"previous"|"next"|"first"|"last"} move Seen from `article`. */
  focus(move, article) {
    const articles = [...this.#log.querySelectorAll(".message")];
    const index = article ? articles.indexOf(article) : articles.length;
    const to = { previous: Math.max(0, index - 1), next: index + 1, first: 0, last: articles.length - 1 }[move];
    articles[to]?.focus();
  }

  /** Brings a message into view, with the history before it when it lies further up. Rejects when it cannot. */
  async jumpTo(messageId) {
    this.#wantedId = messageId;
    if (!this.#reveal(messageId)) await this.#actions.loadUntil(this.#conversationId, messageId);
  }

  remove() {
    this.#observer.disconnect();
  }

  #renderNote(thread, count) {
    const note = noteFor(thread, count);
    if (note === this.#shownNote) return;
    this.#shownNote = note;
    render(this.#note, NOTES[note]());
  }

  #keepPlace(anchor, rows, thread) {
    if (!this.#isPlaced) {
      if (thread.loaded) this.#placeAtStart();
      return;
    }
    const lastOwn = rows.findLast(({ kind, isOwn }) => kind === "message" && isOwn)?.key ?? null;
    const hasJustWritten = lastOwn !== this.#lastOwnKey && rows.at(-1)?.key === lastOwn;
    this.#lastOwnKey = lastOwn;
    if (this.#isAtEnd || hasJustWritten) this.#scrollToEnd();
    else if (anchor) this.#restore(anchor);
  }

  // The first look: at what is new when something is, else at the end.
  #placeAtStart() {
    this.#isPlaced = true;
    const line = this.#log.querySelector(".new-line");
    this.#scrollToEnd();
    if (!line) return;
    const wanted = line.offsetTop - this.scroller.clientHeight / 3;
    if (wanted >= this.scroller.scrollTop) return;
    this.scroller.scrollTop = wanted;
    this.#isAtEnd = false;
  }

  #reveal(messageId) {
    const article = this.#log.querySelector(`:scope > [data-id="${CSS.escape(messageId)}"]`);
    if (!article) return false;
    this.#wantedId = null;
    this.#isAtEnd = false;
    this.scroller.scrollTop = article.offsetTop - (this.scroller.clientHeight - article.offsetHeight) / 2;
    article.focus({ preventScroll: true });
    article.classList.add("message--found");
    setTimeout(() => article.classList.remove("message--found"), FOUND_MS);
    return true;
  }

  #findAnchor() {
    const { scrollTop } = this.scroller;
    const first = [...this.#log.children].find(
      (child) => child.offsetTop + child.offsetHeight > scrollTop && child.dataset.seq,
    );
    return first && { key: first.dataset.key, offset: first.offsetTop - scrollTop };
  }

  #restore({ key, offset }) {
    const child = this.#log.querySelector(`:scope > [data-key="${CSS.escape(key)}"]`);
    if (child) this.scroller.scrollTop = child.offsetTop - offset;
  }

  #scrollToEnd() {
    this.#isAtEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
    this.#look();
  }

  #lookAround() {
    if (!this.#data || !this.#isPlaced || !this.element.isConnected) return;
    const { thread } = this.#data;
    if (thread.hasOlder && !thread.loading && this.scroller.scrollTop < AHEAD_PX) {
      this.#actions.loadOlder(this.#conversationId);
    }
    const seq = this.#lastSeqInView();
    if (seq) this.#actions.seen(this.#conversationId, seq);
    this.#seenSeq = Math.max(this.#seenSeq, seq ?? 0);
    this.#renderPill();
  }

  #lastSeqInView() {
    const end = this.scroller.scrollTop + this.scroller.clientHeight;
    for (let child = this.#log.lastElementChild; child; child = child.previousElementSibling) {
      if (child.dataset.seq && child.offsetTop + child.offsetHeight <= end + END_PX) return Number(child.dataset.seq);
    }
    return null;
  }

  #renderPill() {
    const { rows } = this.#data;
    const below = rows.filter(
      ({ kind, message, isOwn }) => kind === "message" && !isOwn && message.seq > this.#seenSeq,
    );
    this.#pill.hidden = this.#isAtEnd;
    const label = below.length > 0 ? t("messages.below", { count: below.length }) : t("messages.toEnd");
    if (this.#pill.ariaLabel === label) return;
    this.#pill.ariaLabel = label;
    render(this.#pill, html`${icon("arrow-down")}${below.length > 0 && html`<span>${label}</span>`}`);
  }

  async #onClick({ target }) {
    const action = target.closest("[data-action]")?.dataset.action;
    const id = target.closest("[data-client-id]")?.dataset.clientId;
    try {
      if (action === "retry") await this.#actions.retryMessage(id);
      if (action === "discard") await this.#actions.discardMessage(id);
      if (action === "load") await this.#actions.loadHistory(this.#conversationId);
    } catch (failure) {
      this.#report(failure);
    }
  }
}

function noteFor(thread, count) {
  if (!thread.loaded) return thread.loading ? "loading" : "failed";
  if (thread.hasOlder) return "older";
  return count === 0 ? "empty" : "start";
}

const NOTES = {
  loading: () =>
    html`<p class="visually-hidden">${t("loading")}</p>
      <div class="skeletons">
        ${SKELETONS.map((shape) => html`<div class="skeleton skeleton--message skeleton--${shape}"></div>`)}
      </div>`,
  failed: () =>
    html`<div class="empty">
      <p class="empty__text">${t("messages.failed")}</p>
      <button class="button" type="button" data-action="load">${icon("rotate-cw")}${t("messages.again")}</button>
    </div>`,
  older: () =>
    html`<div class="skeletons">
      <div class="skeleton skeleton--message skeleton--short"></div>
    </div>`,
  empty: () =>
    html`<div class="empty">
      <span class="empty__sign">${icon("message-circle")}</span>
      <h3 class="empty__title">${t("messages.emptyTitle")}</h3>
      <p class="empty__text">${t("messages.emptyText")}</p>
    </div>`,
  start: () => html`<p class="message-list__start">${t("messages.start")}</p>`,
};

/** The messages of the open conversation: what stands before them, what is read of them, the way to the newest. */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { oncePerFrame } from "../lib/timing.js";
import { watchAttachments } from "./attachments.js";
import { messageNote } from "./message-note.js";
import { drawRow, updateRow } from "./message-row.js";
import { RowScroller } from "./row-scroller.js";

/** A message whose end is this close below the view counts as seen. */
const SEEN_PX = 48;
/** History is asked for this far ahead of the top. */
const AHEAD_PX = 600;
/** How long a message that was jumped to stands out. */
const FOUND_MS = 1600;

export class MessageList {
  #actions;
  #conversationId;
  #report;
  /** What scrolls: history, log, and what others put over them. */
  scroller;
  #note;
  #log;
  #pill;
  #rows;
  #shownNote = null;
  #data = null;
  #isPlaced = false;
  #lastOwnKey = null;
  #seenSeq = 0;
  #wantedId = null;
  #look = oncePerFrame(() => this.#lookAround());

  constructor({ actions, conversationId, report }) {
    this.#actions = actions;
    this.#conversationId = conversationId;
    this.#report = report;
    this.element = element(html`<div class="message-list">
      <div class="message-list__scroller" tabindex="0" role="region" aria-label="${t("messages.label")}">
        <div class="message-list__note"></div>
        <div class="message-list__log" role="log" aria-label="${t("messages.label")}"></div>
      </div>
      <button class="message-list__pill" type="button" hidden></button>
    </div>`);
    this.scroller = this.element.querySelector(".message-list__scroller");
    [this.#note, this.#log] = this.scroller.children;
    this.#pill = this.element.querySelector(".message-list__pill");
    this.#rows = new RowScroller({
      scroller: this.scroller,
      list: this.#log,
      how: {
        draw: (row) => drawRow(this.#prepared(row)),
        update: (child, row) => updateRow(child, this.#prepared(row)),
      },
      onScroll: () => this.#scrolled(),
    });

    this.#pill.addEventListener("click", () => this.#rows.toEnd());
    this.element.addEventListener("click", (event) => this.#onClick(event));
    watchAttachments(this.#log);
  }

  /** @param {{rows: object[], thread: object, isUpToDate: boolean, people: Map<string, string>, myId: string}} data */
  render(data) {
    const { rows, thread } = data;
    this.#data = data;
    // Only what comes after the rest is news, and read out.
    this.#log.ariaLive = thread.loaded && !thread.loading && this.#rows.isAtEnd ? "polite" : "off";
    this.#renderNote(thread, rows.length);
    this.#rows.render(rows);
    this.#keepPlace(data);
    if (this.#wantedId) this.#reveal(this.#wantedId);
    this.#look();
  }

  /** The message that an element of the list shows. */
  messageOf(article) {
    return this.#data.rows.find(({ key }) => key === article.dataset.key)?.message;
  }

  /** Moves the focus among the messages. @param {"previous"|"next"|"first"|"last"} move Seen from `article`. */
  focus(move, article) {
    const messages = this.#data.rows.filter(({ kind }) => kind === "message");
    const index = article ? messages.findIndex(({ key }) => key === article.dataset.key) : messages.length;
    const to = { previous: Math.max(0, index - 1), next: index + 1, first: 0, last: messages.length - 1 }[move];
    if (!messages[to]) return;
    const { key } = messages[to];
    (this.#rows.find(key) ?? this.#rows.toRow(key, 0.5))?.focus();
  }

  /** Brings a message into view, with the history before it when it lies further up. Rejects when it cannot. */
  async jumpTo(messageId) {
    this.#wantedId = messageId;
    if (!this.#reveal(messageId)) await this.#actions.loadUntil(this.#conversationId, messageId);
  }

  remove() {
    this.#rows.remove();
  }

  #prepared(row) {
    const { people, myId } = this.#data;
    const answered = row.message?.replyTo;
    if (answered && !row.quoted) this.#actions.loadQuote(this.#conversationId, answered);
    return { ...row, people, myId };
  }

  #renderNote(thread, count) {
    const { name, markup } = messageNote(thread, count);
    if (name === this.#shownNote) return;
    this.#shownNote = name;
    render(this.#note, markup());
  }

  #keepPlace({ rows, thread, isUpToDate }) {
    if (!this.#isPlaced) {
      if (thread.loaded) this.#placeAtStart(rows);
      // What was kept from the last time is shown at once, and the first look taken again when what is new has come.
      this.#isPlaced = thread.loaded && isUpToDate;
      return;
    }
    const lastOwn = rows.findLast(({ kind, isOwn }) => kind === "message" && isOwn)?.key ?? null;
    const hasJustWritten = lastOwn !== this.#lastOwnKey && rows.at(-1)?.key === lastOwn;
    this.#lastOwnKey = lastOwn;
    if (hasJustWritten) this.#rows.toEnd();
  }

  // The first look: at what is new when something is, else at the end.
  #placeAtStart(rows) {
    this.#rows.toEnd();
    const line = rows.find(({ kind }) => kind === "new");
    if (line) this.#rows.toRow(line.key, 1 / 3);
  }

  #reveal(messageId) {
    const row = this.#data.rows.find(({ message }) => message?._id === messageId);
    if (!row) return false;
    this.#wantedId = null;
    this.#log.ariaLive = "off";
    const article = this.#rows.toRow(row.key, 1 / 3);
    article.focus({ preventScroll: true });
    article.classList.add("message--found");
    setTimeout(() => article.classList.remove("message--found"), FOUND_MS);
    return true;
  }

  #scrolled() {
    // Rows that come back into the page while one scrolls are no news.
    if (!this.#rows.isAtEnd) {
      this.#log.ariaLive = "off";
      this.#isPlaced ||= this.#data?.thread.loaded ?? false;
    }
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
      if (child.dataset.seq && child.offsetTop + child.offsetHeight <= end + SEEN_PX) return Number(child.dataset.seq);
    }
    return null;
  }

  #renderPill() {
    const count = this.#data.rows.filter(
      ({ kind, message, isOwn }) => kind === "message" && !isOwn && message.seq > this.#seenSeq,
    ).length;
    this.#pill.hidden = this.#rows.isAtEnd;
    const label = count > 0 ? t("messages.below", { count }) : t("messages.toEnd");
    if (this.#pill.ariaLabel === label) return;
    this.#pill.ariaLabel = label;
    render(this.#pill, html`${icon("arrow-down")}${count > 0 && html`<span>${label}</span>`}`);
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

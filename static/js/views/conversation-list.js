/** All conversations, the latest first; a filter; and what to do while there are none. */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { plainLine } from "../lib/markdown.js";
import { reconcile } from "../lib/reconcile.js";
import { shortTime } from "../lib/time.js";
import { conversationRows, filteredRows, mayInvite, shownCount } from "../store/selectors.js";
import { avatar } from "./avatar.js";
import { openConversationMenu } from "./conversation-menu.js";
import { InvitationLink } from "./invitation-link.js";
import { onLongPress } from "./long-press.js";
import { firstLineMarkup } from "./message-line.js";
import { systemSentence } from "./system-sentence.js";
import { tick } from "./tick.js";

const SKELETONS = 6;
// "Yesterday" and "14:32" have to become true again while the page stays open.
const TIMES_AGAIN_MS = 60 * 1000;

export class ConversationList {
  #actions;
  #onBegin;
  #page;
  #items;
  #note;
  #noteShown = null;
  #shown = [];
  #last = null;
  #timer = setInterval(() => this.#last && this.render(...this.#last), TIMES_AGAIN_MS);

  constructor({ actions, page, onBegin }) {
    this.#actions = actions;
    this.#onBegin = onBegin;
    this.#page = page;
    this.element = element(html`<div class="conversation-list">
      <ul class="conversation-list__items" aria-label="${t("sidebar.title")}"></ul><div></div></div>`);
    [this.#items, this.#note] = this.element.children;
    this.#items.addEventListener("keydown", (event) => this.#onKey(event));
    this.#items.addEventListener("contextmenu", (event) => this.#onContextMenu(event));
    this.#items.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-more]");
      if (button) this.#openMenu(button.closest("li"), button.getBoundingClientRect());
    });
    onLongPress(this.#items, ".conversation-item__link", (link) =>
      this.#openMenu(link.closest("li"), link.getBoundingClientRect()),
    );
    this.#note.addEventListener("click", ({ target }) => target.closest("[data-begin]") && this.#onBegin());
  }

  /** @param {{query: string, kind: string}} filter */
  render(state, openId, filter) {
    this.#last = [state, openId, filter];
    const rows = conversationRows(state);
    this.#shown = filteredRows(rows, { ...filter, openId });
    const items = this.#shown.map((row) => {
      const isOpen = row.id === openId;
      // What comes into the open conversation is being read: no badge for that one second.
      const unreadCount = isOpen && !document.hidden ? 0 : row.unreadCount;
      return { ...row, isOpen, unreadCount, draft: isOpen ? "" : this.#actions.draft(row.id) };
    });
    const focusedIndex = [...this.#items.children].findIndex((item) => item.contains(document.activeElement));
    reconcile(this.#items, items, { key: ({ id }) => id, draw: drawItem, update: fillItem });
    // What had the focus has been put away: the one in its place takes it.
    if (focusedIndex >= 0 && !this.#items.contains(document.activeElement)) {
      (this.#items.children[focusedIndex] ?? this.#items.lastElementChild)?.querySelector("a").focus();
    }
    this.#renderNote(state, rows.length, filter);
  }

  /** Opens what the filter has left on top. */
  openFirst() {
    if (this.#shown.length > 0) this.#actions.open(this.#shown[0].id);
  }

  /** Puts the focus back on a conversation that was open. */
  focus(id) {
    this.#items.querySelector(`[data-id="${CSS.escape(id)}"] a`)?.focus();
  }

  remove() {
    clearInterval(this.#timer);
  }

  #renderNote(state, count, { query, kind }) {
    const isLoading = !state.isListLoaded || !state.me;
    const nothing = count === 0 ? "empty" : query.trim() ? "none" : `no-${kind}`;
    const note = isLoading ? "loading" : this.#shown.length > 0 ? "" : nothing;
    if (note === this.#noteShown) return;
    this.#noteShown = note;
    render(this.#note, NOTES[note](state));
    if (note === "empty" && mayInvite(state)) {
      const link = new InvitationLink({ actions: this.#actions, report: this.#page.report });
      this.#note.querySelector(".empty__text").after(link.element);
      link.fetch();
    }
  }

  #onKey(event) {
    const item = event.target.closest("li");
    const next = {
      ArrowDown: () => item?.nextElementSibling?.querySelector("a"),
      ArrowUp: () => item?.previousElementSibling?.querySelector("a"),
      ArrowRight: () => item?.querySelector("[data-more]"),
      ArrowLeft: () => item?.querySelector("a"),
    }[event.key]?.();
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  // By the right button, Shift+F10 and the menu key; a finger's long press comes by its own way.
  #onContextMenu(event) {
    const item = event.target.closest("li");
    if (!item || event.pointerType === "touch") return;
    event.preventDefault();
    this.#openMenu(item, new DOMRect(event.clientX, event.clientY, 0, 0));
  }

  #openMenu(item, anchor) {
    const row = this.#shown.find(({ id }) => id === item.dataset.id);
    openConversationMenu({ actions: this.#actions, page: this.#page, row, anchor });
  }
}

const NOTES = {
  "": () => html``,
  loading: () => html`<p class="visually-hidden">${t("loading")}</p><div class="skeletons">
    ${Array.from({ length: SKELETONS }, () => html`<div class="skeleton skeleton--item"><span></span><span></span></div>`)}
  </div>`,
  empty: (state) => html`<div class="empty empty--list">
    <span class="empty__sign">${icon("users-round")}</span>
    <h2 class="empty__title">${t("list.emptyTitle")}</h2>
    <p class="empty__text">${t(mayInvite(state) ? "list.emptyText" : "list.emptyWrite")}</p>
    <button class="button" type="button" data-begin>${icon("plus")}${t("new.open")}</button>
  </div>`,
  "no-all": () => html`<p class="conversation-list__none">${t("list.noneLeft")}</p>`,
  "no-unread": () => html`<p class="conversation-list__none">${t("list.noUnread")}</p>`,
  "no-groups": () => html`<p class="conversation-list__none">${t("list.noGroups")}</p>`,
  "no-archived": () => html`<p class="conversation-list__none">${t("list.noArchived")}</p>`,
  none: () => html`<p class="conversation-list__none">${t("list.none")}</p>`,
};

function drawItem(row) {
  const item = element(html`<li class="conversation-item" data-testid="conversation-item"></li>`);
  fillItem(item, row);
  return item;
}

const drawn = new WeakMap();

function fillItem(item, row) {
  const markup = itemMarkup(row);
  const signature = markup.toString();
  if (drawn.get(item) === signature) return;
  const focused = item.contains(document.activeElement) && (document.activeElement.closest("[data-more]") ? "button" : "a");
  drawn.set(item, signature);
  item.dataset.id = row.id;
  render(item, markup);
  if (focused) item.querySelector(focused).focus({ preventScroll: true });
}

function itemMarkup(row) {
  const { id, title, face, isGroup, isOnline, unreadCount, isOpen, last, muted } = row;
  const name = title || t("conversation.alone");
  const badge = shownCount(unreadCount);
  return html`<a class="conversation-item__link ${unreadCount > 0 && "conversation-item__link--unread"}"
      href="#/c/${encodeURIComponent(id)}" ${isOpen && html`aria-current="page"`}>
    ${avatar({ ...face, name, isGroup, isOnline: isGroup ? undefined : isOnline })}
    <span class="conversation-item__name">${name}${muted && icon("bell-off", t("list.muted"))}</span>
    ${last && html`<time class="conversation-item__time" datetime="${last.createdAt}">${shortTime(last.createdAt)}</time>`}
    <span class="conversation-item__last">${lastLine(row)}</span>
    ${unreadCount > 0 && html`<span class="badge ${muted && "badge--quiet"}" aria-label="${t("list.unread", { count: unreadCount, shown: badge })}">${badge}</span>`}
  </a>
  <button class="button button--icon conversation-item__more" type="button" tabindex="-1" data-more
    aria-label="${t("list.more", { name })}" title="${t("menu.more")}">${icon("ellipsis")}</button>`;
}

function lastLine({ last, isLastOwn, isGroup, typing, draft }) {
  if (typing.length > 0) return html`<em class="conversation-item__typing">${t("typing.short")}</em>`;
  if (draft) return html`<em class="conversation-item__draft">${t("list.draft")}</em> ${plainLine(draft)}`;
  if (!last) return t("list.noMessage");
  if (last.type === "system") return systemSentence(last);
  const text = firstLineMarkup(last);
  if (isLastOwn) return html`${!last.deleted && tick(last.status)} ${text}`;
  return isGroup ? html`${t("list.from", { name: last.sender?.name ?? "" })}${text}` : text;
}

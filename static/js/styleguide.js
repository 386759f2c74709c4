/** All components in all their states on one page, in development: `/styleguide`. */

import { element, html } from "./lib/html.js";
import { icon } from "./lib/icons.js";
import { useLanguage } from "./lib/i18n.js";
import { avatar } from "./views/avatar.js";
import { Banner } from "./views/banner.js";
import { ComposerFiles } from "./views/composer-files.js";
import { conversationToggles } from "./views/conversation-toggles.js";
import { confirmFirst } from "./views/confirm-dialog.js";
import { openMenu } from "./views/menu.js";
import { drawRow } from "./views/message-row.js";
import { messageNote } from "./views/message-note.js";
import { personRow } from "./views/person-row.js";
import { segments } from "./views/segments.js";
import { Toasts } from "./views/toasts.js";
import { welcome } from "./views/welcome.js";

const COLOURS = [
  "page",
  "panel",
  "raised",
  "hover",
  "line-colour",
  "line-strong",
  "text-colour",
  "text-soft",
  "accent",
  "accent-soft",
  "accent-softer",
  "bubble",
  "bubble-own",
  "online",
  "offline",
  "danger",
  "danger-soft",
  "warning-soft",
];
const ME = { _id: "me", name: "Camille Moreau" };
const ADA = { _id: "ada", name: "Ada Lovelace" };
const PEOPLE = new Map([ME, ADA].map(({ _id, name }) => [_id, name]));
const AT = new Date(2026, 10, 23, 14, 32).toISOString();
const FIRST = { _id: "1", type: "text", sender: ADA, content: "Who brings cake?", createdAt: AT, reactions: [] };
const SQUARE = { contentType: "image/png", width: 512, height: 512 };
const PICTURE = { _id: "p", name: "icon.png", url: "/static/icons/icon-512.png", ...SQUARE };
const PLAN = { _id: "d", name: "Plan of the garden.pdf", contentType: "application/pdf", url: "#plan", size: 620_000 };
const TABLE = { _id: "t", name: "Beds.xlsx", contentType: "application/octet-stream", url: "#table", size: 17_000 };
const WAITING = [PLAN, TABLE].map(({ _id, name, contentType, size }) => ({ id: _id, name, type: contentType, size }));

const root = document.querySelector("main");
await useLanguage(document.documentElement.lang);
show("Colours", ...COLOURS.map(swatch));
show("Buttons", buttons());
show("Fields", fields());
show("Faces", faces());
show("Messages", ...messageRows().map(drawRow));
for (const thread of [{ loading: true }, {}, { loaded: true, hasOlder: true }, { loaded: true }]) {
  show("Before the messages", element(html`<div>${messageNote(thread, 0).markup()}</div>`));
}
show("Files chosen", chosenFiles());
show("Connection", ...banners());
show("Notices", notices());
show("People", people());
show("Nothing open", element(html`<div>${welcome({ isFirst: true, mayInvite: true })}</div>`));
show("Over the page", windows());

function show(title, ...parts) {
  const section = element(html`<section class="styleguide__part"><h2 class="settings__title">${title}</h2></section>`);
  section.append(...parts);
  root.append(section);
}

function swatch(name) {
  const drawn = element(html`<span class="styleguide__swatch"><i></i>${name}</span>`);
  drawn.firstElementChild.style.setProperty("background", `var(--${name})`);
  return drawn;
}

function buttons() {
  const kinds = ["", "button--primary", "button--danger", "button--quiet", "button--quiet-danger", "button--small"];
  return element(html`<div class="styleguide__row">
    ${kinds.map((kind) => html`<button class="button ${kind}" type="button">${kind || "button"}</button>`)}
    <button class="button button--primary" type="button" disabled>disabled</button>
    <button class="button button--icon" type="button" aria-label="icon">${icon("pencil")}</button>
    <span class="badge">3</span><span class="badge badge--quiet">12</span></div>`);
}

function fields() {
  return element(html`<div class="settings">
    <label class="field">Field<input class="field__input" value="Text"></label>
    <label class="field">Wrong<input class="field__input" aria-invalid="true" value="Text">
      <span class="field__error">What is wrong with it</span></label>
    ${segments({
      name: "choice",
      legend: "One of three",
      chosen: "one",
      values: ["one", "two", "three"],
      label: (value) => html`<span>${value}</span>`,
    })}
    ${conversationToggles({ muted: true, archived: false })}</div>`);
}

function faces() {
  const face = (id, more, size) => avatar({ id, name: ADA.name, ...more }, size);
  return element(html`<div class="styleguide__row">
    ${["a", "b", "c", "d", "e", "f", "g", "h"].map((id) => face(id, {}, "small"))}
    ${face("ada", { isOnline: true })}${face("ada", { isOnline: false })}${face("group", { isGroup: true })}
    ${face("ada", { isOnline: true }, "large")}</div>`);
}

function messageRows() {
  const row = (message, more = {}) => ({
    kind: "message",
    key: message._id,
    message: { ...FIRST, ...message },
    people: PEOPLE,
    myId: ME._id,
    isGroup: true,
    sender: message.sender ?? ADA,
    isOwn: message.sender === ME,
    isFirst: true,
    isLast: true,
    ...more,
  });
  const statuses = ["pending", "sent", "delivered", "read", "failed"];
  return [
    { kind: "day", key: "day", date: AT },
    row(FIRST),
    row({ _id: "2", content: "**Bold**, *italic*, `code`, https://example.org\n\n- a list\n- of two", edited: true }),
    row({ _id: "3", content: "", deleted: true }),
    { kind: "new", key: "new" },
    row({
      _id: "4",
      reactions: [
        { emoji: "🎂", userIds: ["me", "ada"] },
        { emoji: "👍", userIds: ["ada"] },
      ],
    }),
    row({ _id: "5", sender: ME, content: "I do", replyTo: "1" }, { quoted: FIRST, status: "read" }),
    row({ _id: "6", sender: ME, content: "As I said", replyTo: "0" }, { status: "read" }),
    row({ _id: "7", content: "As planned", attachments: [PICTURE, PLAN, TABLE] }),
    row({ _id: "8", content: "", attachments: [PICTURE, PICTURE, PICTURE] }),
    row({ _id: "9", sender: ME, content: "On its way", files: WAITING, percent: 40, status: "pending" }, { status: "pending" }),
    ...statuses.map((status) => row({ _id: status, sender: ME, content: status }, { status })),
  ];
}

function chosenFiles() {
  const files = WAITING.map(({ name, type }) => new File(["x"], name, { type }));
  return new ComposerFiles({ largest: 1e6, files, report() {}, onChange() {}, onEmptied() {} }).element;
}

function banners() {
  const phases = [
    { phase: "connecting", attempt: 0 },
    { phase: "reconnecting", attempt: 2 },
    { phase: "failed", attempt: 0 },
  ];
  return phases.map((connection) => {
    const banner = new Banner({ reconnect() {} });
    banner.render(connection);
    return banner.element;
  });
}

function notices() {
  const toasts = new Toasts({ open() {} });
  document.body.append(toasts.element);
  const row = element(html`<div class="styleguide__row">
    <button class="button" type="button" data-show="message">Message</button>
    <button class="button" type="button" data-show="word">Word</button>
    <button class="button" type="button" data-show="failure">Failure</button></div>`);
  const shows = {
    message: () =>
      toasts.show({ conversationId: "c", avatar: { id: "ada", name: ADA.name }, title: ADA.name, text: FIRST.content }),
    word: () => toasts.say("Copied"),
    failure: () => toasts.fail({ code: "offline" }),
  };
  row.addEventListener("click", ({ target }) => shows[target.dataset.show]?.());
  return row;
}

function people() {
  const end = html`<span class="person-row__role">Admin</span>
    <button class="button button--icon" type="button" aria-label="more">${icon("ellipsis")}</button>`;
  return element(html`<ul class="people-rows">${personRow({ person: ADA, isOnline: true, words: "en ligne", end })}
    ${personRow({ person: ME, isOnline: false, words: "vu à 14:32" })}</ul>`);
}

function windows() {
  const row = element(html`<div class="styleguide__row">
    <button class="button" type="button" data-show="question">Question</button>
    <button class="button" type="button" data-show="menu">Menu</button></div>`);
  const shows = {
    question: () =>
      confirmFirst({ title: "Sure?", text: "It cannot be taken back.", quoted: "This", confirm: "Do it", run: async () => {} }),
    menu: (button) =>
      openMenu({
        label: "Menu",
        button,
        items: [
          { sign: "reply", text: "Reply", run() {} },
          { sign: "trash-2", text: "Delete", isDanger: true, run() {} },
        ],
      }),
  };
  row.addEventListener("click", ({ target }) => shows[target.dataset.show]?.(target));
  return row;
}

/** The people I keep at hand, those I do not want to hear from, and a search among everybody here. */

import { html, renderAgain } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { debounce } from "../lib/timing.js";
import { confirmBlock } from "./confirm-block.js";
import { openDialog } from "./dialog.js";
import { openMenu } from "./menu.js";
import { personRow } from "./person-row.js";
import { presenceWords } from "./presence-words.js";

const SEARCH_AFTER_MS = 200;

/** @returns {ContactsDialog} */
export function openWindow(parts) {
  return new ContactsDialog(parts);
}

class ContactsDialog {
  #actions;
  #report;
  #search;
  #list;
  #state;
  #contacts = null;
  #found = [];
  #asked = 0;

  constructor({ actions, state }) {
    this.#actions = actions;
    this.#state = state;
    const { dialog, body, report } = openDialog(
      t("contacts.title"),
      html`<div class="contacts">
        <input
          class="field__input"
          type="search"
          autocomplete="off"
          autofocus
          placeholder="${t("contacts.search")}"
          aria-label="${t("contacts.search")}"
        />
        <div class="contacts__list" tabindex="-1"></div>
      </div>`,
    );
    this.dialog = dialog;
    this.#report = report;
    this.#search = body.querySelector("input");
    this.#list = body.querySelector(".contacts__list");
    const search = debounce(() => this.#fetch(), SEARCH_AFTER_MS);
    this.#search.addEventListener("input", search);
    this.#list.addEventListener("click", ({ target }) => this.#onClick(target));
    dialog.addEventListener("close", search.cancel);
    this.#fetch();
  }

  render(state) {
    this.#state = state;
    if (this.#contacts) renderAgain(this.#list, this.#markup());
  }

  async #fetch() {
    this.#asked += 1;
    const asked = this.#asked;
    const query = this.#search.value.trim();
    try {
      const [contacts, found] = await Promise.all([this.#actions.listContacts(), this.#actions.findPeople(query)]);
      if (asked !== this.#asked) return;
      this.#contacts = contacts;
      this.#found = found;
      this.render(this.#state);
    } catch (failure) {
      this.#report(failure);
    }
  }

  #markup() {
    const wanted = this.#search.value.trim().toLocaleLowerCase();
    const known = new Set(this.#contacts.map(({ _id }) => _id));
    const mine = this.#contacts.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
    const parts = [
      { title: t("contacts.mine"), people: mine.filter(({ isBlocked }) => !isBlocked) },
      {
        title: t("contacts.others"),
        people: this.#found.filter(({ _id }) => !known.has(_id) && _id !== this.#state.me._id),
      },
      { title: t("contacts.blocked"), people: mine.filter(({ isBlocked }) => isBlocked) },
    ].filter(({ people }) => people.length > 0);
    if (parts.length === 0) return html`<p class="people__none">${t("new.nobody")}</p>`;
    return html`${parts.map(
      ({ title, people }) =>
        html`<section>
          <h3 class="contacts__title">${title}</h3>
          <ul class="people-rows">
            ${people.map((person) => this.#row(person, known.has(person._id)))}
          </ul>
        </section>`,
    )}`;
  }

  #row(person, isKnown) {
    const { _id, name, isBlocked = false } = person;
    const presence = this.#state.presence[_id] ?? person;
    return personRow({
      person,
      isOnline: isBlocked ? undefined : presence.isOnline,
      words: isBlocked ? t("contacts.isBlocked") : presenceWords(presence),
      end: html`${
        !isBlocked &&
        html`<button
            class="button button--icon"
            type="button"
            data-write
            aria-label="${t("contacts.writeTo", { name })}"
            title="${t("new.start")}"
          >
            ${icon("message-circle")}
          </button>`
      }
        ${
          !isKnown &&
          html`<button
            class="button button--icon"
            type="button"
            data-add
            data-focus="${_id}"
            aria-label="${t("contacts.addNamed", { name })}"
            title="${t("contacts.add")}"
          >
            ${icon("user-plus")}
          </button>`
        }
        <button
          class="button button--icon"
          type="button"
          data-more
          data-focus="${_id}"
          aria-label="${t("contacts.more", { name })}"
          title="${t("menu.more")}"
        >
          ${icon("ellipsis")}
        </button>`,
    });
  }

  #onClick(target) {
    const button = target.closest("button");
    if (!button) return;
    const id = button.closest("[data-user]").dataset.user;
    const contact = this.#contacts.find(({ _id }) => _id === id);
    const person = contact ?? this.#found.find(({ _id }) => _id === id);
    if ("write" in button.dataset) this.#write(id);
    if ("add" in button.dataset) this.#run(this.#actions.addContact(id));
    if ("more" in button.dataset) {
      const anchor = button.getBoundingClientRect();
      openMenu({ label: person.name, anchor, items: this.#items(person, contact) });
    }
  }

  #items(person, contact) {
    const { _id } = person;
    if (contact?.isBlocked) {
      return [{ sign: "ban", text: t("contacts.unblock"), run: () => this.#run(this.#actions.unblock(_id)) }];
    }
    return [
      contact
        ? { sign: "user-minus", text: t("contacts.remove"), run: () => this.#run(this.#actions.removeContact(_id)) }
        : { sign: "user-plus", text: t("contacts.add"), run: () => this.#run(this.#actions.addContact(_id)) },
      { sign: "ban", text: t("contacts.block"), isDanger: true, run: () => this.#block(person) },
    ];
  }

  #block(person) {
    confirmBlock(person, async () => {
      await this.#actions.block(person._id);
      await this.#fetch();
    });
  }

  async #write(id) {
    try {
      await this.#actions.writeTo(id);
      this.dialog.close();
    } catch (failure) {
      this.#report(failure);
    }
  }

  #run(work) {
    work.then(() => this.#fetch()).catch(this.#report);
  }
}

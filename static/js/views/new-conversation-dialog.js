/** The window in which a conversation begins: pick people; a name, or more than one of them, makes it a group. */

import { html, render } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { debounce } from "../lib/timing.js";
import { avatar } from "./avatar.js";
import { openDialog } from "./dialog.js";

const SEARCH_AFTER_MS = 200;

export class NewConversationDialog {
  #actions;
  #me;
  #report = null;
  #dialog = null;
  #people = [];
  #picked = new Map();
  #asked = 0;

  constructor({ actions, me }) {
    this.#actions = actions;
    this.#me = me;
  }

  show() {
    const opened = openDialog(
      t("new.title"),
      html`<form class="new-conversation" method="dialog">
        <label class="field">${t("new.people")}
          <input class="field__input" name="query" type="search" autocomplete="off" autofocus
            placeholder="${t("new.search")}">
        </label>
        <fieldset class="people"><legend class="visually-hidden">${t("new.people")}</legend>
          <div class="people__list" aria-live="polite"></div></fieldset>
        <label class="field">${t("new.name")}
          <input class="field__input" name="name" maxlength="80" autocomplete="off" placeholder="${t("new.nameHint")}">
        </label>
        <footer class="dialog__foot">
          <button class="button" type="button" data-close>${t("cancel")}</button>
          <button class="button button--primary" type="submit" disabled>${t("new.start")}</button>
        </footer>
      </form>`,
    );
    this.#dialog = opened.dialog;
    this.#report = opened.report;
    const search = debounce(() => this.#search(), SEARCH_AFTER_MS);
    const form = this.#dialog.querySelector("form");
    form.elements.query.addEventListener("input", search);
    form.addEventListener("change", ({ target }) => target.type === "checkbox" && this.#pick(target));
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#dialog.addEventListener("close", search.cancel);
    this.#search();
  }

  async #search() {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const people = await this.#actions.findPeople(this.#form.elements.query.value.trim());
      if (asked !== this.#asked) return;
      this.#people = people.filter(({ _id }) => _id !== this.#me?._id);
      this.#renderPeople();
    } catch (failure) {
      this.#report(failure);
    }
  }

  #renderPeople() {
    const left = this.#people.filter(({ _id }) => !this.#picked.has(_id));
    const shown = [...this.#picked.values(), ...left];
    const list = this.#dialog.querySelector(".people__list");
    if (shown.length === 0) render(list, html`<p class="people__none">${t("new.nobody")}</p>`);
    else render(list, html`${shown.map((person) => personRow(person, this.#picked.has(person._id)))}`);
  }

  #pick({ value, checked }) {
    if (checked)
      this.#picked.set(
        value,
        this.#people.find(({ _id }) => _id === value),
      );
    else this.#picked.delete(value);
    const isGroup = this.#picked.size > 1;
    const submit = this.#dialog.querySelector("[type=submit]");
    submit.disabled = this.#picked.size === 0;
    submit.textContent = t(isGroup ? "new.startGroup" : "new.start");
  }

  async #submit(event) {
    event.preventDefault();
    const submit = this.#dialog.querySelector("[type=submit]");
    submit.disabled = true;
    const name = this.#form.elements.name.value.trim() || undefined;
    try {
      await this.#actions.createConversation({ participantIds: [...this.#picked.keys()], name });
      this.#dialog.close();
    } catch (failure) {
      submit.disabled = false;
      this.#report(failure);
    }
  }

  get #form() {
    return this.#dialog.querySelector("form");
  }
}

function personRow({ _id, name, isOnline }, isPicked) {
  return html`<label class="people__row">
    <input class="people__check" type="checkbox" name="person" value="${_id}" ${isPicked && html`checked`}>
    ${avatar({ id: _id, name, isOnline }, "small")}
    <span class="people__name">${name}</span>
    <span class="people__presence">${isOnline && t("presence.online")}</span>
  </label>`;
}

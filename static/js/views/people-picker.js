/** A search among the people here, from which any number of them are picked. */

import { element, html, render } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { debounce } from "../lib/timing.js";
import { avatar, faced } from "./avatar.js";
import { presenceWords } from "./presence-words.js";

const SEARCH_AFTER_MS = 200;

export class PeoplePicker {
  /** Who is picked, by id. */
  picked = new Map();
  #actions;
  #report;
  #isLeftOut;
  #onChange;
  #people = [];
  #asked = 0;
  #list;
  #query;

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {(failure: object) => void} parts.report
   * @param {(userId: string) => boolean} parts.isLeftOut Who cannot be picked.
   * @param {() => void} parts.onChange Somebody was picked or put back.
   * @param {boolean} [parts.hasFocus] Whether writing begins here.
   */
  constructor({ actions, report, isLeftOut, onChange, hasFocus = false }) {
    this.#actions = actions;
    this.#report = report;
    this.#isLeftOut = isLeftOut;
    this.#onChange = onChange;
    this.element = element(
      html`<div class="people">
        <label class="field"
          >${t("new.people")}
          <input
            class="field__input"
            name="query"
            type="search"
            autocomplete="off"
            ${hasFocus && html`autofocus`}
            placeholder="${t("new.search")}"
          />
        </label>
        <fieldset class="people__group">
          <legend class="visually-hidden">${t("new.people")}</legend>
          <div class="people__list" aria-live="polite"></div>
        </fieldset>
      </div>`,
    );
    this.#list = this.element.querySelector(".people__list");
    this.#query = this.element.querySelector("input");
    const search = debounce(() => this.search(), SEARCH_AFTER_MS);
    this.#query.addEventListener("input", search);
    this.#query.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.element.addEventListener("change", ({ target }) => target.type === "checkbox" && this.#pick(target));
  }

  async search() {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const people = await this.#actions.findPeople(this.#query.value.trim());
      if (asked !== this.#asked) return;
      this.#people = people.filter(({ _id }) => !this.#isLeftOut(_id));
      this.#render();
    } catch (failure) {
      this.#report(failure);
    }
  }

  #render() {
    const left = this.#people.filter(({ _id }) => !this.picked.has(_id));
    const shown = [...this.picked.values(), ...left];
    if (shown.length === 0) render(this.#list, html`<p class="people__none">${t("new.nobody")}</p>`);
    else render(this.#list, html`${shown.map((person) => personChoice(person, this.picked.has(person._id)))}`);
  }

  #pick({ value, checked }) {
    const person = this.#people.find(({ _id }) => _id === value);
    if (checked) this.picked.set(value, person);
    else this.picked.delete(value);
    this.#onChange();
  }
}

function personChoice(person, isPicked) {
  const { _id, name, isOnline, lastSeen } = person;
  return html`<label class="people__row">
    <input class="people__check" type="checkbox" name="person" value="${_id}" ${isPicked && html`checked`} />
    ${avatar({ ...faced(person), isOnline }, "small")}
    <span class="person-row__words"><span class="person-row__name">${name}</span>
      <span class="person-row__below">${presenceWords({ isOnline, lastSeen })}</span></span>
  </label>`;
}

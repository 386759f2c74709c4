/**
 * The people one may mean, above the field, from the moment an `@` is written there. The focus stays in the field: the
 * list is told to those who cannot see it by `aria-activedescendant`.
 */

import { element, html, render } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { mentionAt, mentionCandidates } from "../store/mentions.js";
import { avatar, faced } from "./avatar.js";

export class MentionList {
  #field;
  #people;
  #onChange;
  #list;
  #status;
  #offered = [];
  #chosen = 0;
  /** The `@` whose list was closed by Escape: it stays closed. */
  #refusedAt = null;

  /**
   * @param {object} parts
   * @param {HTMLTextAreaElement} parts.field
   * @param {() => Array<{_id: string, name: string}>} parts.people Who can be mentioned now.
   * @param {() => void} parts.onChange A name was put into the field.
   */
  constructor({ field, people, onChange }) {
    this.#field = field;
    this.#people = people;
    this.#onChange = onChange;
    this.element = element(html`<div class="mention-list">
      <ul class="mention-list__people" id="mention-list" role="listbox" aria-label="${t("mention.label")}" hidden></ul>
      <p class="visually-hidden" role="status"></p>
    </div>`);
    [this.#list, this.#status] = this.element.children;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    for (const event of ["input", "click"]) field.addEventListener(event, () => this.#look());
    field.addEventListener("keyup", ({ key }) => /^(Arrow(Left|Right)|Home|End)$/.test(key) && this.#look());
    field.addEventListener("blur", () => this.close());
    // A press must not take the focus, and with it the keyboard of a phone, from the field.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) this.#insert(this.#offered[[...this.#list.children].indexOf(option)]);
    });
  }

  /** @returns {boolean} Whether the key was meant for the list. */
  onKey(event) {
    if (this.#list.hidden || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return false;
    const does = {
      ArrowDown: () => this.#choose(this.#chosen + 1),
      ArrowUp: () => this.#choose(this.#chosen - 1),
      Enter: () => this.#insert(this.#offered[this.#chosen]),
      Tab: () => this.#insert(this.#offered[this.#chosen]),
      Escape: () => this.#refuse(),
    }[event.key];
    if (!does) return false;
    event.preventDefault();
    does();
    return true;
  }

  close() {
    if (this.#list.hidden) return;
    this.#offered = [];
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-controls");
    this.#field.removeAttribute("aria-activedescendant");
    this.#status.textContent = "";
  }

  #look() {
    const { value, selectionStart, selectionEnd } = this.#field;
    const mention = selectionStart === selectionEnd ? mentionAt(value, selectionStart) : null;
    if (mention?.start !== this.#refusedAt) this.#refusedAt = null;
    const offered = mention && this.#refusedAt === null ? mentionCandidates(this.#people(), mention.query) : [];
    // A name that stands there whole has been chosen.
    const isDone = offered.length === 1 && offered[0].name === mention.query;
    if (offered.length === 0 || isDone) this.close();
    else this.#show(offered);
  }

  #show(offered) {
    if (!this.#list.hidden && offered.map(({ _id }) => _id).join() === this.#offered.map(({ _id }) => _id).join()) return;
    this.#offered = offered;
    render(this.#list, html`${offered.map(optionMarkup)}`);
    this.#list.hidden = false;
    this.#field.setAttribute("aria-controls", "mention-list");
    this.#status.textContent = t("mention.count", { count: offered.length });
    this.#choose(0);
  }

  #choose(index) {
    this.#chosen = (index + this.#offered.length) % this.#offered.length;
    for (const [at, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(at === this.#chosen));
      if (at === this.#chosen) option.scrollIntoView({ block: "nearest" });
    }
    this.#field.setAttribute("aria-activedescendant", `mention-${this.#chosen}`);
  }

  #insert({ name }) {
    const { value, selectionStart } = this.#field;
    const { start } = mentionAt(value, selectionStart);
    const isFollowed = /^\s/.test(value.slice(selectionStart));
    this.#field.setRangeText(isFollowed ? `@${name}` : `@${name} `, start, selectionStart, "end");
    this.close();
    this.#onChange();
  }

  #refuse() {
    this.#refusedAt = mentionAt(this.#field.value, this.#field.selectionStart)?.start ?? null;
    this.close();
  }
}

function optionMarkup(person, index) {
  return html`<li class="mention-list__person" role="option" id="mention-${index}" aria-selected="false">
    ${avatar(faced(person), "small")}<span class="mention-list__name">${person.name}</span>
  </li>`;
}

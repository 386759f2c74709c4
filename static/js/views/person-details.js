/** The person of a direct conversation: presence, contact or not, blocked or not. */

import { element, html, renderAgain } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { othersOf, presenceOf } from "../store/selectors.js";
import { avatar, faced } from "./avatar.js";
import { confirmBlock } from "./confirm-block.js";
import { conversationToggles, watchToggles } from "./conversation-toggles.js";
import { presenceWords } from "./presence-words.js";

export class PersonDetails {
  #actions;
  #conversationId;
  #report;
  #close;
  #who;
  #toggles;
  #links;
  #state;
  #contact;

  constructor({ actions, state, conversationId, report, close }) {
    this.#actions = actions;
    this.#conversationId = conversationId;
    this.#report = report;
    this.#close = close;
    this.element = element(
      html`<div class="settings details">
        <div class="settings__who" data-who></div>
        <div data-toggles tabindex="-1"></div>
        <div class="menu" data-links tabindex="-1"></div>
      </div>`,
    );
    this.#who = this.element.querySelector("[data-who]");
    this.#toggles = this.element.querySelector("[data-toggles]");
    this.#links = this.element.querySelector("[data-links]");
    watchToggles(this.#toggles, { actions, conversationId, report });
    this.#links.addEventListener("click", ({ target }) => this.#onClick(target.closest("button")));
    this.render(state);
    this.#fetch().catch(report);
  }

  render(state) {
    this.#state = state;
    const conversation = state.conversations[this.#conversationId];
    if (!conversation) return this.#close();
    const person = this.#person;
    if (!person) return;
    const presence = presenceOf(state, conversation);
    renderAgain(
      this.#who,
      html`${avatar({ ...faced(person), isOnline: presence?.isOnline }, "large")}
        <h3 class="settings__name">${person.name}</h3>
        <span class="settings__email">${presenceWords(presence)}</span>`,
    );
    renderAgain(this.#toggles, conversationToggles(conversation));
    if (this.#contact !== undefined) renderAgain(this.#links, this.#linksMarkup());
  }

  get #person() {
    return othersOf(this.#state, this.#state.conversations[this.#conversationId])[0];
  }

  #linksMarkup() {
    const { isBlocked = false, isContact = false } = this.#contact ?? {};
    return html`${!isBlocked && link("contact", isContact ? "user-minus" : "user-plus", t(isContact ? "contacts.remove" : "contacts.add"))}
    ${link("block", "ban", t(isBlocked ? "contacts.unblock" : "contacts.block"), !isBlocked)}`;
  }

  async #fetch() {
    const contact = (await this.#actions.listContacts()).find(({ _id }) => _id === this.#person?._id);
    this.#contact = contact ? { isBlocked: contact.isBlocked, isContact: !contact.isBlocked } : null;
    this.render(this.#state);
  }

  #onClick(button) {
    const { _id } = this.#person;
    const { isBlocked = false, isContact = false } = this.#contact ?? {};
    const run = (work) => work.then(() => this.#fetch()).catch(this.#report);
    if (button?.dataset.do === "contact") {
      run(isContact ? this.#actions.removeContact(_id) : this.#actions.addContact(_id));
    }
    if (button?.dataset.do !== "block") return;
    if (isBlocked) {
      run(this.#actions.unblock(_id));
      return;
    }
    confirmBlock(this.#person, async () => {
      await this.#actions.block(_id);
      await this.#fetch();
    });
  }
}

function link(what, sign, text, isDanger = false) {
  return html`<button
    class="menu__item ${isDanger && "menu__item--danger"}"
    type="button"
    data-do="${what}"
    data-focus="${what}"
  >
    ${icon(sign)}${text}
  </button>`;
}

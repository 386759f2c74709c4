/** A group: its name and description, who is in it and as what, and the way out. */

import { element, html, renderAgain } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { faceOf, titleOf } from "../store/selectors.js";
import { mayAddMembers, mayChangeGroup, mayRemoveMember, membersByRank, rolesFor } from "../store/rights.js";
import { findParticipant } from "../store/state.js";
import { confirmFirst } from "./confirm-dialog.js";
import { conversationToggles, watchToggles } from "./conversation-toggles.js";
import { FaceField } from "./face-field.js";
import { editGroup } from "./group-form.js";
import { leaveGroup } from "./leave-group.js";
import { openMenu } from "./menu.js";
import { personRow } from "./person-row.js";
import { presenceWords } from "./presence-words.js";

export class GroupDetails {
  #actions;
  #page;
  #conversationId;
  #report;
  #close;
  #parts;
  #face;
  #state;

  constructor({ actions, page, state, conversationId, report, close }) {
    this.#actions = actions;
    this.#page = page;
    this.#conversationId = conversationId;
    this.#report = report;
    this.#close = close;
    this.element = element(
      html`<div class="settings details">
        <div class="settings__face"><div class="settings__who" data-who tabindex="-1"></div></div>
        <div data-toggles tabindex="-1"></div>
        <section class="settings__part" data-members tabindex="-1"></section>
        <div class="menu">
          <button class="menu__item menu__item--danger" type="button" data-do="leave">
            ${icon("log-out")}${t("group.leave")}
          </button>
        </div>
      </div>`,
    );
    this.#parts = Object.fromEntries(
      ["who", "toggles", "members"].map((name) => [name, this.element.querySelector(`[data-${name}]`)]),
    );
    this.#face = new FaceField({
      save: (picture) => actions.setGroupFace(conversationId, picture),
      remove: () => actions.removeGroupFace(conversationId),
      report,
    });
    this.#parts.who.before(this.#face.element);
    watchToggles(this.#parts.toggles, { actions, conversationId, report });
    this.element.addEventListener("click", ({ target }) => this.#onClick(target.closest("button")));
    this.render(state);
  }

  render(state) {
    this.#state = state;
    const conversation = this.#conversation;
    // I have left it, or was taken out.
    if (!conversation) return this.#close();
    const name = titleOf(state, conversation) || t("conversation.alone");
    this.#face.render({ ...faceOf(state, conversation), name, isGroup: true }, mayChangeGroup(state, conversation));
    renderAgain(this.#parts.who, this.#whoMarkup(conversation, name));
    renderAgain(this.#parts.toggles, conversationToggles(conversation));
    renderAgain(this.#parts.members, this.#membersMarkup(conversation));
  }

  get #conversation() {
    return this.#state.conversations[this.#conversationId];
  }

  #whoMarkup(conversation, name) {
    const { description } = conversation;
    return html`<h3 class="settings__name">${name}</h3>
      ${description && html`<p class="settings__description" dir="auto">${description}</p>`}
      ${
        mayChangeGroup(this.#state, conversation) &&
        html`<button class="button button--small" type="button" data-do="edit" data-focus="edit">
          ${icon("pencil")}${t("group.edit")}
        </button>`
      }`;
  }

  #membersMarkup(conversation) {
    const { participants } = conversation;
    return html`<header class="settings__head">
        <h3 class="settings__title">${t("conversation.members", { count: participants.length })}</h3>
        ${
          mayAddMembers(this.#state, conversation) &&
          html`<button class="button button--small" type="button" data-do="add" data-focus="add" aria-label="${t("group.add")}">
            ${icon("user-plus")}${t("group.addThem")}
          </button>`
        }
      </header>
      <ul class="people-rows">
        ${membersByRank(conversation).map((member) => this.#memberRow(member))}
      </ul>`;
  }

  #memberRow(member) {
    const { _id, name, role } = member;
    const isMe = _id === this.#state.me._id;
    const presence = this.#state.presence[_id] ?? member;
    const there = isMe ? t("presence.online") : presenceWords(presence);
    const roleWord = role !== "member" && html`<span class="person-row__role">${t(`role.${role}`)}</span>`;
    return personRow({
      person: member,
      title: isMe ? t("group.me", { name }) : name,
      isOnline: isMe ? undefined : presence.isOnline,
      words: html`${roleWord}${there}`,
      end:
        !isMe &&
        html`<button
          class="button button--icon"
          type="button"
          data-do="member"
          data-focus="${_id}"
          aria-label="${t("contacts.more", { name })}"
          title="${t("menu.more")}"
        >
          ${icon("ellipsis")}
        </button>`,
    });
  }

  #onClick(button) {
    const what = button?.dataset.do;
    const conversation = this.#conversation;
    const id = this.#conversationId;
    if (what === "edit") editGroup(conversation, (updates) => this.#actions.updateGroup(id, updates));
    if (what === "add") this.#page.dialogs.open("add-members", { conversationId: id });
    if (what === "leave") leaveGroup({ actions: this.#actions, state: this.#state, conversation });
    if (what === "member") this.#openMember(button, conversation);
  }

  #openMember(button, conversation) {
    const member = findParticipant(conversation, button.closest("[data-user]").dataset.user);
    const { _id, name, role } = member;
    const write = { sign: "message-circle", text: t("contacts.write"), run: () => this.#write(_id) };
    const roles = rolesFor(this.#state, conversation, member)
      .filter((each) => each !== role)
      .map((each) => ({
        sign: "user-round",
        text: t(`role.make_${each}`),
        run: () => this.#actions.changeRole(conversation._id, _id, each).catch(this.#report),
      }));
    const remove = mayRemoveMember(this.#state, conversation, member) && {
      sign: "user-minus",
      text: t("group.remove"),
      isDanger: true,
      run: () => this.#remove(member),
    };
    openMenu({ label: name, anchor: button.getBoundingClientRect(), items: [write, ...roles, remove].filter(Boolean) });
  }

  #remove({ _id, name }) {
    confirmFirst({
      title: t("group.removeTitle", { name }),
      text: t("group.removeText"),
      confirm: t("group.removeConfirm"),
      run: () => this.#actions.removeMember(this.#conversationId, _id),
    });
  }

  async #write(userId) {
    try {
      await this.#actions.writeTo(userId);
      this.#close();
    } catch (failure) {
      this.#report(failure);
    }
  }
}

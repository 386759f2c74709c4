/** Somebody in a list: face, name, a word below, and what can be done at the end. */

import { html } from "../lib/html.js";
import { avatar, faced } from "./avatar.js";

/**
 * @param {object} row
 * @param {{_id: string, name: string, avatar?: string|null}} row.person
 * @param {string} [row.title] Where it is not only the name.
 * @param {boolean} [row.isOnline] Leave out where presence does not matter.
 * @param {string|import("../lib/html.js").Markup} row.words What stands below the name.
 * @param {import("../lib/html.js").Markup} [row.end]
 */
export function personRow({ person, title = person.name, isOnline, words, end }) {
  return html`<li class="person-row" data-user="${person._id}">
    ${avatar({ ...faced(person), isOnline })}
    <span class="person-row__words"
      ><span class="person-row__name">${title}</span> <span class="person-row__below">${words}</span></span
    >
    ${end}
  </li>`;
}

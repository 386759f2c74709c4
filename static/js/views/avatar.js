/** A person or a group at a glance: picture or initials in a colour, with a dot for who is there. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { colourOf, initials } from "../lib/names.js";

/**
 * @param {object} who
 * @param {string} who.id
 * @param {string} who.name
 * @param {boolean} [who.isGroup]
 * @param {boolean} [who.isOnline] Leave out where presence does not matter.
 * @param {"small"|"large"} [size]
 */
export function avatar({ id, name, isGroup = false, isOnline }, size) {
  const dot =
    isOnline === undefined ? null : html`<span class="avatar__dot ${isOnline && "avatar__dot--online"}"></span>`;
  // By way of CSS: two letters are a picture here, and no part of what the thing around it is called.
  const face = isGroup
    ? html`<span class="avatar__face">${icon("users-round")}</span>`
    : html`<span class="avatar__face" data-initials="${initials(name || "?")}"></span>`;
  return html`<span class="avatar avatar--colour-${colourOf(id)} ${size && `avatar--${size}`}" aria-hidden="true">
    ${face}${dot}
  </span>`;
}

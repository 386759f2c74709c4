/** A person or a group at a glance: picture or initials in a colour, with a dot for who is there. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { colourOf, initials } from "../lib/names.js";

/** How wide each size is on the page (avatar.css). */
const SHOWN_PX = { small: 32, usual: 44, large: 80 };

/**
 * @param {object} who
 * @param {string} who.id
 * @param {string} who.name
 * @param {string|null} [who.picture] The `avatar` of the wire.
 * @param {boolean} [who.isGroup]
 * @param {boolean} [who.isOnline] Leave out where presence does not matter.
 * @param {"small"|"usual"|"large"} [size]
 */
export function avatar({ id, name, picture = null, isGroup = false, isOnline }, size = "usual") {
  const dot =
    isOnline === undefined ? null : html`<span class="avatar__dot ${isOnline && "avatar__dot--online"}"></span>`;
  // By way of CSS: two letters are a picture here, and no part of what the thing around it is called.
  const face = html`<span class="avatar__face" data-initials="${initials(name || "?")}"
    >${isGroup && icon("users-round")}${picture && pictureMarkup(picture, size)}</span
  >`;
  return html`<span class="avatar avatar--colour-${colourOf(id)} avatar--${size}" aria-hidden="true">${face}${dot}</span>`;
}

/** What `avatar` takes, of a person as the wire tells of them. */
export function faced({ _id, name, avatar: picture }) {
  return { id: _id, name, picture };
}

/** Lets the initials of a face come back whose picture could not be had. Listens to all of the page. */
export function watchPictures(signal) {
  const onError = ({ target }) => target.matches?.(".avatar__picture") && target.remove();
  // Errors of pictures do not bubble.
  document.addEventListener("error", onError, { capture: true, signal });
}

function pictureMarkup(picture, size) {
  const pixels = SHOWN_PX[size];
  // One that was only just chosen has but one size.
  const at = (named) => (picture.startsWith("blob:") ? picture : `${picture}?size=${named}`);
  return html`<img
    class="avatar__picture"
    src="${at("small")}"
    srcset="${at("small")} 64w, ${at("large")} 256w"
    sizes="${pixels}px"
    alt=""
    width="${pixels}"
    height="${pixels}"
    loading="lazy"
    decoding="async"
  />`;
}

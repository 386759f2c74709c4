/** What stands before the first message: that more is on its way, that it did not come, or that this is the beginning. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

const SKELETONS = ["short", "long", "own", "short", "own", "long"];

const NOTES = {
  loading: () => html`<p class="visually-hidden">${t("loading")}</p><div class="skeletons">
    ${SKELETONS.map((shape) => html`<div class="skeleton skeleton--message skeleton--${shape}"></div>`)}</div>`,
  failed: () => html`<div class="empty"><p class="empty__text">${t("messages.failed")}</p>
    <button class="button" type="button" data-action="load">${icon("rotate-cw")}${t("messages.again")}</button></div>`,
  older: () => html`<div class="skeletons">
    <div class="skeleton skeleton--message skeleton--short"></div></div>`,
  empty: () => html`<div class="empty"><span class="empty__sign">${icon("message-circle")}</span>
    <h3 class="empty__title">${t("messages.emptyTitle")}</h3><p class="empty__text">${t("messages.emptyText")}</p></div>`,
  start: () => html`<p class="message-list__start">${t("messages.start")}</p>`,
};

/**
 * @param {object} thread
 * @param {number} count Of rows.
 * @returns {{name: string, markup: () => import("../lib/html.js").Markup}}
 */
export function messageNote(thread, count) {
  const name = nameOf(thread, count);
  return { name, markup: NOTES[name] };
}

function nameOf({ loaded, loading, hasOlder }, count) {
  if (!loaded) return loading ? "loading" : "failed";
  if (hasOlder) return "older";
  return count === 0 ? "empty" : "start";
}

/** A short list of things to do, beside what opened it. */

import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { openSmallDialog } from "./small-dialog.js";

/**
 * @param {object} parts
 * @param {string} parts.label
 * @param {DOMRect} parts.anchor Beside which it opens.
 * @param {Array<{sign: string, text: string, isDanger?: boolean, run: () => void}>} parts.items
 */
export function openMenu({ label, anchor, items }) {
  const dialog = openSmallDialog({
    name: "menu-dialog",
    label,
    anchor,
    content: html`<div class="menu">
      ${items.map(
        ({ sign, text, isDanger }, index) =>
          html`<button class="menu__item ${isDanger && "menu__item--danger"}" type="button" data-item="${index}">
            ${icon(sign)}${text}
          </button>`,
      )}
    </div>`,
  });
  dialog.addEventListener("click", ({ target }) => {
    const { item } = target.closest("[data-item]")?.dataset ?? {};
    if (item === undefined) return;
    dialog.close();
    items[item].run();
  });
}

/**
 * A small window beside what was pressed; on a narrow page it comes up from below. A dialog, so that the focus stays
 * in it and goes back, and Escape closes it.
 */

import { element, html } from "../lib/html.js";
import { placeBeside } from "./menu-place.js";

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * @param {object} parts
 * @param {string} parts.name Its CSS class.
 * @param {string} parts.label
 * @param {DOMRect} parts.anchor
 * @param {import("../lib/html.js").Markup} parts.content
 * @returns {HTMLDialogElement} Removes itself when it closes.
 */
export function openSmallDialog({ name, label, anchor, content }) {
  const dialog = element(html`<dialog class="small-dialog ${name}" aria-label="${label}">${content}</dialog>`);
  // A long press ends with a click where the finger leaves the glass: only what was pressed in here counts.
  let isPressed = false;
  dialog.addEventListener("pointerdown", () => (isPressed = true));
  dialog.addEventListener("click", (event) => {
    if (event.pointerType && !isPressed) event.stopImmediatePropagation();
    else if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => onKey(dialog, event));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  placeBeside(dialog, anchor);
  return dialog;
}

function onKey(dialog, event) {
  const step = STEPS[event.key];
  if (!step || event.target.matches("input")) return;
  const buttons = [...dialog.querySelectorAll("button")];
  const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
  event.preventDefault();
  next?.focus();
}

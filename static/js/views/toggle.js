/** Something that is on or off, and takes effect at once. */

import { html } from "../lib/html.js";

/** @param {{name: string, label: string, hint?: string, isOn: boolean}} toggled */
export function toggle({ name, label, hint, isOn }) {
  return html`<label class="toggle">
    <span class="toggle__words"><span>${label}</span>${hint && html`<span class="toggle__hint">${hint}</span>`}</span>
    <input
      class="toggle__input"
      type="checkbox"
      role="switch"
      name="${name}"
      data-focus="${name}"
      ${isOn && html`checked`}
    />
  </label>`;
}

/** A few values of which one holds, side by side. */

import { html } from "../lib/html.js";

/**
 * @param {object} choice
 * @param {string} choice.name Of the radio buttons.
 * @param {string} choice.legend
 * @param {string} choice.chosen
 * @param {string[]} choice.values
 * @param {(value: string) => import("../lib/html.js").Markup} choice.label
 */
export function segments({ name, legend, chosen, values, label }) {
  return html`<fieldset class="segments">
    <legend class="segments__legend">${legend}</legend>
    <div class="segments__row">
      ${values.map(
        (value) =>
          html`<label class="segments__one">
            <input
              class="visually-hidden"
              type="radio"
              name="${name}"
              value="${value}"
              ${value === chosen && html`checked`}
            />
            ${label(value)}</label
          >`,
      )}
    </div>
  </fieldset>`;
}

/** Which part of the conversations the list shows: all, the unread, groups, what is put away. */

import { element, html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { LIST_KINDS } from "../store/selectors.js";

export class ListKinds {
  chosen = LIST_KINDS[0];

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.element = element(
      html`<div class="list-kinds" role="group" aria-label="${t("list.kinds")}">${LIST_KINDS.map(
        (kind) => html`<button class="list-kinds__one" type="button" data-kind="${kind}"
        aria-pressed="${kind === this.chosen ? "true" : "false"}">${t(`kind.${kind}`)}</button>`,
      )}</div>`,
    );
    this.element.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-kind]");
      if (!button) return;
      this.chosen = button.dataset.kind;
      for (const each of this.element.children) each.setAttribute("aria-pressed", String(each === button));
      onChange();
    });
  }
}

/** All emoji, by group or by word. */

import { html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { debounce } from "../lib/timing.js";
import { openSmallDialog } from "./small-dialog.js";

const SEARCH_AFTER_MS = 150;
/** Unicode's groups in their order; 2 holds parts of emoji only. */
const GROUPS = [
  { group: 0, sign: "😀", name: "smileys" },
  { group: 1, sign: "👋", name: "people" },
  { group: 3, sign: "🐻", name: "nature" },
  { group: 4, sign: "🍎", name: "food" },
  { group: 5, sign: "🚗", name: "travel" },
  { group: 6, sign: "⚽", name: "activities" },
  { group: 7, sign: "💡", name: "objects" },
  { group: 8, sign: "💜", name: "symbols" },
  { group: 9, sign: "🏁", name: "flags" },
];
const COLUMNS = 8;
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

export class EmojiPicker {
  #actions;
  #onPick;
  #dialog;
  #search;
  #grid;
  #asked = 0;

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {DOMRect} parts.anchor
   * @param {(emoji: string) => void} parts.onPick Called once, when it has closed.
   */
  constructor({ actions, anchor, onPick }) {
    this.#actions = actions;
    this.#onPick = onPick;
    this.#dialog = openSmallDialog({
      name: "emoji-picker",
      label: t("emoji.label"),
      anchor,
      content: html`<div class="emoji-picker__search">
          ${icon("search")}
          <input
            class="field__input"
            type="search"
            autocomplete="off"
            placeholder="${t("emoji.search")}"
            aria-label="${t("emoji.search")}"
          />
        </div>
        <div class="emoji-picker__groups" role="group" aria-label="${t("emoji.groups")}">
          ${GROUPS.map(
            ({ group, sign, name }) =>
              html`<button
                class="emoji-picker__group"
                type="button"
                data-group="${group}"
                aria-label="${t(`emoji.${name}`)}"
                title="${t(`emoji.${name}`)}"
              >
                ${sign}
              </button>`,
          )}
        </div>
        <div class="emoji-picker__grid" role="group" aria-label="${t("emoji.label")}" tabindex="-1"></div>
        <p class="visually-hidden" role="status"></p>`,
    });
    this.#search = this.#dialog.querySelector("input");
    this.#grid = this.#dialog.querySelector(".emoji-picker__grid");
    const search = debounce(() => this.#find(), SEARCH_AFTER_MS);
    this.#search.addEventListener("input", search);
    this.#dialog.addEventListener("close", search.cancel);
    this.#dialog.addEventListener("click", ({ target }) => this.#onClick(target));
    // Before the dialog's own arrows, which know of no rows.
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event), { capture: true });
    this.#showGroup(GROUPS[0].group);
  }

  #onClick(target) {
    const { group, emoji } = target.closest("button")?.dataset ?? {};
    if (group !== undefined) {
      this.#search.value = "";
      this.#showGroup(Number(group));
    }
    if (emoji === undefined) return;
    this.#dialog.close();
    this.#onPick(emoji);
  }

  #onKey(event) {
    const step = STEPS[event.key];
    const isInGrid = this.#grid.contains(event.target);
    if (!isInGrid && !(event.target === this.#search && event.key === "ArrowDown")) return;
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const all = [...this.#grid.children];
    const next = isInGrid ? all[all.indexOf(event.target) + step] : all[0];
    (next ?? this.#search).focus();
  }

  #find() {
    const query = this.#search.value.trim();
    if (query) this.#show(this.#actions.findEmoji(query), null);
    else this.#showGroup(GROUPS[0].group);
  }

  #showGroup(group) {
    this.#show(this.#actions.emojiOfGroup(group), group);
  }

  async #show(coming, group) {
    this.#asked += 1;
    const asked = this.#asked;
    for (const button of this.#dialog.querySelectorAll("[data-group]")) {
      button.setAttribute("aria-pressed", String(button.dataset.group === String(group)));
    }
    let found;
    try {
      found = await coming;
    } catch {
      found = null;
    }
    if (asked !== this.#asked) return;
    this.#grid.scrollTop = 0;
    render(this.#grid, gridMarkup(found));
    this.#dialog.querySelector("[role=status]").textContent = t("emoji.count", { count: found?.length ?? 0 });
  }
}

function gridMarkup(found) {
  if (!found) return html`<p class="emoji-picker__none">${t("failure.offline")}</p>`;
  if (found.length === 0) return html`<p class="emoji-picker__none">${t("emoji.none")}</p>`;
  return html`${found.map(
    ({ emoji, name }) =>
      html`<button class="emoji-picker__one" type="button" data-emoji="${emoji}" aria-label="${name}" title="${name}">
        ${emoji}
      </button>`,
  )}`;
}

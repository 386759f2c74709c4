/** One row of the message list: a day, the "new" line, a change in the group, or a message. */

import { element, html, render } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { dayName } from "../lib/time.js";
import { drawMessage, updateMessage } from "./message.js";
import { systemSentence } from "./system-sentence.js";

const drawers = {
  day: (row) => fill(html`<div class="day-line"></div>`, row),
  new: () => element(html`<div class="new-line" role="separator"><span>${t("messages.new")}</span></div>`),
  system: (row) => fill(html`<p class="system-line" data-seq="${row.message.seq}"></p>`, row),
  message: drawMessage,
};

const updaters = {
  day: fillInto,
  new: () => {},
  system: fillInto,
  message: updateMessage,
};

/** @returns {Element} */
export function drawRow(row) {
  return drawers[row.kind](row);
}

export function updateRow(element, row) {
  updaters[row.kind](element, row);
}

function fill(markup, row) {
  const drawn = element(markup);
  fillInto(drawn, row);
  return drawn;
}

function fillInto(drawn, row) {
  const words = row.kind === "day" ? dayName(row.date) : systemSentence(row.message);
  if (drawn.textContent.trim() !== words.trim()) render(drawn, html`<span>${words}</span>`);
}

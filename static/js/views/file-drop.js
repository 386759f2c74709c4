/** Files dragged over an element: a zone that says they can be let go here. */

import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

/**
 * @param {Element} pane
 * @param {(dropped: DataTransfer) => void} onDrop
 * @returns {() => void} Ends it.
 */
export function acceptDrops(pane, onDrop) {
  const listeners = new AbortController();
  const { signal } = listeners;
  const zone = element(html`<div class="file-drop" role="status"></div>`);
  pane.append(zone);

  const show = () => {
    if (zone.hasChildNodes()) return;
    zone.append(element(html`<p class="file-drop__words">${icon("upload")}<span>${t("files.drop")}</span></p>`));
  };
  const hide = () => zone.replaceChildren();

  // Everywhere else the browser would leave the page to show the file.
  const guard = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = pane.contains(event.target) ? "copy" : "none";
  };
  const drop = (event) => {
    hide();
    if (hasFiles(event)) onDrop(event.dataTransfer);
  };
  document.addEventListener("dragover", guard, { signal });
  document.addEventListener("drop", guard, { signal });
  pane.addEventListener("dragenter", (event) => hasFiles(event) && show(), { signal });
  pane.addEventListener("dragleave", ({ relatedTarget }) => pane.contains(relatedTarget) || hide(), { signal });
  pane.addEventListener("drop", drop, { signal });
  return () => listeners.abort();
}

function hasFiles({ dataTransfer }) {
  return dataTransfer.types.includes("Files");
}

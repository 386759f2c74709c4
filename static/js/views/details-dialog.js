/** The details of a conversation as a window, where there is no room for a pane. */

import { html } from "../lib/html.js";
import { createDetails, detailsTitle } from "./details.js";
import { openDialog } from "./dialog.js";

/** @returns {{dialog: HTMLDialogElement, render: (state: object) => void}} */
export function openWindow(parts) {
  const { dialog, body, report } = openDialog(detailsTitle(parts), html``);
  const details = createDetails({ ...parts, report, close: () => dialog.close() });
  body.append(details.element);
  return { dialog, render: (state) => details.render(state) };
}

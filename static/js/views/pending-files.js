/** The files of a message that waits to be sent: what they are, how far they have come, and a way to give them up. */

import { fileSize } from "../lib/file-size.js";
import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { fileSign } from "./file-sign.js";

const NONE = [];
const NO_PICTURES = {};
const drawn = new WeakMap();

/**
 * Brings a row's part for files up to date; empty for messages that came from the server.
 *
 * @param {Element} part
 * @param {{files?: object[], pictures?: Object<string, Blob>, status: string, percent?: number}} message
 */
export function showPendingFiles(part, { files = NONE, pictures = NO_PICTURES, status, percent = 0 }) {
  const shown = drawn.get(part) ?? {};
  const isUploading = status === "pending" && files.length > 0;
  if (shown.files !== files || shown.pictures !== pictures) {
    part.replaceChildren(...(files.length > 0 ? [list(files, pictures)] : []), ...(isUploading ? [foot(files)] : []));
  } else if (!isUploading) part.querySelector(".pending-files__foot")?.remove();
  else if (!part.querySelector(".pending-files__foot")) part.append(foot(files));
  drawn.set(part, { files, pictures });
  if (isUploading) showProgress(part, percent, files.length);
}

function list(files, pictures) {
  const items = element(html`<ul class="pending-files__list"></ul>`);
  for (const file of files) {
    const item = element(html`<li class="pending-file" data-testid="pending-file">
      <span class="pending-file__words">
        <span class="pending-file__name" title="${file.name}">${file.name}</span>
        <span class="pending-file__size">${fileSize(file.size)}</span>
      </span>
    </li>`);
    item.prepend(fileSign(file, pictures[file.id]));
    items.append(item);
  }
  return items;
}

function foot(files) {
  const label = t("files.uploading", { count: files.length });
  return element(html`<div class="pending-files__foot">
    <div class="progress" role="progressbar" aria-label="${label}" aria-valuemin="0" aria-valuemax="100">
      <div class="progress__done"></div>
    </div>
    <span class="visually-hidden" role="status"></span>
    <button
      class="button button--icon pending-files__cancel"
      type="button"
      data-action="discard"
      aria-label="${t("files.cancel")}"
      title="${t("files.cancel")}"
    >
      ${icon("x")}
    </button>
  </div>`);
}

// Numbers on the way would be read out over and over: only the end is.
function showProgress(part, percent, count) {
  const [progress, said] = part.querySelector(".pending-files__foot").children;
  progress.setAttribute("aria-valuenow", percent);
  progress.firstElementChild.style.setProperty("inline-size", `${percent}%`);
  const words = percent === 100 ? t("files.uploaded", { count }) : "";
  if (said.textContent !== words) said.textContent = words;
}

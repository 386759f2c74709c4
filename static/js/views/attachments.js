/** The files of a message: pictures side by side, players, cards to open or save; and what stands for those not there. */

import { fileSize } from "../lib/file-size.js";
import { durationWords, endingOf, kindOf, pictureRows, shownSize, signOf } from "../lib/files.js";
import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

const PDF = "application/pdf";

/** @param {{attachments?: object[], deleted?: boolean}} message */
export function attachments({ attachments: files = [], deleted }) {
  if (deleted || files.length === 0) return html``;
  const of = (kind) => files.filter((file) => kindOf(file) === kind);
  return html`${pictures(of("image"))}${of("video").map(video)}${of("audio").map(sound)}${of("file").map(card)}`;
}

/**
 * Puts a word in the place of what could not be had, and lets one thing play at a time.
 *
 * @param {Element} log Holds the messages.
 */
export function watchAttachments(log) {
  // Neither errors nor the beginning of playing bubble.
  log.addEventListener("error", ({ target }) => failed(target), { capture: true });
  log.addEventListener("play", ({ target }) => pauseOthers(log, target), { capture: true });
}

/** Asks again for a picture that did not come; false when it is there. */
export function retryPicture(button) {
  const missing = button.querySelector(".missing");
  if (!missing) return false;
  missing.remove();
  const picture = button.querySelector("img");
  picture.src = picture.getAttribute("src");
  return true;
}

function pictures(files) {
  if (files.length === 0) return html``;
  const { rows, hidden } = pictureRows(files.length);
  const widths = rows.flatMap((inRow) => Array(inRow).fill(inRow));
  const isAlone = files.length === 1;
  const shown = widths.map((inRow, index) =>
    picture(files[index], {
      inRow,
      size: isAlone ? shownSize(files[index]) : files[index],
      label: pictureLabel(files, index),
      behind: index === widths.length - 1 ? hidden : 0,
    }),
  );
  return html`<div class="pictures ${isAlone && "pictures--alone"}">${shown}</div>`;
}

function pictureLabel(files, index) {
  const { name } = files[index];
  return files.length === 1
    ? t("attachment.openPicture", { name })
    : t("attachment.openPictureOf", { name, number: index + 1, count: files.length });
}

function picture({ _id, url, thumbnailUrl, contentType }, { inRow, size, label, behind }) {
  // A thumbnail does not move.
  const source = contentType === "image/gif" ? url : (thumbnailUrl ?? url);
  return html`<button
    class="pictures__one pictures__one--of-${inRow}"
    type="button"
    data-part="picture"
    data-attachment="${_id}"
    aria-label="${label}"
  >
    <img src="${source}" alt="" width="${size.width}" height="${size.height}" loading="lazy" decoding="async" />
    ${behind > 0 && html`<span class="pictures__behind" aria-hidden="true">+${behind}</span>`}
  </button>`;
}

function video(file) {
  return html`<video
    class="video"
    src="${file.url}"
    controls
    playsinline
    preload="metadata"
    aria-label="${file.name}"
    data-name="${file.name}"
    data-words="${wordsOf(file)}"
  ></video>`;
}

function sound(file) {
  return html`<figure class="sound">
    <figcaption class="sound__words">
      <bdi class="sound__name">${file.name}</bdi><span class="file__words">${wordsOf(file)}</span>
    </figcaption>
    <audio
      class="sound__player"
      src="${file.url}"
      controls
      preload="metadata"
      aria-label="${file.name}"
      data-name="${file.name}"
      data-words="${wordsOf(file)}"
    ></audio>
  </figure>`;
}

function card(file) {
  return fileCard({ ...file, words: wordsOf(file), isOpened: file.contentType === PDF });
}

/** A PDF is opened in a tab of its own, where the browser's viewer confines it; all else is saved. */
function fileCard({ name, url, words, isOpened = false }) {
  const save = t("attachment.save", { name });
  const main = html`<span class="file__sign">${icon(signOf({ name }))}</span>
    <span class="file__text"><bdi class="file__name">${name}</bdi><span class="file__words">${words}</span></span>`;
  if (!isOpened) {
    return html`<div class="file"><a class="file__main" href="${url}" download="${name}" title="${save}"
      >${main}<span class="file__action">${icon("download")}</span><span class="visually-hidden">${t("attachment.saveWord")}</span></a
    ></div>`;
  }
  return html`<div class="file">
    <a class="file__main" href="${url}" target="_blank" rel="noopener" title="${t("attachment.open", { name })}"
      >${main}<span class="visually-hidden">${t("attachment.newTab")}</span></a
    ><a class="button button--icon" href="${url}" download="${name}" aria-label="${save}" title="${save}"
      >${icon("download")}</a
    >
  </div>`;
}

/** "PDF · 1.2 MB", "0:42 · 620 kB" */
function wordsOf({ name, size, duration }) {
  const first = duration ? durationWords(duration) : endingOf(name).toUpperCase();
  return [first, fileSize(size)].filter(Boolean).join(" · ");
}

function failed(target) {
  if (target.matches(".pictures__one img")) {
    target.after(element(html`<span class="missing">${icon("image-off")}<span>${t("attachment.missing")}</span></span>`));
  }
  if (target.matches("video, audio")) {
    const { name, words } = target.dataset;
    const instead = fileCard({ name, url: target.getAttribute("src"), words: `${words} · ${t("attachment.unplayable")}` });
    (target.closest(".sound") ?? target).replaceWith(element(instead));
  }
}

function pauseOthers(log, playing) {
  for (const player of log.querySelectorAll("video, audio")) if (player !== playing) player.pause();
}
